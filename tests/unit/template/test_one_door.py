"""The buckets' policies: a manifest is written on a condition or not at all, and deleted by nobody, or by one.

No emulator evaluates these conditions; tests/policies.py does, and what it is asked are the requests of the real code.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.deployed.choice import Choice
from tests.policies import Asked, decided, statements_of
from tests.world import Scanned, make_small_manifests_large

KNOWN = {
    "Documents": "docs",
    "Documents.Arn": "arn:aws:s3:::docs",
    "Manifests": "links",
    "Manifests.Arn": "arn:aws:s3:::links",
}
REMOVER = "arn:aws:iam::111122223333:role/night/remover"
Policy = Callable[..., list[dict[str, Any]]]
WRITES = {"put_object": True, "complete_multipart_upload": True, "create_multipart_upload": False, "upload_part": False,
          "upload_part_copy": False}  # fmt: skip
MANIFEST = "manifests/a/manifest.jsonl"


@pytest.fixture
def policy(template: dict[str, Any]) -> Policy:
    """The statements of a bucket's policy, with these parameters, and one that lets everybody do anything."""

    def said(bucket: str = "Documents", **chosen: str) -> list[dict[str, Any]]:
        choice, resource = Choice(template, **chosen), template["Resources"][f"{bucket}Policy"]
        assert choice.value({"Condition": resource["Condition"]})
        anything = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
        return [anything, *statements_of(choice, resource, KNOWN)]

    return said


def asked(operation: str, request: dict[str, Any]) -> Asked:
    """What IAM is told of a request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html."""
    action = {"abort_multipart_upload": "s3:AbortMultipartUpload", "delete_object": "s3:DeleteObject"}.get(operation)
    told = {"aws:SecureTransport": "true"}
    if operation in WRITES:
        told["s3:ObjectCreationOperation"] = str(WRITES[operation]).lower()
        names = {"IfMatch": "s3:if-match", "IfNoneMatch": "s3:if-none-match"}
        told |= {key: request[name] for name, key in names.items() if request.get(name)}
    return Asked(action or "s3:PutObject", f"arn:aws:s3:::{request['Bucket']}/{request['Key']}", told)


def written(world: Scanned) -> Iterator[tuple[str, Asked]]:
    """What both functions write, to small manifests and large ones, whole, in parts and staged; and what they clear."""
    noted: list[tuple[str, Asked]] = []
    changes = {*WRITES, "abort_multipart_upload", "delete_object"}
    world.s3.before = lambda name, request: noted.append((name, asked(name, request))) if name in changes else None
    for number in range(12):
        world.s3.upload(f"a/{number}.pdf")
        world.publish(f"a/{number}.pdf")
    world.scan()
    world.publish("a/0.pdf")
    yield from noted


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Asked]]:
    make_small_manifests_large(monkeypatch)
    return list(written(Scanned()))


def test_all_that_the_functions_write_passes(policy: Policy, requests: list[tuple[str, Asked]]) -> None:
    assert {name for name, _ in requests} >= {"put_object", "complete_multipart_upload", "upload_part_copy"}
    assert [each for each in requests if decided(policy(), each[1]) != "allowed"] == []


def test_and_no_write_of_a_manifest_would_without_its_condition(
    policy: Policy, requests: list[tuple[str, Asked]]
) -> None:
    naked = [
        Asked(each.action, each.resource, {key: value for key, value in each.told.items() if "match" not in key})
        for name, each in requests
        if WRITES.get(name) and each.resource.endswith("manifest.jsonl")
    ]
    assert naked
    assert {decided(policy(), each) for each in naked} == {"denied"}


def test_what_is_staged_or_on_record_takes_no_condition(policy: Policy) -> None:
    for key in ("manifests/.staging/8f3c", "manifests/.state/last-scan.json"):
        assert decided(policy(), asked("put_object", {"Bucket": "docs", "Key": key})) == "allowed"


def test_documents_are_written_as_ever(policy: Policy) -> None:
    for key in ("2026/04/q1.pdf", "2026/manifest.jsonl"):
        assert decided(policy(), asked("put_object", {"Bucket": "docs", "Key": key})) == "allowed"
        assert decided(policy(), asked("delete_object", {"Bucket": "docs", "Key": key})) == "allowed"


@pytest.mark.parametrize(
    ("bucket", "key", "chosen"),
    [
        ("Documents", MANIFEST, {}),
        ("Documents", "manifests/manifest.jsonl", {}),
        ("Documents", "links/a b/ü/manifest.jsonl", {"ManifestPrefix": "links/"}),
        ("Manifests", "manifests/docs/a/manifest.jsonl", {"ManifestBucketName": "links"}),
        ("Manifests", "docs/manifest.jsonl", {"ManifestBucketName": "links", "ManifestPrefix": ""}),
        ("Manifests", "manifests/docs/a/manifest.jsonl", {"ExistingBucketName": "docs"}),
    ],
)
def test_wherever_a_manifest_lies_nobody_writes_it_without_a_condition_or_deletes_it(
    policy: Policy, bucket: str, key: str, chosen: dict[str, str]
) -> None:
    at = {"Bucket": KNOWN[bucket], "Key": key}
    said = policy(bucket, **chosen)
    for write in ("put_object", "complete_multipart_upload"):
        assert decided(said, asked(write, at)) == "denied"
        assert decided(said, asked(write, at | {"IfMatch": '"e"'})) == "allowed"
        assert decided(said, asked(write, at | {"IfNoneMatch": "*"})) == "allowed"
    assert decided(said, asked("delete_object", at)) == "denied"
    version = Asked("s3:DeleteObjectVersion", f"arn:aws:s3:::{at['Bucket']}/{key}")
    assert decided(said, version) == "denied"


def test_one_may_delete_a_manifest_where_that_is_said_and_write_it_no_more_than_others(policy: Policy) -> None:
    said, resource = policy(ManifestRemoverArn=REMOVER), f"arn:aws:s3:::docs/{MANIFEST}"
    assert decided(said, Asked("s3:DeleteObject", resource, principal=REMOVER)) == "allowed"
    assert decided(said, Asked("s3:DeleteObject", resource)) == "denied"
    put = asked("put_object", {"Bucket": "docs", "Key": MANIFEST})
    assert decided(said, Asked(put.action, put.resource, put.told, REMOVER)) == "denied"


def test_a_presigned_link_is_no_older_than_the_cap(policy: Policy) -> None:
    said = policy(MaxSignatureAgeSeconds="3600")
    ages = {
        age: Asked("s3:GetObject", "arn:aws:s3:::docs/q1.pdf", {"s3:signatureAge": age})
        for age in ("3600000", "3600001")
    }
    assert [decided(said, each) for each in ages.values()] == ["allowed", "denied"]
    assert decided(said, Asked("s3:GetObject", "arn:aws:s3:::docs/q1.pdf")) == "allowed"  # signed in its headers
    assert decided(policy(), ages["3600001"]) == "allowed"


def test_a_bucket_that_is_there_gets_no_policy_of_ours(template: dict[str, Any]) -> None:
    choice = Choice(template, ExistingBucketName="docs")
    assert "DocumentsPolicy" not in choice.there()
    assert Choice(template, ExistingBucketName="docs", MaxSignatureAgeSeconds="60").refused_by() == {
        "NoPolicyOnWhatIsThere"
    }


def test_in_an_emulator_that_knows_no_such_condition_manifests_are_deleted_by_nobody_all_the_same(
    policy: Policy,
) -> None:
    said = policy(S3EndpointUrl="http://127.0.0.1:4566")
    at = {"Bucket": "docs", "Key": MANIFEST}
    assert decided(said, asked("delete_object", at)) == "denied"
    assert decided(said, asked("put_object", at)) == "allowed"

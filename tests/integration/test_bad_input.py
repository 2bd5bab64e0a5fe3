"""What cannot be done is refused by a clear error of its own type, and nothing that is stored changes."""

import pytest
from types_boto3_s3 import S3Client

from shared.domain.errors import (
    AccessDeniedError,
    BucketMissingError,
    EventError,
    LinkManifestError,
    ManifestDamagedError,
    RangeError,
    RequestRefusedError,
    ResumeError,
    SchemaTooNewError,
    StoreUnavailableError,
)
from tests.integration.deployment import deployed, manifest, shown
from tests.servers import Server

MANIFEST = "manifests/a/manifest.jsonl"
NEWER = {"schema": "2", "revision": "7", "rebuilt-from": "3", "commit": "x", "lines": "1", "documents": "1"}


def stored(s3: S3Client, bucket: str) -> tuple[bytes, str, dict[str, str]]:
    found = s3.get_object(Bucket=bucket, Key=MANIFEST)
    return found["Body"].read(), found["ETag"], found["Metadata"]


@pytest.mark.parametrize("store_server", ["moto", "minio"], indirect=True)
@pytest.mark.parametrize("content", [b"not JSON\n", b"[]\n", b'{"url": "x"}\n', b'{"key": 1}\n', b"\xff\xfe\n"])
def test_a_damaged_manifest_is_refused_by_the_update_and_replaced_by_the_scan(
    store_server: Server, s3: S3Client, bucket: str, content: bytes
) -> None:
    s3.put_object(Bucket=bucket, Key="a/1.pdf", Body=b"x")
    s3.put_object(Bucket=bucket, Key=MANIFEST, Body=content)
    before = stored(s3, bucket)
    with deployed(store_server, bucket) as functions:
        answer = functions.notify("a/1.pdf")
        assert isinstance(answer.error, ManifestDamagedError)
        assert MANIFEST in str(answer.error)
        assert functions.deliver("a/1.pdf").failed == ("message-1",)
        assert stored(s3, bucket) == before
        assert functions.scan("a/").success
    assert list(shown(manifest(s3, bucket, "a/"))) == ["a/1.pdf"]


def test_a_manifest_of_a_higher_schema_is_refused_by_both_and_left_as_it_is(
    store_server: Server, s3: S3Client, bucket: str
) -> None:
    s3.put_object(Bucket=bucket, Key="a/1.pdf", Body=b"x")
    s3.put_object(Bucket=bucket, Key="b/1.pdf", Body=b"x")
    s3.put_object(Bucket=bucket, Key=MANIFEST, Body=b"whatever\n", Metadata=NEWER)
    before = stored(s3, bucket)
    with deployed(store_server, bucket) as functions:
        for answer in (functions.notify("a/1.pdf"), functions.scan("")):
            assert isinstance(answer.error, SchemaTooNewError)
            assert "schema 2" in str(answer.error)
    assert stored(s3, bucket) == before
    assert list(shown(manifest(s3, bucket, "b/"))) == ["b/1.pdf"], "the others are rebuilt all the same"


def test_a_bucket_that_does_not_exist_is_named(store_server: Server, bucket: str) -> None:
    with deployed(store_server, f"{bucket}-absent") as functions:
        for answer in (functions.notify("a/1.pdf"), functions.scan("a/")):
            assert isinstance(answer.error, BucketMissingError)
            assert f"{bucket}-absent" in str(answer.error)


@pytest.mark.parametrize("store_server", ["seaweedfs", "minio"], indirect=True)
def test_an_access_that_is_denied_is_never_read_as_gone(store_server: Server, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a/1.pdf", Body=b"x")
    with deployed(store_server, bucket, AWS_SECRET_ACCESS_KEY="another-key-altogether") as functions:
        for answer in (functions.notify("a/1.pdf"), functions.scan("a/")):
            assert isinstance(answer.error, AccessDeniedError)
        assert functions.deliver("a/1.pdf").failed == ("message-1",)


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
def test_an_endpoint_that_is_down_is_named_and_fails_the_message(store_server: Server, bucket: str) -> None:
    with deployed(store_server, bucket, S3_ENDPOINT_URL="http://127.0.0.1:9") as functions:
        for answer in (functions.notify("a/1.pdf"), functions.scan("a/")):
            assert isinstance(answer.error, StoreUnavailableError)
        assert functions.deliver("a/1.pdf").failed == ("message-1",)


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
@pytest.mark.parametrize("event", [None, [], "x", {"prefix": 5}, {"prefix": None}, {"links": "no"}, {"bucket": ""}])
def test_a_scan_that_is_asked_for_nonsense_says_which_field(store_server: Server, bucket: str, event: object) -> None:
    with deployed(store_server, bucket) as functions, pytest.raises(EventError):
        functions.full_scan.handler(event, None)


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"after": "b", "until": "a"}, RangeError),
        ({"prefix": "a/", "until": "b/"}, RangeError),
        ({"resume": {"version": 1}, "resumable": True}, ResumeError),
        ({"alone": ["a"]}, EventError),
        ({"resumable": 1}, EventError),
    ],
)
def test_a_part_that_cannot_be_is_refused_before_anything_is_asked_of_the_store(
    store_server: Server, bucket: str, event: object, error: type[Exception]
) -> None:
    nobody = "http://127.0.0.1:9"
    with deployed(store_server, bucket, S3_ENDPOINT_URL=nobody) as functions, pytest.raises(error):
        functions.full_scan.handler(event, None)


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
@pytest.mark.parametrize("prefix", ["manifests/", "manifests", "manifests/a/", ".staging/"])
def test_a_scan_of_the_manifests_themselves_is_refused(store_server: Server, bucket: str, prefix: str) -> None:
    with deployed(store_server, bucket) as functions:
        assert isinstance(functions.scan(prefix).error, LinkManifestError)


@pytest.mark.parametrize("store_server", ["seaweedfs"], indirect=True)
def test_a_document_encrypted_with_its_owners_key_fails_alone(store_server: Server, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a/1.pdf", Body=b"x")
    s3.put_object(Bucket=bucket, Key="a/2.pdf", Body=b"x", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
    with deployed(store_server, bucket) as functions:
        assert functions.deliver("a/1.pdf", "a/2.pdf").failed == ("message-2",)
        answer = functions.notify("a/2.pdf", "a/1.pdf")
    assert isinstance(answer.error, RequestRefusedError)
    assert "a/2.pdf" in str(answer.error)
    assert list(shown(manifest(s3, bucket, "a/"))) == ["a/1.pdf"]

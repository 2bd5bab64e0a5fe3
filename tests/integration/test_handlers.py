"""Both handlers on real servers: what a user of the functions sees."""

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.chaos.functions import record
from tests.integration.deployment import body, deployed, documents, manifest, shown
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

INTERLEAVED = ("a/1.pdf", "a/b/2.pdf", "a/c.pdf", "a-b/1.pdf", "top.PDF", "a/note.txt", "z/deep/er/x.Pdf")


def upload(s3: "S3Client", bucket: str, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=f"%PDF of {key}".encode())


def test_an_uploaded_pdf_is_in_its_manifest_with_a_link_that_downloads_it(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, "2026/04/acme/q1.pdf")
    with deployed(store_server, bucket) as functions:
        answer = functions.notify("2026/04/acme/q1.pdf")
    line = manifest(s3, bucket, "2026/04/acme/")["2026/04/acme/q1.pdf"]
    with urllib.request.urlopen(line.url or "") as download:
        assert download.read() == b"%PDF of 2026/04/acme/q1.pdf"
    assert answer.body == {
        "manifests": [
            {
                "bucket": bucket,
                "prefix": "2026/04/acme/",
                "manifest_key": "manifests/2026/04/acme/manifest.jsonl",
                "revision": 1,
                "added": 1,
                "removed": 0,
                "unchanged": 0,
            }
        ],
        "ignored": 0,
    }


def test_a_manifest_says_what_it_is_in_its_metadata(store_server: Server, s3: "S3Client", bucket: str) -> None:
    upload(s3, bucket, "a/1.pdf", "a/2.pdf")
    with deployed(store_server, bucket) as functions:
        functions.notify("a/1.pdf", "a/2.pdf", "a/never.pdf")
    found = s3.head_object(Bucket=bucket, Key="manifests/a/manifest.jsonl")
    metadata = {name.lower(): value for name, value in found["Metadata"].items()}
    assert found["ContentType"] == "application/x-ndjson"
    assert len(metadata.pop("commit")) == 32
    assert metadata.pop("first-expiry") == manifest(s3, bucket, "a/")["a/1.pdf"].expires_at
    expected = {"schema": "1", "revision": "1", "rebuilt-from": "-1", "lines": "3", "documents": "2"}
    assert metadata == expected


def test_a_deleted_pdf_is_gone_from_the_view_and_stays_as_a_deleted_line(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, "a/1.pdf", "a/2.pdf")
    with deployed(store_server, bucket) as functions:
        functions.notify("a/1.pdf", "a/2.pdf")
        s3.delete_object(Bucket=bucket, Key="a/1.pdf")
        assert functions.deliver("a/1.pdf").success
    lines = manifest(s3, bucket, "a/")
    assert (lines["a/1.pdf"].deleted, lines["a/1.pdf"].revision) == (True, 2)
    assert shown(lines) == documents(s3, bucket, "a/")


def test_a_doubled_event_leaves_one_line_and_keeps_the_link(store_server: Server, s3: "S3Client", bucket: str) -> None:
    upload(s3, bucket, "a/1.pdf")
    with deployed(store_server, bucket) as functions:
        functions.notify("a/1.pdf")
        before = manifest(s3, bucket, "a/")["a/1.pdf"]
        answer = functions.notify("a/1.pdf")
    after = manifest(s3, bucket, "a/")["a/1.pdf"]
    assert (after.url, after.expires_at, after.revision) == (before.url, before.expires_at, 2)
    assert [answer.body["manifests"][0][count] for count in ("added", "removed", "unchanged")] == [0, 0, 1]


def test_a_scan_rebuilds_every_manifest_from_one_listing_nested_folders_included(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, *INTERLEAVED)
    with deployed(store_server, bucket, QUEUE_MAX="3") as functions:
        answer = functions.scan("")
    prefixes = ["", "a-b/", "a/", "a/b/", "z/deep/er/"]
    assert [each["prefix"] for each in answer.body["manifests"]] == prefixes
    assert answer.body["count"] == 6
    assert answer.body["ignored"] == 1  # a/note.txt; the manifests that the listing came by are the project's own
    views = [shown(manifest(s3, bucket, prefix)) for prefix in prefixes]
    assert {key: etag for view in views for key, etag in view.items()} == documents(s3, bucket)


def test_a_scan_empties_the_manifest_of_a_prefix_without_documents_and_never_deletes_it(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, "a/b/1.pdf")
    with deployed(store_server, bucket) as functions:
        functions.notify("a/b/1.pdf")
        s3.delete_object(Bucket=bucket, Key="a/b/1.pdf")
        answer = functions.scan("a")
    assert [(each["prefix"], each["count"], each["previous_count"]) for each in answer.body["manifests"]] == [
        ("a/", 0, 0),
        ("a/b/", 0, 1),
    ]
    raw = s3.get_object(Bucket=bucket, Key="manifests/a/b/manifest.jsonl")["Body"].read()
    assert json.loads(raw) == {"key": "", "deleted": True, "revision": 2}


def test_a_scan_heals_a_lost_event(store_server: Server, s3: "S3Client", bucket: str) -> None:
    upload(s3, bucket, "a/1.pdf", "a/2.pdf")
    with deployed(store_server, bucket) as functions:
        functions.notify("a/1.pdf")
        assert functions.scan("a/").body["manifests"][0]["previous_count"] == 1
    assert shown(manifest(s3, bucket, "a/")) == documents(s3, bucket, "a/")


def test_a_manifest_url_downloads_the_manifest_and_is_left_out_on_request(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, "a/1.pdf")
    with deployed(store_server, bucket) as functions:
        answer = functions.scan("a/").body
        without = body(functions.full_scan.handler({"prefix": "a/", "links": False}, None))
    with urllib.request.urlopen(answer["manifest_url"]) as download:
        assert b'"a/1.pdf"' in download.read()
    assert answer["manifests"][0]["manifest_url"] == answer["manifest_url"]
    assert "manifest_url" not in json.dumps(without)


def test_manifests_in_a_bucket_of_their_own_lie_below_the_name_of_the_documents_bucket(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    own = f"{bucket}-links"
    s3.create_bucket(Bucket=own)
    upload(s3, bucket, "manifests/a.pdf", "b/1.pdf")
    with deployed(store_server, bucket, MANIFEST_BUCKET=own) as functions:
        assert functions.notify("manifests/a.pdf").success
        assert functions.scan("").body["count"] == 2
    assert list(manifest(s3, own, "b/", f"manifests/{bucket}/")) == ["b/1.pdf"]
    assert list(manifest(s3, own, "manifests/", f"manifests/{bucket}/")) == ["manifests/a.pdf"]


def test_a_prefix_depth_gathers_deeper_folders_and_widens_a_scan_of_one(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, "a/1.pdf", "a/b/c/2.pdf", "x/y/3.pdf")
    with deployed(store_server, bucket, PREFIX_DEPTH="1") as functions:
        functions.notify("a/b/c/2.pdf")
        answer = functions.scan("a/b/c")
    assert [each["prefix"] for each in answer.body["manifests"]] == ["a/"]
    assert sorted(shown(manifest(s3, bucket, "a/"))) == ["a/1.pdf", "a/b/c/2.pdf"]


def test_of_a_batch_exactly_the_messages_that_failed_are_named(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    upload(s3, bucket, "a/1.pdf")
    good = json.dumps({"Records": [record(bucket, "a/1.pdf")]})
    absent = json.dumps({"Records": [record("no-such-bucket-anywhere", "a/1.pdf"), record(bucket, "a/1.pdf")]})
    bodies = {"good": good, "poison": "not JSON", "absent": absent, "text": good.replace("1.pdf", "1.txt")}
    records = [{"messageId": name, "eventSource": "aws:sqs", "body": text} for name, text in bodies.items()]
    with deployed(store_server, bucket) as functions:
        answer = functions.on_created.handler({"Records": records}, None)
        everything_failed = functions.on_created.handler({"Records": [records[1]]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}, {"itemIdentifier": "absent"}]}
    assert everything_failed == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert list(shown(manifest(s3, bucket, "a/"))) == ["a/1.pdf"]


@pytest.mark.parametrize("body_of_earlier_tools", [b'{"key": "a/1.pdf", "url": "http://old"}', b""])
def test_a_manifest_of_an_earlier_tool_is_taken_over(
    store_server: Server, s3: "S3Client", bucket: str, body_of_earlier_tools: bytes
) -> None:
    if not body_of_earlier_tools and store_server.name != "moto":
        pytest.skip("a PUT with an empty body stalls the SDK's next request")
    upload(s3, bucket, "a/1.pdf", "a/2.pdf")
    s3.put_object(Bucket=bucket, Key="manifests/a/manifest.jsonl", Body=body_of_earlier_tools)
    with deployed(store_server, bucket) as functions:
        assert functions.notify("a/2.pdf").success
        lines = manifest(s3, bucket, "a/")
        assert "a/2.pdf" in lines
        assert all((line.url or "").startswith(store_server.endpoint_url) for line in lines.values())
        assert functions.scan("a/").body["count"] == 2

"""What an append to a large manifest sends and receives, counted by a proxy: the same at any size."""

import time
from collections.abc import Iterator

import pytest

from shared.domain.head import Head
from shared.domain.manifest import Line
from tests.chaos.functions import cold_start, environment, output
from tests.chaos.library import Library, manifest_key
from tests.chaos.proxy import Proxy, Traffic, proxy_for
from tests.chaos.race import tell

pytest_plugins = ["tests.chaos.fixtures"]

on = pytest.mark.parametrize
BLOCK = 20_000  # lines, 9 MiB
FOLDER = "2026/04/customers/acme-industries/invoices/"
MOST_BYTES = 32 * 1024  # beyond the new lines
MOST_REQUESTS = 6


@pytest.fixture
def proxy(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """In front of the library's store; the functions' environment names it."""
    with proxy_for(library.server.endpoint_url) as proxy:
        for name, value in environment(library, proxy.endpoint_url).items():
            monkeypatch.setenv(name, value)
        yield proxy


def block() -> bytes:
    """So many lines as long as those of a long-lived key are."""
    signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=" + "0" * 64
    fields = {"size": 48213, "etag": "9" * 32, "last_modified": "2026-04-02T08:11:43Z"}
    keys = (f"{FOLDER}report-{number:07}.pdf" for number in range(BLOCK))
    lines = (
        Line(key, f"http://127.0.0.1:9000/reports/{key}?{signature}", expires_at="2026-04-02T08:26:50Z", **fields)  # type: ignore[arg-type]
        for key in keys
    )
    return b"".join(line.encode() for line in lines)


def make_manifest(library: Library, blocks: int) -> int:
    """A manifest of so many times these lines, put together on the server; its size in bytes."""
    client, bucket, key = library.client, library.bucket, manifest_key(FOLDER)
    body = block()
    client.put_object(Bucket=bucket, Key="block", Body=body)
    head = Head(revision=1, commit="made", lines=blocks * BLOCK, documents=BLOCK)
    upload = client.create_multipart_upload(Bucket=bucket, Key=key, Metadata=head.metadata())["UploadId"]
    etags = [
        client.upload_part_copy(
            Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, CopySource={"Bucket": bucket, "Key": "block"}
        )["CopyPartResult"]["ETag"]
        for number in range(1, blocks + 1)
    ]
    parts = {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]}
    client.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload=parts)  # type: ignore[arg-type]
    return blocks * len(body)


def append(library: Library, proxy: Proxy) -> Traffic:
    """One new document, told of to a warm function."""
    key = f"{FOLDER}new.pdf"
    library.upload("elsewhere/warm.pdf", key)
    functions = cold_start()
    with output():
        assert functions.deliver("elsewhere/warm.pdf").success
        with proxy.watch() as traffic:
            began = time.monotonic()
            assert functions.deliver(key).success
    total = traffic.sent + traffic.received
    tell(f"{len(traffic.calls)} requests, {total} bytes, {time.monotonic() - began:.2f} s")
    return traffic


def appended(library: Library, size: int) -> bytes:
    """What has been added behind that many bytes."""
    answer = library.client.get_object(Bucket=library.bucket, Key=manifest_key(FOLDER), Range=f"bytes={size}-")
    with answer["Body"] as body:
        return body.read()


@on("store_server", ["minio"], indirect=True)
@on("blocks", [1, pytest.param(50, marks=[pytest.mark.campaign, pytest.mark.timeout(600)])])
def test_an_append_costs_32_kib_and_six_requests_whatever_the_size(library: Library, proxy: Proxy, blocks: int) -> None:
    size = make_manifest(library, blocks)
    traffic = append(library, proxy)
    line = appended(library, size)
    assert line.count(b"\n") == 1
    assert f'"key": "{FOLDER}new.pdf"'.encode() in line
    assert traffic.sent + traffic.received - len(line) < MOST_BYTES
    assert len(traffic.calls) <= MOST_REQUESTS

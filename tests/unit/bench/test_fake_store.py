"""The store in memory answers as S3 does, to S3's own client: what is measured against it is measured fairly."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bench.fake.keys import SHAPES, keys
from bench.processes import BUCKET, Fake, fake

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

on = pytest.mark.parametrize
DOCUMENTS, FOLDERS = 2_345, 7


@pytest.fixture(scope="module", params=["spaces", "accents"])
def store(request: pytest.FixtureRequest) -> Iterator[tuple[Fake, str]]:
    with fake(DOCUMENTS, FOLDERS, request.param) as store:
        yield store, request.param


@pytest.fixture
def client(store: tuple[Fake, str]) -> Iterator["S3Client"]:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    env = store[0].environment()
    session = boto3.Session(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
    client = session.client("s3", endpoint_url=store[0].endpoint_url, config=config)
    yield client
    client.close()


def listed(client: "S3Client", **how: Any) -> list[dict[str, Any]]:
    return list(client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, **how))  # type: ignore[arg-type]


def found(pages: list[dict[str, Any]]) -> list[str]:
    return [each["Key"] for page in pages for each in page.get("Contents", ())]


def refused(error: pytest.ExceptionInfo[ClientError]) -> int:
    return int(error.value.response["ResponseMetadata"]["HTTPStatusCode"])


@on("page", [1000, 300])
def test_a_listing_is_complete_and_in_order_whatever_a_page_holds(
    client: "S3Client", store: tuple[Fake, str], page: int
) -> None:
    store[0].set(page=page)
    pages = listed(client, Prefix="docs/")
    assert found(pages) == sorted(keys(DOCUMENTS, FOLDERS, store[1]))
    assert [len(each["Contents"]) for each in pages[:-1]] == [page] * (DOCUMENTS // page)
    store[0].set(page=1000)


def test_a_listing_goes_on_after_a_key_and_stays_below_its_prefix(client: "S3Client", store: tuple[Fake, str]) -> None:
    every = keys(DOCUMENTS, FOLDERS, store[1])
    assert found(listed(client, Prefix="docs/", StartAfter=every[1_500])) == every[1_501:]
    folder = every[0].rpartition("/")[0] + "/"
    assert found(listed(client, Prefix=folder)) == [key for key in every if key.startswith(folder)]
    assert found(listed(client, Prefix="docs/nobody/")) == []


def test_folders_are_told_by_a_delimiter(client: "S3Client", store: tuple[Fake, str]) -> None:
    folders = dict.fromkeys(key.rpartition("/")[0] + "/" for key in keys(DOCUMENTS, FOLDERS, store[1]))
    pages = listed(client, Prefix="docs/", Delimiter="/", PaginationConfig={"PageSize": 3})
    assert [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", ())] == list(folders)


def test_a_document_can_be_looked_at_and_nothing_else(client: "S3Client", store: tuple[Fake, str]) -> None:
    key = keys(DOCUMENTS, FOLDERS, store[1])[42]
    told, (entry,) = client.head_object(Bucket=BUCKET, Key=key), listed(client, Prefix=key)[0]["Contents"]
    assert (told["ETag"], told["ContentLength"]) == (entry["ETag"], entry["Size"])
    with pytest.raises(ClientError) as missing:
        client.head_object(Bucket=BUCKET, Key=key + "x")
    assert refused(missing) == 404


def test_a_write_whose_condition_does_not_hold_is_refused(client: "S3Client") -> None:
    etag = client.put_object(Bucket=BUCKET, Key="m/conditional", Body=b"one", IfNoneMatch="*")["ETag"]
    condition: Any
    for condition in ({"IfNoneMatch": "*"}, {"IfMatch": '"another"'}):
        with pytest.raises(ClientError) as lost:
            client.put_object(Bucket=BUCKET, Key="m/conditional", Body=b"two", **condition)
        assert refused(lost) == 412
    client.put_object(Bucket=BUCKET, Key="m/conditional", Body=b"three", IfMatch=etag, Metadata={"revision": "2"})
    answer = client.get_object(Bucket=BUCKET, Key="m/conditional")
    assert (answer["Body"].read(), answer["Metadata"]) == (b"three", {"revision": "2"})
    with pytest.raises(ClientError) as missing:
        client.put_object(Bucket=BUCKET, Key="m/nothing", Body=b"", IfMatch=etag)
    assert refused(missing) == 412


@on(("ranged", "expected"), [("bytes=2-4", b"234"), ("bytes=7-", b"789"), ("bytes=-2", b"89"), ("bytes=8-99", b"89")])
def test_a_range_is_answered_with_what_it_is_of(client: "S3Client", ranged: str, expected: bytes) -> None:
    client.put_object(Bucket=BUCKET, Key="m/ranges", Body=b"0123456789")
    answer = client.get_object(Bucket=BUCKET, Key="m/ranges", Range=ranged)
    assert answer["Body"].read() == expected
    assert answer["ContentRange"].endswith("/10")
    with pytest.raises(ClientError) as beyond:
        client.get_object(Bucket=BUCKET, Key="m/ranges", Range="bytes=10-")
    assert refused(beyond) == 416


def test_parts_are_copied_and_put_together_under_a_condition(client: "S3Client") -> None:
    etag = client.put_object(Bucket=BUCKET, Key="m/large", Body=b"0123456789")["ETag"]

    def completed(condition: str) -> Any:
        upload = client.create_multipart_upload(Bucket=BUCKET, Key="m/large", Metadata={"lines": "2"})["UploadId"]
        part: Any = {"Bucket": BUCKET, "Key": "m/large", "UploadId": upload}
        copied = client.upload_part_copy(
            **part, PartNumber=1, CopySource={"Bucket": BUCKET, "Key": "m/large"}, CopySourceRange="bytes=0-9"
        )["CopyPartResult"]["ETag"]
        sent = client.upload_part(**part, PartNumber=2, Body=b"abc")["ETag"]
        parts: Any = [{"PartNumber": 1, "ETag": copied}, {"PartNumber": 2, "ETag": sent}]
        return client.complete_multipart_upload(**part, MultipartUpload={"Parts": parts}, IfMatch=condition)

    with pytest.raises(ClientError) as lost:
        completed('"another"')
    assert refused(lost) == 412
    assert completed(etag)["ETag"] != etag
    answer = client.get_object(Bucket=BUCKET, Key="m/large")
    assert (answer["Body"].read(), answer["Metadata"]) == (b"0123456789abc", {"lines": "2"})


def test_what_is_put_is_listed_and_what_is_deleted_is_not(client: "S3Client") -> None:
    client.put_object(Bucket=BUCKET, Key="m/p&q <r>.txt", Body=b"abc")
    (entry,) = listed(client, Prefix="m/p")[0]["Contents"]
    assert (entry["Key"], entry["Size"]) == ("m/p&q <r>.txt", 3)
    client.delete_object(Bucket=BUCKET, Key="m/p&q <r>.txt")
    assert found(listed(client, Prefix="m/p")) == []


def test_it_counts_what_it_is_asked_and_forgets_it(client: "S3Client", store: tuple[Fake, str]) -> None:
    store[0].counts()
    listed(client, Prefix="docs/")
    client.put_object(Bucket=BUCKET, Key="m/counted", Body=b"12345")
    client.get_object(Bucket=BUCKET, Key="m/counted", Range="bytes=0-1")["Body"].read()
    client.head_object(Bucket=BUCKET, Key="m/counted")
    counts = store[0].counts()
    assert {kind: counts[kind] for kind in ("LIST", "PUT", "GET", "HEAD")} == {"LIST": 3, "PUT": 1, "GET": 1, "HEAD": 1}
    assert counts["bytes received"] == 5
    assert not any(store[0].counts().values())


@on("shape", SHAPES)
@on(("many", "folders"), [(10, 3), (1000, 1000), (7, 1)])
def test_there_are_as_many_documents_as_are_asked_for_and_each_is_one(shape: str, many: int, folders: int) -> None:
    made = keys(many, folders, shape)
    assert len(set(made)) == many
    assert made == sorted(made)
    assert len({key.rpartition("/")[0] for key in made}) == folders
    assert all(key.endswith(".pdf") and len(key.encode()) <= 1024 for key in made)

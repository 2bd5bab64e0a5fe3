"""What S3 will not have, and what a person is told of it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict

from shared.config import Settings
from shared.domain.documents import Folder, Layout, Place
from shared.domain.errors import BucketMissingError, ConfigError, EventError, RequestRefusedError, shown
from shared.domain.events import parse
from shared.store.client import make_client
from shared.store.failures import explain, require_missing
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import World

PLACE = Place("docs", "a/1.pdf")
OLD_LINK = "https://docs.s3.amazonaws.com/k.pdf?AWSAccessKeyId=AKIAEXAMPLE&Signature=abc%2Fdef&Expires=1"


class NoBody(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield b""


class Redirect:
    """A bucket of another region, as S3 tells of it."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        self.hosts.append(request.url.split("/")[2])
        headers: Any = HeadersDict({"x-amz-bucket-region": "eu-west-1"})
        return AWSResponse(request.url, 301, headers, NoBody())


def test_a_bucket_of_another_region_is_an_error_and_no_redirect_is_followed() -> None:
    client = make_client(boto3.Session("key", "secret", region_name="us-east-1"), None)
    redirect = Redirect()
    client.meta.events.register("before-send.s3", redirect)  # type: ignore[arg-type]  # an answer instead
    with pytest.raises(Exception, match="301") as raised:
        client.head_object(Bucket="docs", Key="a/1.pdf")
    assert redirect.hosts == ["docs.s3.amazonaws.com"]
    assert isinstance(explain(raised.value, "HEAD", PLACE), ConfigError)


@pytest.mark.parametrize("endpoint_url", ["http://my_minio:9000", "http://-h", "http://h..x"])
def test_an_endpoint_the_sdk_does_not_take_is_named(endpoint_url: str) -> None:
    with pytest.raises(ConfigError, match="S3_ENDPOINT_URL"):
        make_client(boto3.Session("key", "secret", region_name="us-east-1"), endpoint_url)


def test_a_404_that_cannot_be_read_is_told_from_a_missing_bucket_by_the_bucket_itself() -> None:
    client: Any = HeadBucket()
    require_missing(client, refusal("404"), PLACE)
    with pytest.raises(BucketMissingError):
        require_missing(client, refusal("404"), Place("absent", "a/1.pdf"))


class HeadBucket(FakeS3):
    def _head_bucket(self, Bucket: str) -> dict[str, Any]:  # noqa: N803 -- S3's name
        if Bucket not in self.buckets:
            raise refusal("404", "HeadBucket")
        return {}


def test_a_name_the_store_does_not_take_is_not_to_be_tried_again() -> None:
    error = refusal("404")
    error.response["ResponseMetadata"]["HTTPStatusCode"] = 400
    assert isinstance(explain(error, "HEAD", PLACE), RequestRefusedError)


def test_an_update_signs_no_key_of_another_folder_that_somebody_wrote_into_the_manifest() -> None:
    world = World()
    world.fill(["1"])
    world.s3.upload("manifests/a/manifest.jsonl", b'{"key": "b/secret.pdf", "url": "http://x"}\n{"key": "a/x.txt"}\n')
    world.publish("a/1.pdf")
    assert list(world.view()) == ["a/1.pdf"]


@pytest.mark.parametrize("text", [OLD_LINK, OLD_LINK.replace("Signature", "X-Amz-Signature")])
def test_what_makes_a_link_work_is_never_quoted(text: str) -> None:
    assert "abc" not in shown(text)
    assert "AKIAEXAMPLE" not in shown(text)
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({"BUCKET_NAME": text})
    assert "abc" not in str(refused.value)
    notice = parse({"Records": [{"messageId": "m", "eventSource": "aws:sqs", "body": text}]}).notices[0]
    assert isinstance(notice.error, EventError)
    assert "abc" not in str(notice.error)


@pytest.mark.parametrize("prefix", ["manifests/", "manifests", ".staging/", "x" * 1020])
def test_a_prefix_that_can_have_no_documents_is_refused_at_the_start(prefix: str) -> None:
    with pytest.raises(ConfigError, match="PREFIX"):
        Settings.from_env({"PREFIX": prefix})


def test_a_document_belongs_to_one_folder_alone() -> None:
    layout = Layout()
    assert layout.belongs(Folder("docs", "a/"), "a/1.pdf")
    assert not any(layout.belongs(Folder("docs", "a/"), key) for key in ("a/b/1.pdf", "a/1.txt", "b/1.pdf", ""))

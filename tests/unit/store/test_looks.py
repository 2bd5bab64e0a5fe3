"""What a HEAD's answer, which has no body, leaves open; and stores that give no ETag."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict

from shared.domain.documents import Layout, Place
from shared.domain.errors import ConfigError, CredentialsError, RequestRefusedError, StoreUnfitError
from shared.store.client import make_client
from shared.store.looks import look
from shared.store.manifests import ManifestStore
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import MANIFEST, Scanned, World, at, make_small_manifests_large, raising

PLACE = Place("docs", "a/1.pdf")
WITH_ETAG = ("head_object", "get_object", "upload_part", "upload_part_copy", "complete_multipart_upload")


def body_of(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


class Body(BytesIO):
    def stream(self, **_: object) -> Any:
        yield self.read()


class Answers:
    """A store that answers every request alike, by method and whether it asks for a bucket."""

    def __init__(self, get: tuple[int, bytes], bucket: int = 400, region: str | None = None) -> None:
        self._get, self._bucket, self._region = get, bucket, region
        self.asked: list[str] = []

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        of_bucket = request.url.endswith(".com/")
        self.asked.append(f"{request.method} {'bucket' if of_bucket else 'object'}")
        status, body = self._get if request.method == "GET" else (self._bucket if of_bucket else 400, b"")
        headers: Any = HeadersDict({"x-amz-bucket-region": self._region} if self._region else {})
        return AWSResponse(request.url, status, headers, Body(body))


def client_of(answers: Answers) -> Any:
    client = make_client(boto3.Session("key", "secret", region_name="us-east-1"), None)
    client.meta.events.register("before-send.s3", answers)  # type: ignore[arg-type]  # an answer instead
    return client


def at_a_document(client: Any) -> object:
    return look(client, PLACE)


def at_a_manifest(client: Any) -> object:
    return ManifestStore(client, Layout()).look(Place("docs", MANIFEST))


@pytest.mark.parametrize("looked", [at_a_document, at_a_manifest])
@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("ExpiredToken", CredentialsError),
        ("InvalidToken", CredentialsError),
        ("AuthorizationHeaderMalformed", ConfigError),
        ("InvalidRequest", RequestRefusedError),  # an object encrypted with its owner's key (SSE-C)
    ],
)
def test_a_heads_400_means_what_the_body_of_a_get_says(
    looked: Callable[[Any], object], code: str, meaning: type[Exception]
) -> None:
    answers = Answers((400, body_of(code)))
    with pytest.raises(meaning, match=code):
        looked(client_of(answers))
    assert answers.asked == ["HEAD object", "GET object"]


@pytest.mark.parametrize(
    ("bucket", "region", "meaning"),
    [
        (200, "us-east-1", RequestRefusedError),
        (400, None, CredentialsError),
        (400, "us-east-1", CredentialsError),
        (400, "eu-west-1", ConfigError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"\x0b", b"<html/>"])
def test_where_the_body_says_nothing_the_bucket_is_asked(
    body: bytes, bucket: int, region: str | None, meaning: type[Exception]
) -> None:
    answers = Answers((400, body), bucket, region)
    with pytest.raises(meaning):
        at_a_document(client_of(answers))
    assert answers.asked == ["HEAD object", "GET object", "HEAD bucket"]


def test_a_document_that_a_get_shows_is_there_whatever_the_head_said() -> None:
    world = World()
    world.fill(["1"])
    world.s3.before = at("head_object", raising(refusal("400")), "a/1.pdf")
    world.publish("a/1.pdf")
    assert world.view() == world.bucket_view()


# Stores without ETags


class NoEtag(FakeS3):
    """Its answers to one operation have no ETag, or an empty one."""

    def __init__(self, operation: str, etag: str | None) -> None:
        super().__init__()
        self._without, self._etag = operation, etag

    def __getattr__(self, operation: str) -> Any:
        call = super().__getattr__(operation)
        return (lambda **request: self._bare(call(**request))) if operation == self._without else call

    def _bare(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "CopyPartResult" in answer:
            return {"CopyPartResult": self._bare(answer["CopyPartResult"])}
        return {name: value for name, value in answer.items() if name != "ETag"} | (
            {"ETag": self._etag} if self._etag is not None else {}
        )


@pytest.mark.parametrize("operation", WITH_ETAG)
@pytest.mark.parametrize("etag", [None, "", '""'])
def test_an_update_of_a_store_without_etags_says_that_it_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, operation: str, etag: str | None
) -> None:
    good = World()
    good.fill(map(str, range(10)))
    make_small_manifests_large(monkeypatch)
    good.rebuild()
    world = World(NoEtag(operation, etag))
    world.s3.buckets = good.s3.buckets
    if operation == "get_object":
        world.s3.before = at("head_object", raising(refusal("404")), times=9)
    with pytest.raises(StoreUnfitError, match=r"docs.*ETag"):
        world.publish("a/1.pdf")
    assert world.left_over() == []


@pytest.mark.parametrize("operation", WITH_ETAG)
def test_so_does_a_scan(monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    make_small_manifests_large(monkeypatch)
    world = Scanned(*(f"a/{number}.pdf" for number in range(10)), s3=NoEtag(operation, None))
    if operation in ("head_object", "get_object", "upload_part_copy"):
        good = World()
        good.s3.buckets = world.s3.buckets
        good.rebuild()
    if operation == "get_object":
        world.s3.before = at("head_object", raising(refusal("404")), times=9)
    assert isinstance(world.scan("a/").failed["a/"], StoreUnfitError)
    assert world.left_over() == []

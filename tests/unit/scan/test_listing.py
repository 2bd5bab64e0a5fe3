"""LIST, read by our own hand: its fields, every encoding, and nothing else taken for a page."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import aioboto3
import pytest
from aiobotocore.awsrequest import AioAWSResponse
from aiohttp import ClientPayloadError
from botocore.parsers import ResponseParserError

from shared.domain.documents import Place
from shared.domain.errors import AccessDeniedError, BucketMissingError, StoreUnavailableError, StoreUnfitError
from shared.domain.manifest import Document
from shared.scan.listing import Listing
from shared.store.client import async_configuration
from shared.store.pages import listed, read_pages_fast
from tests.fake_objects import refusal
from tests.fake_s3 import AsyncS3, FakeS3

NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
ENTRY = (
    "<Contents><Key>{key}</Key><LastModified>{modified}</LastModified><ETag>{etag}</ETag><Size>{size}</Size></Contents>"
)


def entry(
    key: str = "a/1.pdf", modified: str = "2026-04-02T08:11:43.000Z", etag: str = '"9b2c"', size: str = "7"
) -> str:
    fields = {"Key": escape(key), "LastModified": modified, "ETag": escape(etag, {'"': "&quot;"}), "Size": size}
    return f"<Contents>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items())}</Contents>"


def answer(*entries: str, token: str = "", namespace: str = NAMESPACE, encoding: str = "") -> bytes:
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    encoded = f"<EncodingType>{encoding}</EncodingType>" if encoding else ""
    truncated = str(bool(token)).lower()
    inner = f"{encoded}<IsTruncated>{truncated}</IsTruncated>{more}{''.join(entries)}"
    return f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult{namespace}>{inner}</ListBucketResult>'.encode()


@pytest.mark.parametrize("namespace", ["", NAMESPACE])
def test_a_page_gives_key_size_etag_and_whole_seconds(namespace: str) -> None:
    documents, token = listed(answer(entry(modified="2026-04-02T08:11:43.987Z"), namespace=namespace))
    assert documents == [Document("a/1.pdf", 7, "9b2c", "2026-04-02T08:11:43Z")]
    assert token is None


def test_a_truncated_page_gives_the_token_of_the_next() -> None:
    assert listed(answer(entry(), token="more")) == (listed(answer(entry()))[0], "more")


def test_an_empty_listing_is_a_page_without_documents() -> None:
    assert listed(answer()) == ([], None)


@pytest.mark.parametrize(
    ("sent", "encoding", "key"),
    [
        ("a%20b%2Bc%25.pdf", "url", "a b+c%.pdf"),
        ("a+b.pdf", "url", "a b.pdf"),
        ("a%20b+c.pdf", "", "a%20b+c.pdf"),
        ("a%2520b%252Bc%20.pdf", "url", "a%20b%2Bc .pdf"),
        ("%C3%A9%0A%F0%9F%A7%BE.pdf", "url", "é\n\U0001f9fe.pdf"),
        ("é&<>.pdf", "", "é&<>.pdf"),
    ],
)
def test_keys_are_decoded_where_the_store_says_it_encoded_them(sent: str, encoding: str, key: str) -> None:
    documents, _ = listed(answer(entry(sent), encoding=encoding))
    assert documents[0].key == key


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not XML",
        answer(entry(), entry())[:-40],
        answer(entry(key="")),
        answer(entry(size="many")),
        answer(entry(size="")),
        answer(entry(modified="")),
        answer(entry("%FF.pdf"), encoding="url"),
        answer(entry(), token="more").replace(b"NextContinuationToken", b"Other"),
    ],
)
def test_half_a_page_is_no_page(body: bytes) -> None:
    with pytest.raises(ResponseParserError):
        listed(body)


# Page after page


def pages_of(s3: FakeS3, place: Place, size: int = 2, *, flat: bool = False) -> list[list[str]]:
    client: Any = AsyncS3(s3)

    async def run() -> list[list[str]]:
        return [[found.key for found in page] async for page in Listing(client, place, size, flat=flat).pages()]

    return asyncio.run(run())


@pytest.fixture
def s3() -> FakeS3:
    s3 = FakeS3()
    for key in ("a/1.pdf", "a/2.pdf", "a/b/3.pdf", "a/c.pdf", "z.pdf"):
        s3.upload(key)
    return s3


def test_every_page_is_listed_once_and_in_order(s3: FakeS3) -> None:
    assert pages_of(s3, Place("docs", "")) == [["a/1.pdf", "a/2.pdf"], ["a/b/3.pdf", "a/c.pdf"], ["z.pdf"]]


def test_a_flat_listing_leaves_the_folders_below_out(s3: FakeS3) -> None:
    assert pages_of(s3, Place("docs", "a/"), flat=True) == [["a/1.pdf", "a/2.pdf"], ["a/c.pdf"]]


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refusal("AccessDenied"), AccessDeniedError),
        (refusal("NoSuchBucket"), BucketMissingError),
        (refusal("SlowDown"), StoreUnavailableError),
        (OSError("refused"), StoreUnavailableError),
    ],
)
def test_what_the_store_answers_is_said_with_the_place(s3: FakeS3, error: Exception, meaning: type[Exception]) -> None:
    def fail(_name: str, _request: dict[str, Any]) -> None:
        raise error

    s3.before = fail
    with pytest.raises(meaning, match="LIST s3://docs/a/"):
        pages_of(s3, Place("docs", "a/"))


@pytest.mark.parametrize("error", [ResponseParserError("cut"), ClientPayloadError("cut")])
def test_half_an_answer_is_asked_for_again(s3: FakeS3, error: Exception) -> None:
    errors = [error, error]

    def fail(_name: str, _request: dict[str, Any]) -> None:
        if errors:
            raise errors.pop()

    s3.before = fail
    assert len(pages_of(s3, Place("docs", ""))) == 3


def test_a_store_that_answers_the_same_page_for_ever_is_an_error() -> None:
    class Stuck:
        async def list_objects_v2(self, **_: Any) -> Any:
            return {"Listed": ([], "same")}

    client: Any = Stuck()

    async def run() -> None:
        async for _ in Listing(client, Place("docs", "")).pages():
            pass

    with pytest.raises(StoreUnavailableError, match="again and again"):
        asyncio.run(asyncio.wait_for(run(), 5))


# The real client, answered before it sends


class Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self) -> bytes:
        return self._body


def answered(
    monkeypatch: pytest.MonkeyPatch,
    answers: Iterator[tuple[int, bytes]],
    sent: Callable[[Any], None] = lambda _: None,
) -> list[list[str]]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")

    def before_send(request: Any, **_: Any) -> Any:
        sent(request)
        status, body = next(answers)
        headers: Any = {}
        return AioAWSResponse(request.url, status, headers, Raw(body))

    async def run() -> list[list[str]]:
        session = aioboto3.Session(region_name="eu-west-1")
        async with session.client("s3", config=async_configuration(None)) as client:
            read_pages_fast(client)
            client.meta.events.register("before-send.s3", before_send)
            return [[found.key for found in page] async for page in Listing(client, Place("docs", "")).pages()]

    return asyncio.run(run())


def test_the_real_client_gives_our_own_reading_of_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = iter([(200, answer(entry("a%20b.pdf"), token="t", encoding="url")), (200, answer(entry("c.pdf")))])
    assert answered(monkeypatch, pages) == [["a b.pdf"], ["c.pdf"]]


def test_the_real_client_asks_again_for_a_page_that_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = iter([(200, answer(entry())[:-9]), (200, answer(entry()))])
    assert answered(monkeypatch, pages) == [["a/1.pdf"]]


def test_the_real_client_says_what_the_store_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    with pytest.raises(AccessDeniedError, match="LIST s3://docs/"):
        answered(monkeypatch, iter([(403, denied)]))


# Stores without ETags


@pytest.mark.parametrize("etag", ["", '""'])
def test_a_store_that_lists_no_etags_cannot_be_used(monkeypatch: pytest.MonkeyPatch, etag: str) -> None:
    with pytest.raises(StoreUnfitError, match=r"s3://docs/a/2\.pdf.*ETag"):
        answered(monkeypatch, iter([(200, answer(entry(), entry("a/2.pdf", etag=etag)))]))


def test_a_folders_own_object_may_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = iter([(200, answer(entry("a/", etag=""), entry()).replace(b"<ETag></ETag>", b""))])
    assert answered(monkeypatch, pages) == [["a/", "a/1.pdf"]]

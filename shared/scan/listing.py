"""LIST, page by page, read for the fields that are needed.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. botocore's own reading of a page costs
as much as everything else a rebuild does, so the page's bytes are taken before it sees them.
"""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET

from botocore.parsers import ResponseParserError

from shared.domain.archive import AT_ONCE, TELLING, Access, by_listing
from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError
from shared.domain.manifest import Document
from shared.store.failures import explain, status_of
from shared.store.looks import no_etag

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

PAGE = 1000  # keys; S3 gives no more at a time
_TRIES = 3
_TRUNCATED = {"true": True, "false": False}
_RESTORES = "OptionalObjectAttributes"
_UNHEARD_OF = (400, 501)  # what a store may answer that knows no such attribute
_FIELD = "Listed"  # where the hook leaves a page in the client's answer

PageAndToken = tuple[list[Document], str | None]


def read_pages_fast(client: "S3Client") -> None:
    """Have this client answer ListObjectsV2 with what `listed` reads, under `_FIELD`."""

    def before_parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
        if response_dict["status_code"] != 200:  # noqa: PLR2004 -- errors are botocore's to read
            return
        try:
            customized_response_dict[_FIELD] = listed(response_dict["body"])
            response_dict["body"] = b"<ListBucketResult/>"
        except ResponseParserError:
            response_dict["status_code"] = 500  # as botocore does with half an answer: it asks again

    # Handlers of `*` are called before those of `s3`: botocore's own, which reads the whole page too, finds it read.
    client.meta.events.register("before-parse.*.ListObjectsV2", before_parse)


def listed(body: bytes) -> PageAndToken:
    """A page's documents, and the token of the next page (None: the last). Raises ResponseParserError."""
    try:
        root = ET.fromstring(body)  # noqa: S314 -- the store's own answer, over the SDK's connection
        name, page, _ = root.tag.partition("ListBucketResult")
        more = _present(page and root.findtext(f"{name}IsTruncated"))  # an <Error> is no listing without documents
        key, size, etag, modified, kind = (
            name + field for field in ("Key", "Size", "ETag", "LastModified", "StorageClass")
        )
        decode = unquote_plus if root.findtext(f"{name}EncodingType") == "url" else str
        documents = [
            Document(
                _decoded(entry.findtext(key), decode),
                int(entry.findtext(size) or ""),
                (entry.findtext(etag) or "").strip('"'),
                f"{_present(entry.findtext(modified))[:19]}Z",
                _access(entry, name) if entry.findtext(kind) in TELLING else AT_ONCE,
            )
            for entry in root.iterfind(f"{name}Contents")
        ]
        token = _present(root.findtext(f"{name}NextContinuationToken")) if _TRUNCATED[more] else None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise ResponseParserError(f"a page of a listing cannot be read: {error}") from error
    return documents, token


def _access(entry: ET.Element, name: str) -> Access:
    restore = f"{name}RestoreStatus/{name}"
    return by_listing(
        entry.findtext(f"{name}StorageClass"),
        entry.findtext(f"{restore}IsRestoreInProgress"),
        entry.findtext(f"{restore}RestoreExpiryDate"),
    )


def _decoded(key: str | None, decode: Callable[..., str]) -> str:
    text = _present(key)
    if "%" not in text and "+" not in text:
        return text
    return decode(text, errors="strict") if decode is not str else text


def _present(text: str | None) -> str:
    if not text:
        raise ValueError("a field is missing")
    return text


class Listing:
    """The pages below a prefix, asked for one after the other. `flat`: only what lies in the folder itself."""

    def __init__(self, client: "S3Client", place: Place, page_size: int = PAGE, *, flat: bool = False) -> None:
        self._client = client
        self._place = place
        self._request: dict[str, Any] = {"Bucket": place.bucket, "Prefix": place.key, "MaxKeys": page_size}
        self._request[_RESTORES] = ["RestoreStatus"]  # without it, what is restored looks archived still
        if flat:
            self._request["Delimiter"] = "/"

    async def pages(self) -> AsyncIterator[list[Document]]:
        token: str | None = ""
        while token is not None:
            previous = token
            page, token = await self._page({"ContinuationToken": token} if token else {})
            if token == previous:
                raise StoreUnavailableError(f"LIST {self._place}: the store answers the same page again and again.")
            yield page

    async def _page(self, continued: dict[str, str]) -> PageAndToken:
        for attempt in range(1, _TRIES + 1):
            try:
                request: dict[str, Any] = self._request | continued
                answer: Any = await self._client.list_objects_v2(**request)
            except Exception as error:
                again = is_half_an_answer(error) or self._does_without_restores(error)
                if attempt == _TRIES or not again:
                    raise explain(error, "LIST", self._place) from error
            else:
                page: PageAndToken = answer[_FIELD]
                self._require_etags(page[0])
                return page
        raise AssertionError

    def _require_etags(self, page: list[Document]) -> None:
        """Without one, nobody can tell a manifest from the next; a folder's own object may do without."""
        for found in page:
            if not found.etag and not found.key.endswith("/"):
                raise no_etag("LIST of", Place(self._place.bucket, found.key))

    def _does_without_restores(self, error: Exception) -> bool:
        """A store may refuse what it has not heard of. Where that was not the reason, it refuses the next one too."""
        return status_of(error) in _UNHEARD_OF and self._request.pop(_RESTORES, None) is not None


def is_half_an_answer(error: Exception) -> bool:
    """Whether an answer was cut or garbled on its way, which the SDK does not ask for again by itself."""
    from aiohttp import ClientPayloadError  # noqa: PLC0415 -- 200 ms to import, and only a scan needs it

    return isinstance(error, ResponseParserError | ClientPayloadError)

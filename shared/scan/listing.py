"""LIST, page by page, read for the fields that are needed.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. botocore's own reading of a page costs
as much as everything else a rebuild does, so the page's bytes are taken before it sees them.
"""

from collections.abc import AsyncIterator, Callable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET

from botocore.parsers import ResponseParserError

from shared.domain.archive import AT_ONCE, TELLING, Access, by_listing
from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError, StoreUnfitError
from shared.domain.manifest import Document
from shared.domain.ranges import before
from shared.store.failures import code_of, explain, status_of
from shared.store.looks import no_etag

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

PAGE = 1000  # keys; S3 gives no more at a time
_TRIES = 3
_SLOWER = (429, 503)
_TRUNCATED = {"true": True, "false": False}
_RESTORES = "OptionalObjectAttributes"
_UNHEARD_OF = (400, 501)  # what a store may answer that knows no such attribute
FOLDERS = "Folders"  # and the folders of one that was asked for with a delimiter
FIELD = "Listed"  # where the hook leaves a page in the client's answer
_SERVER = "Server"  # and who answered
# Of these, StartAfter makes the one skip keys, and end early, where folders are called `a` and `a-` or `a0`; the other
# lists folder by folder, and means by it what comes later in that order.
_LOSING = ("MinIO", "SeaweedFS")

Page = list[Document]
PageAndToken = tuple[Page, str | None]


def read_pages_fast(client: "S3Client") -> None:
    """Have this client answer ListObjectsV2 with what `listed` reads, under `FIELD`."""

    def before_parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
        if response_dict["status_code"] != 200:  # noqa: PLR2004 -- errors are botocore's to read
            return
        customized_response_dict[_SERVER] = response_dict["headers"].get("server", "")
        try:
            customized_response_dict[FIELD] = listed(response_dict["body"])
            if b"CommonPrefixes>" in response_dict["body"]:
                customized_response_dict[FOLDERS] = folders(response_dict["body"])
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


def folders(body: bytes) -> list[str]:
    """The common prefixes of a page that `listed` has read."""
    root = ET.fromstring(body)  # noqa: S314 -- as above
    name, _, _ = root.tag.partition("ListBucketResult")
    decode = unquote_plus if root.findtext(f"{name}EncodingType") == "url" else str
    return [_decoded(each.findtext(f"{name}Prefix"), decode) for each in root.iterfind(f"{name}CommonPrefixes")]


def _access(entry: ET.Element, name: str) -> Access:
    restore = f"{name}RestoreStatus/{name}"
    return by_listing(
        entry.findtext(f"{name}StorageClass"),
        entry.findtext(f"{restore}IsRestoreInProgress"),
        entry.findtext(f"{restore}RestoreExpiryDate"),
    )


def _decoded(key: str | None, decode: Callable[..., str]) -> str:
    text = _present(key)
    if decode is str or ("%" not in text and "+" not in text):
        return text
    spaced = text.replace("+", " ").replace("%20", " ")  # most keys that are encoded have nothing but spaces
    return decode(spaced, errors="strict") if "%" in spaced else spaced


def _present(text: str | None) -> str:
    if not text:
        raise ValueError("a field is missing")
    return text


@dataclass(slots=True)
class _Store:
    """What is known of a store."""

    starts_anywhere: bool = True


class Listing:
    """The pages below a prefix, asked for one after the other. `flat`: only what lies in the folder itself."""

    def __init__(self, client: "S3Client", place: Place, page_size: int = PAGE, *, flat: bool = False) -> None:
        self._client = client
        self._place = place
        self._request: dict[str, Any] = {"Bucket": place.bucket, "Prefix": place.key, "MaxKeys": page_size}
        self._request[_RESTORES] = ["RestoreStatus"]  # without it, what is restored looks archived still
        if flat:
            self._request["Delimiter"] = "/"
        self._store = _Store()
        self.start(after="")

    @property
    def starts_anywhere(self) -> bool:
        """Whether the store, as far as it is known by now, lists from any key on without losing some."""
        return self._store.starts_anywhere

    def distrust(self) -> None:
        """Let this store list from the beginning only, and pass over what is not wanted."""
        self._store.starts_anywhere = False

    def start(self, *, after: str) -> None:
        """Begin with the first key after this one; empty: with the first."""
        self._next = {"StartAfter": after} if after and self.starts_anywhere else {}
        self._passing_over = "" if self._next else after
        self.ended = False

    def after(self, key: str) -> "Listing":
        """Another of the same, from after that key on. What one learns of the store, all know."""
        other = copy(self)
        other.start(after=key)
        return other

    async def pages(self) -> AsyncIterator[Page]:
        while not self.ended:
            yield await self.next_page()

    async def next_page(self) -> Page:
        """What comes next; `ended` tells whether it is the last. After an error the same page is asked for again."""
        page, token = await self._page(self._next)
        if (after := self._next.get("StartAfter")) and not self.starts_anywhere:
            self.start(after=after)
            return []
        if token is None:
            self.ended = True
        elif self._next.get("ContinuationToken") == token:
            raise StoreUnavailableError(f"LIST {self._place}: the store answers the same page again and again.")
        else:
            self._next = {"ContinuationToken": token}
        return self._wanted(page) if self._passing_over else page

    def _wanted(self, page: Page) -> Page:
        """What comes after the key that is to be passed: behind it, or, where it is gone, where it would have been."""
        last = self._passing_over
        passed = next((number for number, found in enumerate(page, 1) if found.key == last), None)
        rest = page[passed:] if passed else [found for found in page if before(last, found.key)]
        if passed or rest:
            self._passing_over = ""
        return rest

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
                if answer.get(_SERVER, "").startswith(_LOSING):
                    self.distrust()
                page: PageAndToken = answer[FIELD]
                self._require_etags(page[0])
                return page
        raise AssertionError

    def _require_etags(self, page: Page) -> None:
        """Without one, nobody can tell a manifest from the next; a folder's own object may do without."""
        for found in page:
            if not found.etag and not found.key.endswith("/"):
                raise no_etag("LIST of", Place(self._place.bucket, found.key))

    def _does_without_restores(self, error: Exception) -> bool:
        """A store may refuse what it has not heard of. Where that was not the reason, it refuses the next one too."""
        return status_of(error) in _UNHEARD_OF and self._request.pop(_RESTORES, None) is not None


def out_of_order(seen: str) -> StoreUnfitError:
    """What to say of a store that was `seen` to list in an order of its own, where that must not be."""
    return StoreUnfitError(
        f"{seen}, which is not in the order of keys: it cannot be scanned in ranges or in turns. Scan without 'after', "
        "'until' and 'resumable', with a time-out that suffices."
    )


def asked_to_slow_down(error: BaseException) -> bool:
    """Whether this came of the store's asking for fewer requests.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html: 503 Slow Down.
    """
    cause = error.__cause__
    return cause is not None and (status_of(cause) in _SLOWER or code_of(cause) == "SlowDown")


def is_half_an_answer(error: Exception) -> bool:
    """Whether an answer was cut or garbled on its way, which the SDK does not ask for again by itself."""
    from aiohttp import ClientPayloadError  # noqa: PLC0415 -- 200 ms to import, and only a scan needs it

    return isinstance(error, ResponseParserError | ClientPayloadError)

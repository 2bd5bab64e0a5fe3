"""LIST, page by page: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html."""

from collections.abc import AsyncIterator
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.parsers import ResponseParserError

from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError, StoreUnfitError
from shared.domain.ranges import before
from shared.store.failures import code_of, explain, status_of
from shared.store.looks import no_etag
from shared.store.pages import FIELD, LOSING, PAGE, SERVER, Page, PageAndToken

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_TRIES = 3
_SLOWER = (429, 503)
_RESTORES = "OptionalObjectAttributes"
_UNHEARD_OF = (400, 501)  # what a store may answer that knows no such attribute


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
                if answer.get(SERVER, "").startswith(LOSING):
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

"""What lies below a prefix, a page at a time, in the order of the keys; from any of them on."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError
from shared.domain.ranges import before
from shared.store.failures import BROKEN, explain
from shared.store.pages import FIELD, LOSING, PAGE, SERVER, UNORDERED, Page, PageAndToken

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Below:
    """A page of what lies there. `more`: whether it goes on after it."""

    objects: Page
    more: bool


class Walk:
    """The client has `pages.read_pages_fast` installed."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client
        self._starts_anywhere = True

    def page(self, place: Place, after: str = "") -> Below:
        """The first page of the keys that begin with the place's, and come after `after`. Raises what S3 answers."""
        start = {"StartAfter": after} if after and self._starts_anywhere else {}
        answer = self._asked(place, **start)
        server = answer.get(SERVER, "")
        if start and server.startswith(LOSING):
            self._starts_anywhere = False
            return self.page(place, after)
        if server.startswith(UNORDERED):
            return self._in_order(place, after, answer)
        return self._passing_over(place, after, answer)

    def all(self, place: Place) -> Page:
        """Everything; several requests."""
        found, below = [], self.page(place)
        while below.more:
            found += below.objects
            below = self.page(place, found[-1].key)
        return found + below.objects

    def pages(self, place: Place) -> Iterator[Page]:
        """Everything, a page at a time, in the store's own order. Raises what S3 answers."""
        return (page for page, _ in self._pages(place, self._asked(place)))

    def _passing_over(self, place: Place, after: str, answer: Answer) -> Below:
        """From that page on, as far as the first that has something wanted: nearly always it itself."""
        for page, token in self._pages(place, answer):
            if wanted := [found for found in page if before(after, found.key)]:
                return Below(wanted, more=token is not None)
        return Below([], more=False)

    def _in_order(self, place: Place, after: str, answer: Answer) -> Below:
        """Where the store lists in an order of its own, nothing less than everything tells what comes next."""
        pages = self._pages(place, answer)
        wanted = sorted(
            (found for page, _ in pages for found in page if before(after, found.key)), key=attrgetter("key")
        )
        return Below(wanted[:PAGE], more=len(wanted) > PAGE)

    def _pages(self, place: Place, answer: Answer) -> Iterator[PageAndToken]:
        """That page, and all after it."""
        while True:
            page, token = answer[FIELD]
            yield page, token
            if token is None:
                return
            answer = self._asked(place, ContinuationToken=token)
            if answer[FIELD][1] == token:
                raise StoreUnavailableError(f"LIST {place}: the store answers the same page again and again.")

    def _asked(self, place: Place, **whence: str) -> Answer:
        request: dict[str, Any] = {"Bucket": place.bucket, "Prefix": place.key, "MaxKeys": PAGE, **whence}
        try:
            answer: Any = self._client.list_objects_v2(**request)
        except BROKEN as error:
            raise explain(error, "LIST", place) from error
        return dict(answer)

"""What lies below a prefix, a page at a time, in the order of the keys; from any of them on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError
from shared.domain.ranges import before
from shared.store.failures import BROKEN, explain
from shared.store.pages import FIELD, LOSING, PAGE, SERVER, Page

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


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
        if after and self._starts_anywhere:
            answer = self._asked(place, StartAfter=after)
            if not answer.get(SERVER, "").startswith(LOSING):
                return _below(answer)
            self._starts_anywhere = False
        return self._passing_over(place, after)

    def all(self, place: Place) -> Page:
        """Everything; several requests."""
        found, below = [], self.page(place)
        while below.more:
            found += below.objects
            below = self.page(place, found[-1].key)
        return found + below.objects

    def _passing_over(self, place: Place, after: str) -> Below:
        """From the first key on, as far as the first page that has something wanted."""
        answer = self._asked(place)
        while not (wanted := [found for found in answer[FIELD][0] if before(after, found.key)]):
            if (token := answer[FIELD][1]) is None:
                return Below([], more=False)
            answer = self._asked(place, ContinuationToken=token)
            if answer[FIELD][1] == token:
                raise StoreUnavailableError(f"LIST {place}: the store answers the same page again and again.")
        return Below(wanted, more=answer[FIELD][1] is not None)

    def _asked(self, place: Place, **whence: str) -> dict[str, Any]:
        request: dict[str, Any] = {"Bucket": place.bucket, "Prefix": place.key, "MaxKeys": PAGE, **whence}
        try:
            answer: Any = self._client.list_objects_v2(**request)
        except BROKEN as error:
            raise explain(error, "LIST", place) from error
        return dict(answer)


def _below(answer: dict[str, Any]) -> Below:
    page, token = answer[FIELD]
    return Below(page, more=token is not None)

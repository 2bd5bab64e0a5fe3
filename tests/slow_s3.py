"""An S3 that lists, with time passing, as well or as badly as a test says; it knows how many keys are held."""

import asyncio
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from shared.domain.documents import Place
from shared.domain.manifest import Document
from shared.scan.listing import Listing


def by_folder(key: str) -> Any:
    """The order of SeaweedFS: names of one folder after another, what is in it right after it."""
    return [part.encode() for part in key.split("/")]


def by_bytes(key: str) -> Any:
    return key.encode()


class Held(Document):
    """A document that is counted as long as anybody has it."""

    store: "SlowS3"

    @classmethod
    def by(cls, store: "SlowS3", key: str) -> "Held":
        held = cls(key, 1, "e", "2026-04-02T08:00:00Z")
        held.store = store
        store.held += 1
        return held

    def __del__(self) -> None:
        self.store.held -= 1


@dataclass
class SlowS3:
    """`order`: that of the listing. `starts`: what it makes of StartAfter: after, with, ignored, short."""

    keys: Iterable[str]
    order: Callable[[str], Any] = by_bytes
    starts: str = "after"
    delay: Callable[[], float] = lambda: 0.15
    server: str = "S3"
    before: Callable[[dict[str, Any]], None] = lambda _: None
    lists: int = 0
    started: int = 0
    at_once: int = 0
    most_at_once: int = 0
    held: int = 0
    most_held: int = 0
    first_keys: list[str] = field(default_factory=list)
    """Of every page that was answered."""

    def __post_init__(self) -> None:
        self.listed = sorted(set(self.keys), key=self.order)

    async def list_objects_v2(self, **request: Any) -> Any:
        self.lists += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.delay())
            self.before(request)
            return {"Listed": self._page(request), "Server": self.server}
        finally:
            self.at_once -= 1

    def _page(self, request: dict[str, Any]) -> tuple[list[Document], str | None]:
        size, start = request["MaxKeys"], request.get("StartAfter")
        keys = list(islice(self._from(request), size + 1))
        page: list[Document] = [Held.by(self, key) for key in keys[:size]]
        self.first_keys += keys[:1]
        self.most_held = max(self.most_held, self.held)
        self.started += bool(start)
        return page, page[-1].key if len(keys) > size and not (start and self.starts == "short") else None

    def _from(self, request: dict[str, Any]) -> Iterator[str]:
        prefix, token, start = request["Prefix"], request.get("ContinuationToken"), request.get("StartAfter", "")
        first = 0
        if token or (start and self.starts in ("after", "short")):
            first = bisect_right(self.listed, self.order(token or start), key=self.order)
        elif start and self.starts == "with":
            first = bisect_left(self.listed, self.order(start), key=self.order)
        return (key for key in islice(self.listed, first, None) if key.startswith(prefix))

    def source(self, size: int, prefix: str = "") -> Callable[[str], Listing]:
        client: Any = self
        return Listing(client, Place("docs", prefix), size).after


def jittered(seed: int, delay: float = 0.15) -> Callable[[], float]:
    rng = random.Random(seed)
    return lambda: rng.uniform(0, 2 * delay)

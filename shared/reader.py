"""A manifest, for a program that reads it again and again: whole, what is newer than it knows, and what comes next.

    reader = ManifestReader(store, layout.manifest_of(Folder("reports", "2026/04/acme/")))
    read = reader.whole()
    while True:
        read = reader.wait(read.known, 60)  # read.lines: what is newer, or everything

Lines are by key, the last one of each; of what is newer `deleted` ones, too. Nothing is ever taken from a manifest that
changed while it was read, or that has lost lines. What is not noticed: somebody deleted a large one by hand, and a scan
made it anew with the very same length, revisions and end. After such a thing read it whole.

Each method raises what S3 answers, SchemaTooNewError, ManifestDamagedError, and StoreUnavailableError for a manifest
that changes faster than it can be read.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from shared.domain.documents import Place
from shared.domain.errors import ManifestDamagedError, StoreUnavailableError
from shared.domain.manifest import Line, last_of_each
from shared.store.manifests import ManifestStore
from shared.store.stored import ManifestChanged, Stored

_TRIES = 5
_EVERY = 5.0  # seconds between two looks
_END = 4096  # bytes by which a large one that goes on is told from another of more revisions


@dataclass(frozen=True, slots=True)
class Known:
    """A manifest as it was read: what a program keeps, to go on from there. Without an ETag there was none.

    A revision alone does not tell whether a manifest goes on: somebody may have deleted it, or put an older version
    back, and it has counted on since. A small one is compared by its `lines`, a large one by the `end` it had.
    """

    revision: int = 0
    rebuilt_from: int = -1
    size: int = 0
    etag: str | None = None
    count: int = 0
    lines: Mapping[str, Line] = field(default_factory=dict, repr=False)
    end: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read. `everything`: what these lines do not tell of is no longer there."""

    known: Known
    lines: Mapping[str, Line] = field(repr=False)
    everything: bool

    @property
    def shown(self) -> list[Line]:
        """The documents, by the reading rule: without `deleted` lines, and those that have no link."""
        return [line for line in self.lines.values() if line.shown]


class ManifestReader:
    """Reads one manifest."""

    def __init__(
        self,
        store: ManifestStore,
        place: Place,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._place, self._sleep, self._clock = store, place, sleep, clock

    def whole(self) -> Read:
        """All it says."""
        return self.newer(Known())

    def newer(self, known: Known) -> Read:
        """What it says since: of a large one no more is read than was appended. Everything, where it was rebuilt."""
        for _ in range(_TRIES):
            stored = self._store.look_inside(self._place)
            stored.refuse_damage()
            if stored.etag is None:
                return Read(Known(), {}, everything=True)
            if stored.etag == known.etag:
                return Read(known, {}, everything=False)
            try:
                return self._read(stored, known)
            except ManifestChanged:
                continue
        raise StoreUnavailableError(f"GET {self._place}: it changes faster than it can be read. Try again.")

    def wait(self, known: Known, at_most: float, every: float = _EVERY) -> Read:
        """The same, as soon as there is something; nothing after so many seconds. A look without news has no body."""
        ends = self._clock() + at_most
        while self._store.is_still(self._place, known.etag):
            if (left := ends - self._clock()) <= 0:
                return Read(known, {}, everything=False)
            self._sleep(min(every, left))
        return self.newer(known)

    def _read(self, stored: Stored, known: Known) -> Read:
        if (appended := self._appended(stored, known)) is not None:
            return Read(self._known(stored, {}), appended, everything=False)
        lines = self._all(stored)
        now = self._known(stored, lines)
        if not _goes_on(known, now, lines):
            return Read(now, lines, everything=True)
        return Read(now, {key: line for key, line in lines.items() if known.lines.get(key) != line}, everything=False)

    def _appended(self, stored: Stored, known: Known) -> dict[str, Line] | None:
        """What a large one has more than it had; None where it is another, or may be."""
        if not self._may_go_on(stored, known):
            return None
        counting = _Counting()
        appended = self._store.read_through(stored, known.size, counting.take)
        is_whole = known.count + counting.count == stored.head.lines and counting.oldest > known.revision
        return appended if is_whole else None

    def _may_go_on(self, stored: Stored, known: Known) -> bool:
        """Whether its bytes are as they were, as far as they are looked at."""
        head = stored.head
        same = head.versioned and head.rebuilt_from == known.rebuilt_from and head.revision > known.revision
        if not known.end or not same or stored.size <= known.size:
            return False
        return self._store.read(stored, known.size - len(known.end), known.size) == known.end

    def _known(self, stored: Stored, lines: Mapping[str, Line]) -> Known:
        head = stored.head
        now = Known(head.revision, head.rebuilt_from, stored.size, stored.etag, head.lines)
        if stored.large:
            return replace(now, end=self._store.read(stored, max(0, stored.size - _END)))
        return replace(now, lines=lines)

    def _all(self, stored: Stored) -> dict[str, Line]:
        """All lines, as many as there are to be."""
        counting = _Counting()
        found = self._store.read_through(stored, 0, counting.take)
        if stored.head.versioned and counting.count != stored.head.lines:
            raise ManifestDamagedError(
                f"{stored.place} has {counting.count} lines, and its metadata say {stored.head.lines}. "
                "Run the full scan of its prefix: it is replaced."
            )
        return found


class _Counting:
    """Takes lines, and notes how many there were, and the oldest one's revision."""

    def __init__(self) -> None:
        self.count, self.oldest = 0, sys.maxsize  # lines, a revision

    def take(self, lines: Iterator[Line]) -> dict[str, Line]:
        """Perhaps several times: a body that broke off is read again."""
        self.count, self.oldest = 0, sys.maxsize
        return last_of_each(self._noting(lines))

    def _noting(self, lines: Iterator[Line]) -> Iterator[Line]:
        for line in lines:
            self.count += 1
            self.oldest = min(self.oldest, line.revision or 0)
            yield line


def _goes_on(known: Known, now: Known, lines: Mapping[str, Line]) -> bool:
    """Whether all that was known is there, or something newer of its documents: no rebuild, no other manifest."""
    same = known.etag is not None and now.rebuilt_from == known.rebuilt_from and now.revision > known.revision
    return same and not known.end and known.lines.keys() <= lines.keys()

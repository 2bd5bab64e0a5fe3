"""What is in manifests: small ones whole, side by side; large ones a range at a time."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from shared.domain.documents import Place
from shared.domain.errors import ManifestDamagedError, StartOverError, StoreUnavailableError
from shared.domain.manifest import Line, parsed
from shared.sharing.folders import Manifest
from shared.store.manifests import ManifestStore, named
from shared.store.stored import ManifestChanged, Stored

RANGE = 1024 * 1024  # bytes of a large manifest read at once
_SIDE_BY_SIDE = 16  # small ones
_AHEAD = 8 * 1024 * 1024  # bytes of them
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Contents:
    """A manifest as it is now. `lines`: the last one of every key; None where it is large."""

    stored: Stored
    lines: dict[str, Line] | None = None


class Reader:
    """Reads manifests. Each method raises what S3 answers, SchemaTooNewError and ManifestDamagedError."""

    def __init__(self, store: ManifestStore, pool: Executor) -> None:
        self._store, self._pool = store, pool

    def ahead(self, manifests: Iterable[Manifest]) -> Iterator[tuple[Manifest, Contents | None]]:
        """Each of them and what is in it; None where it has vanished."""
        for some in _together(manifests):
            yield from zip(some, self._pool.map(self._read, some), strict=True)

    def range(self, large: Stored, offset: int) -> tuple[Stored, bytes]:
        """A range of a large one, from the byte before `offset` on (0: from the first); and the manifest it is of.

        Appends do not matter to what lies there; StartOverError where something else has happened to it.
        """
        start = max(offset - 1, 0)
        for _ in range(_TRIES):
            try:
                return large, self._store.read(large, start, offset + RANGE)
            except ManifestChanged:
                large = self._as_it_was(large)
        raise _never_still(large)

    def _as_it_was(self, large: Stored) -> Stored:
        now = self._store.look(large.place)
        now.refuse_damage()
        require_same(now, large.head.rebuilt_from)
        return now

    def _read(self, manifest: Manifest) -> Contents | None:
        for _ in range(_TRIES):
            stored = self._store.look_inside(manifest.place, manifest.seen.size)
            if stored.etag is None:
                return None
            stored.refuse_damage()
            try:
                return Contents(stored, None if stored.large else self._store.read_lines(stored))
            except ManifestChanged:
                continue
        raise _never_still(stored)


def require_same(stored: Stored, rebuilt_from: int, offset: int = 0) -> None:
    """Raise StartOverError unless it is large still, as that rebuild left it, and has so many bytes."""
    if not stored.large or stored.head.rebuilt_from != rebuilt_from or stored.size < offset:
        raise start_over(stored.place)


def start_over(place: Place) -> StartOverError:
    return StartOverError(f"{place} was rebuilt while it was read in pieces: read from the first one on.")


def whole_lines(data: bytes, offset: int, stored: Stored) -> Iterator[tuple[Line | None, int]]:
    """The lines of such a range, and where each ends; None for what is no document's: the end of the one before, too.

    Raises ManifestDamagedError for a line that is none, or has no end.
    """
    ends = max(offset - 1, 0)
    to_its_end = ends + len(data) >= stored.size
    *whole, last = data.split(b"\n")
    whole += [last] if to_its_end and last else []  # an earlier tool's last line may lack its end
    with named(stored.place):
        if not to_its_end and (not whole or (offset and whole == [b""])):
            raise ManifestDamagedError("has a line that is longer than any of ours")
        for number, raw in enumerate(whole):
            ends = min(ends + len(raw) + 1, stored.size)
            begins_here = number > 0 or offset == 0
            yield (next(parsed((raw,), versioned=stored.head.versioned), None) if begins_here else None), ends


def _together(manifests: Iterable[Manifest]) -> Iterator[Sequence[Manifest]]:
    """As many of them as may be read side by side."""
    some: list[Manifest] = []
    size = 0
    for manifest in manifests:
        size += manifest.seen.size
        if some and (len(some) == _SIDE_BY_SIDE or size > _AHEAD):
            yield some
            some, size = [], manifest.seen.size
        some.append(manifest)
    yield some


def _never_still(stored: Stored) -> StoreUnavailableError:
    return StoreUnavailableError(f"GET {stored.place}: it changes faster than it can be read. Try again.")

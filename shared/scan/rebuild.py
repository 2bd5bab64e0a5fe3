"""Rebuild one prefix from a listing: the full scan's half of the commit protocol.

What was there before the listing began (revision `r0`) is replaced by the listing; what was observed since (lines with
a revision above `r0`) is kept. A rebuild that meets another one yields, or starts over: two listings cannot be told
apart by age line by line.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Layout, Place
from shared.domain.errors import ManifestDamagedError, ScanOverlapError
from shared.domain.head import Head
from shared.domain.instant import earliest
from shared.domain.manifest import LARGE, Line, encode, first_expiry
from shared.domain.merge import newer, resigned, with_own_line
from shared.domain.signing import Signing
from shared.scan.spool import Spool
from shared.store.manifests import ManifestStore
from shared.store.multipart import Source
from shared.store.stored import Committed, Draft, Stored

_STARTS = 5  # listings of one prefix, each overtaken by another scan, before it is said


class StartOver(Exception):  # noqa: N818 -- no error: this listing says nothing certain any more
    """Another rebuild committed, or the manifest was changed by hand: list again."""


class Postponed(Exception):  # noqa: N818 -- no error: there will be room for it
    """The listing of all is still under way, and the window is its own: list this prefix alone afterwards."""


class Superseded(Exception):  # noqa: N818 -- no error: somebody did this work later
    """A rebuild that began later has committed."""

    def __init__(self, stored: Stored) -> None:
        super().__init__()
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What became of one prefix; of a superseded one, the manifest that is there.

    `healed`: so many lines at least were missing, or too many. Of a large manifest it is known only as of its last
    rebuild how many documents it has, and each line since may be one more or one less.
    """

    folder: Folder
    manifest: Place
    count: int
    previous_count: int
    revision: int
    lines: int
    first_expiry: str | None
    conflicts: int = 0
    superseded: bool = False
    healed: int = 0


class Rebuilder:
    """Replaces manifests by what a listing shows. `gather` lists one prefix alone."""

    def __init__(
        self,
        store: ManifestStore,
        layout: Layout,
        signing: Callable[[str], Signing],
        gather: Callable[[Folder, Stored, Deadline], Spool],
    ) -> None:
        self._store = store
        self._layout = layout
        self._signing = signing
        self._gather = gather

    def rebuild(self, folder: Folder, deadline: Deadline) -> Rebuilt:
        """One prefix, from a listing of its own. Raises ScanOverlapError where other scans keep overtaking it."""
        place = self._layout.manifest_of(folder)
        for _ in range(_STARTS):
            deadline.require(f"listing {place}")
            start = self._store.look(place)  # before the listing begins: what is newer than this is kept
            if rebuilt := self._settle(folder, start, self._gather(folder, start, deadline), deadline):
                return rebuilt
        raise ScanOverlapError(
            f"{place}: other scans committed during each of {_STARTS} listings. Schedule scans of this prefix further "
            "apart than one takes."
        )

    def rebuild_listed(self, folder: Folder, etag: str | None, spool: Spool, deadline: Deadline) -> Rebuilt:
        """One prefix of a listing of many.

        `etag` is what a LIST of the manifests, taken before that listing, showed (None: no manifest). Where the
        manifest is another by now, nobody knows its revision when the listing began: the prefix is listed alone.
        """
        place = self._layout.manifest_of(folder)
        start = Stored(place)
        if etag is not None:
            try:
                deadline.require(f"looking at {place}")
                start = self._store.look(place)
            except BaseException:
                spool.close()
                raise
        if (start.etag or "").strip('"') == (etag or "").strip('"'):
            rebuilt = self._settle(folder, start, spool, deadline)
            if rebuilt:
                return rebuilt
        spool.close()
        return self.rebuild(folder, deadline)

    def rebuild_from(self, start: Stored, folder: Folder, spool: Spool, deadline: Deadline) -> Rebuilt:
        """One prefix of a listing of many, where the manifest is known as it was before that listing."""
        return self._settle(folder, start, spool, deadline) or self.rebuild(folder, deadline)

    def _settle(self, folder: Folder, start: Stored, spool: Spool, deadline: Deadline) -> Rebuilt | None:
        """Commit a complete listing; None: start over. The spool is closed and what was staged is deleted, always."""
        base = start.head.revision + 1
        staged: Source | None = None
        try:
            if spool.is_staged:
                staged = spool.complete(deadline)
            elif spool.size_at(base) >= LARGE:
                staged = self._store.stage(start.place, spool.sealed(base), deadline)
            change = _Change(self._store, self._layout, folder, start, spool, staged, self._signing(folder.bucket))
            done = self._store.commit(start.place, change.decide, deadline, start=start)
        except StartOver:
            return None
        except Superseded as other:
            return _superseded(folder, other.stored)
        finally:
            spool.close()
            if staged:
                self._store.discard(staged)
        before, head = done.replaced.head, done.draft.head
        return Rebuilt(
            folder, start.place, head.documents, before.documents, head.revision, head.lines, head.first_expiry,
            done.conflicts, healed=_healed(done),
        )  # fmt: skip


def _healed(done: Committed) -> int:
    before = done.replaced.head
    doubtful = before.lines - before.documents if done.replaced.large else 0
    return max(0, abs(done.draft.head.documents - before.documents) - doubtful)


def _superseded(folder: Folder, stored: Stored) -> Rebuilt:
    head = stored.head
    return Rebuilt(
        folder, stored.place, head.documents, head.documents, head.revision, head.lines, head.first_expiry,
        superseded=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """One listing, ready to be put in the place of whatever is there."""

    store: ManifestStore
    layout: Layout
    folder: Folder
    start: Stored
    spool: Spool
    staged: Source | None
    signing: Signing

    def decide(self, now: Stored) -> Draft:
        kept = self._observed_since(now)
        head = Head(revision=now.head.revision + 1, rebuilt_from=self.start.head.revision)
        lines = list(resigned(kept.values(), self.signing))
        return self._joined(head, lines) if self.staged else self._whole(head, lines)

    def _observed_since(self, now: Stored) -> dict[str, Line]:
        """The lines that are newer than the beginning of the listing. Raises StartOver, Superseded."""
        start = self.start
        if now.etag == start.etag:
            return {}
        if start.damage or now.damage or now.head.revision < start.head.revision:
            raise StartOver
        if now.head.rebuilt_from != start.head.rebuilt_from:
            raise Superseded(now) if now.head.rebuilt_from > start.head.revision else StartOver
        if start.large and now.size <= start.size:
            raise StartOver
        try:
            return self.store.read_through(now, start.size if start.large else 0, self._newer)
        except ManifestDamagedError as error:
            raise StartOver from error

    def _newer(self, lines: Iterator[Line]) -> dict[str, Line]:
        own = (line for line in lines if self.layout.belongs(self.folder, line.key))
        return newer(own, self.start.head.revision)

    def _whole(self, head: Head, kept: list[Line]) -> Draft:
        base = self.start.head.revision + 1
        listed = _without(b"".join(self.spool.sealed(base)), {line.key for line in kept})
        count = listed.count(b"\n")
        tail = with_own_line(kept, head.revision, others=[base] if count else [])
        present = sum(not line.deleted for line in tail)
        return self._draft(head, count + present, count, tail, listed)

    def _joined(self, head: Head, kept: list[Line]) -> Draft:
        count = self.spool.documents
        tail = with_own_line(kept, head.revision, others=[self.start.head.revision + 1])
        return self._draft(head, count, count, tail, b"")

    def _draft(self, head: Head, documents: int, listed: int, tail: list[Line], body: bytes) -> Draft:
        full = replace(
            head,
            documents=documents,
            lines=listed + len(tail),
            first_expiry=earliest(self.spool.first_expiry if listed else None, first_expiry(tail)),
        )
        return Draft(full, body + encode(tail), self.staged)


def _without(body: bytes, keys: set[str]) -> bytes:
    """The lines that are of none of these keys, byte for byte."""
    if not keys:
        return body
    return b"".join(line for line in body.splitlines(keepends=True) if json.loads(line)["key"] not in keys)

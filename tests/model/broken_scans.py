"""The full scan with one rule of the protocol taken out."""

# ruff: noqa: SLF001 -- whatever breaks a rule reaches into what holds it

from dataclasses import replace
from typing import Any

from shared.domain import merge
from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.errors import ScanOverlapError
from shared.domain.manifest import Line
from shared.scan import rebuild
from shared.scan.rebuild import Rebuilder, Rebuilt, Superseded, _Change
from shared.scan.spool import Spool
from shared.store.stored import Draft, Stored
from tests.model.broken_commits import Change


def ignore_rebuilt_from() -> list[Change]:
    original = _Change._observed_since

    def observed_since(self: _Change, now: Stored) -> dict[str, Line]:
        start = replace(self.start, head=replace(self.start.head, rebuilt_from=now.head.rebuilt_from))
        return original(replace(self, start=start), now)

    return [(_Change, "_observed_since", observed_since)]


def always_yield() -> list[Change]:
    """Any other rebuild's commit is taken for a later one's."""
    original = _Change._observed_since

    def observed_since(self: _Change, now: Stored) -> dict[str, Line]:
        if now.etag != self.start.etag and now.head.rebuilt_from != self.start.head.rebuilt_from:
            raise Superseded(now)
        return original(self, now)

    return [(_Change, "_observed_since", observed_since)]


def keep_nothing() -> list[Change]:
    return [(rebuild, "newer", lambda _lines, _revision: {})]


def keep_only_the_present() -> list[Change]:
    original = merge.newer

    def newer(lines: Any, revision: int) -> dict[str, Line]:
        return {key: line for key, line in original(lines, revision).items() if not line.deleted}

    return [(rebuild, "newer", newer)]


def keep_too_much() -> list[Change]:
    """Lines of revision `r0` itself are taken for newer than the listing."""
    original = merge.newer
    return [(rebuild, "newer", lambda lines, revision: original(lines, revision - 1))]


def no_marker() -> list[Change]:
    """Bytes need not differ; a body is never empty, as S3's clients cannot send one."""

    def with_own_line(lines: list[Line], _revision: int, others: Any = ()) -> list[Line]:
        return lines if lines or list(others) else [Line.gone("", 0)]

    return [(rebuild, "with_own_line", with_own_line)]


def list_before_the_look() -> list[Change]:
    def rebuilt(self: Rebuilder, folder: Folder, deadline: Deadline) -> Rebuilt:
        for _ in range(5):
            place = self._layout.manifest_of(folder)
            spool = self._gather(folder, Stored(place), deadline)
            start = self._store.look(place)
            if done := self._settle(folder, start, spool, deadline):
                return done
        raise ScanOverlapError("overtaken")

    return [(Rebuilder, "rebuild", rebuilt)]


def look_as_the_listing_arrives() -> list[Change]:
    def rebuild_listed(self: Rebuilder, folder: Folder, _etag: str | None, spool: Spool, deadline: Deadline) -> Rebuilt:
        start = self._store.look(self._layout.manifest_of(folder))
        return self._settle(folder, start, spool, deadline) or self.rebuild(folder, deadline)

    return [(Rebuilder, "rebuild_listed", rebuild_listed)]


def revision_of_the_beginning() -> list[Change]:
    original = _Change.decide

    def decide(self: _Change, now: Stored) -> Draft:
        draft = original(self, now)
        return replace(draft, head=replace(draft.head, revision=self.start.head.revision + 1))

    return [(_Change, "decide", decide)]

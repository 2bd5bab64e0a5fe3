"""Links of either kind with one rule of theirs taken out."""

# ruff: noqa: SLF001 -- whatever breaks a rule reaches into what holds it

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from shared.domain import merge
from shared.domain.documents import Folder
from shared.domain.manifest import Line, read_lines
from shared.scan import rebuild
from shared.scan.rebuild import Rebuilder, Rebuilt, _Change
from shared.store.stored import Draft, Stored
from tests.model.broken_commits import Change


def keep_any_link() -> list[Change]:
    """An update takes whatever link there is for one that may stay."""

    def fresh(line: Line, _signing: Any) -> bool:
        return line.url is not None

    return [(merge, "_fresh", fresh)]


def keep_kept_links() -> list[Change]:
    """A rebuild leaves the lines that it keeps as they are."""

    def resigned(lines: Iterable[Line], _signing: Any) -> Iterator[Line]:
        return iter(lines)

    return [(rebuild, "resigned", resigned)]


class _Same(Exception):  # noqa: N818 -- no error
    pass


def leave_the_unchanged() -> list[Change]:
    """A rebuild does not write a small manifest that says the same already: with stable links, that is most of them."""
    decide, settle = _Change.decide, Rebuilder._settle

    def decided(self: _Change, now: Stored) -> Draft:
        draft = decide(self, now)
        if (
            now.etag
            and not draft.source
            and not now.large
            and _says(self.store.read_lines(now)) == _says(read_lines(draft.tail))
        ):
            raise _Same
        return draft

    def settled(self: Rebuilder, folder: Folder, start: Stored, *given: Any) -> Rebuilt | None:
        try:
            return settle(self, folder, start, *given)
        except _Same:
            return Rebuilt(folder, start.place, 0, 0, start.head.revision, 0, None)

    return [(_Change, "decide", decided), (Rebuilder, "_settle", settled)]


def _says(lines: dict[str, Line]) -> set[Line]:
    return {replace(line, revision=0) for line in lines.values() if not line.deleted}

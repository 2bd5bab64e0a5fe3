"""Changes as they are told: a table that lives on the screen, a line each, JSON Lines, or CSV."""

import csv
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from local.following.changes import Change, What
from shared.domain.documents import Folder
from shared.domain.sharing import seen

_COLORS = {What.NEW: "green", What.CHANGED: "yellow", What.GONE: "red"}
_KEPT = 200  # changes that a screen might have room for
_AROUND = 6  # lines of the table that are no changes
_FIELDS = ("what", "key", "url", "size", "last_modified")


class Tells(Protocol):
    """Somebody who is told each look's changes, and how much is followed."""

    def tell(self, changes: Iterable[Change], documents: int, manifests: int) -> None: ...


def fields_of(change: Change) -> dict[str, str | int | None]:
    """`url` is a working link: for whoever asked, and nobody's log."""
    line = change.line
    known = (line.url, line.size, line.last_modified) if line else (None, None, None)
    return dict(zip(_FIELDS, (change.what.value, change.key, *known), strict=True))


class JsonLines:
    """An object a change."""

    def tell(self, changes: Iterable[Change], documents: int, manifests: int) -> None:  # noqa: ARG002 -- see Tells
        for each in changes:
            print(json.dumps({name: value for name, value in fields_of(each).items() if value is not None}))
        sys.stdout.flush()


class Csv:
    """A row a change, below one of their names."""

    def __init__(self) -> None:
        self._writer = csv.writer(sys.stdout)
        self._writer.writerow(_FIELDS)

    def tell(self, changes: Iterable[Change], documents: int, manifests: int) -> None:  # noqa: ARG002 -- see Tells
        self._writer.writerows(fields_of(each).values() for each in changes)
        sys.stdout.flush()


class Lines:
    """A line a change, without links; of the first look their number alone."""

    def __init__(self, root: Folder) -> None:
        self._root, self._first = root, True

    def tell(self, changes: Iterable[Change], documents: int, manifests: int) -> None:
        if self._first:
            print(f"{self._root}: {documents:,} documents in {manifests:,} manifests", flush=True)
            self._first = False
        for each in filter(_is_seen, changes):
            print(f"{each.what.value:<8} {seen(each.key)}", flush=True)


class Screen:
    """The latest changes, in a table that stays where it is."""

    def __init__(self, live: Live, root: Folder, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._live, self._root, self._now = live, root, now
        self._latest: deque[tuple[datetime, Change]] = deque(maxlen=_KEPT)

    def tell(self, changes: Iterable[Change], documents: int, manifests: int) -> None:
        now = self._now()
        self._latest.extend((now, each) for each in filter(_is_seen, changes))
        title = f"{seen(str(self._root))}: {documents:,} documents in {manifests:,} manifests"
        self._live.update(self._table(title, f"looked at {now.astimezone():%H:%M:%S}; Ctrl-C ends"), refresh=True)

    def _table(self, title: str, caption: str) -> Table:
        table = Table("when", "what", Column("document", ratio=1), title=Text(title), caption=caption, expand=True)
        room = max(1, self._live.console.height - _AROUND)
        for when, each in list(self._latest)[-room:]:
            what = Text(each.what.value, _COLORS[each.what])
            table.add_row(f"{when.astimezone():%H:%M:%S}", what, _Name(seen(each.key)))
        return table


def _is_seen(change: Change) -> bool:
    """Whether a person is told: a link's renewal is of no interest where no link is shown."""
    return change.what in _COLORS


class _Name:
    """Of a name too long for its cell the end: that is where names differ."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(_end_of(self._name, options.max_width), no_wrap=True)

    def __rich_measure__(self, _console: Console, _options: ConsoleOptions) -> Measurement:
        return Measurement(1, cell_len(self._name))


def _end_of(text: str, room: int) -> str:
    """As much of it as there is room for, in cells, of which a character may take two."""
    if cell_len(text) <= room:
        return text
    end = text[-room:]
    while cell_len(end) >= room:
        end = end[1:]
    return f"…{end}"


def console() -> Console:
    return Console(highlight=False)

"""A manifest's lines as a share shows them: written anew, for the stored ones' links would outlive the share. Pure.

    {"key": "acme/q1.pdf", "url": "https://links.example.com/s/…/d/…/q1.pdf", "size": 48213, "etag": "9b2c…",
     "last_modified": "2026-04-02T08:11:43Z"}
    {"key": "acme/q0.pdf", "size": 510, "etag": "77d1…", "last_modified": "…", "archived": true}
    {"key": "acme/draft.pdf", "deleted": true}

Keys are relative to the share's prefix. `deleted` lines come from large manifests alone: there a line further up may
show the document still.
"""

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from shared.domain.documents import Folder, Layout
from shared.domain.manifest import Line, last_of_each
from shared.domain.opaque import named
from shared.domain.sharing import Share


class Entry(NamedTuple):
    """One line. `url` is None for what is archived, and what earlier tools did not write, too."""

    key: str
    url: str | None = None
    size: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    archived: bool = False
    deleted: bool = False

    def encode(self) -> bytes:
        """What it does not know is left out."""
        known = {name: value for name, value in self._asdict().items() if value is not None and value is not False}
        return json.dumps(known).encode() + b"\n"


def latest(entries: Iterable[Entry]) -> list[Entry]:
    """By the reading rule, as far as these entries tell: the last one of every key, none that is `deleted`."""
    return [entry for entry in last_of_each(entries).values() if not entry.deleted]


class Rewriting:
    """Writes lines for one share. `base`: the share's own address, without a slash at its end."""

    def __init__(self, layout: Layout, share: Share, base: str) -> None:
        self._layout, self._share, self._base = layout, share, base

    def entry(self, folder: Folder, line: Line) -> Entry | None:
        """None for what is not that folder's, or not the share's, to show."""
        if not self._layout.belongs(folder, line.key) or not self._share.shows(self._layout, line.key):
            return None
        key = line.key[len(self._share.prefix) :]
        if line.deleted:
            return Entry(key, deleted=True)
        url = f"{self._base}/d/{named(key)}" if line.shown else None
        return Entry(key, url, line.size, line.etag, line.last_modified, line.access.archived)


class Pack:
    """Entries, as many as there is room and time for. `most`: bytes of their lines, which the first may exceed."""

    def __init__(self, rewriting: Rewriting, most: int, late: Callable[[], bool]) -> None:
        self._rewriting, self._most, self.late = rewriting, most, late
        self._size = 0
        self.entries: list[Entry] = []
        self.lines: list[bytes] = []

    def take(self, folder: Folder, line: Line) -> bool:
        """Whether there was room for what is to be shown of it."""
        if (entry := self._rewriting.entry(folder, line)) is None:
            return True
        encoded = entry.encode()
        if self.lines and self._size + len(encoded) > self._most:
            return False
        self.entries.append(entry)
        self.lines.append(encoded)
        self._size += len(encoded)
        return True

"""What a share shows, of a world whose manifests the project's own code writes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from functions.open_link import share, views
from shared.domain.documents import Folder, Layout
from shared.domain.sharing import Share
from shared.sharing import contents, newest
from shared.sharing.contents import Reader
from shared.sharing.entries import Entry
from shared.sharing.folders import Folders
from shared.sharing.pieces import MOST, Piece, Shown
from shared.store.walk import Walk
from tests.fake_s3 import FakeS3
from tests.world import SMALL_LARGE, Inline, Scanned, make_small_manifests_large

_MOST_PIECES = 500  # of a test's few documents
AT = "https://links.example.com/s/abc"


def share_of(prefix: str, bucket: str = "docs") -> Share:
    return Share(bucket, prefix, "April", "2026-04-02T08:00:00Z", None)


class Showing(Scanned):
    """A bucket whose folders are shown."""

    def __init__(self, *keys: str, s3: FakeS3 | None = None, layout: Layout | None = None) -> None:
        super().__init__(*keys, s3=s3, layout=layout)
        client: Any = self.s3
        self.folders, self.reader = Folders(Walk(client), self.layout), Reader(self.store, Inline())
        self.shown = Shown(self.folders, self.reader, self.layout, lambda: self.clock)
        for key in keys:
            self.commit(key)
        self.s3.calls.clear()

    def folder(self, key: str) -> Folder:
        return Folder("docs", self.layout.prefix_of(key))

    def commit(self, key: str) -> None:
        """Bring the key's manifest up to date."""
        self.publish(key, folder=self.folder(key))

    def piece(self, prefix: str, cursor: str | None = None, most: int = MOST) -> Piece:
        return self.shown.begin(share_of(prefix), AT, cursor, most).piece()

    def pieces(self, prefix: str, most: int = MOST, meanwhile: Callable[[], object] = lambda: None) -> Iterator[Piece]:
        """One after the other, as each says; `meanwhile` is done between two."""
        piece = self.piece(prefix, None, most)
        yield piece
        for number in count():
            if not piece.next:
                return
            assert number < _MOST_PIECES, "the pieces have no end"
            meanwhile()
            piece = self.piece(prefix, piece.next, most)
            yield piece

    def entries(self, prefix: str, most: int = MOST, meanwhile: Callable[[], object] = lambda: None) -> list[Entry]:
        return [entry for piece in self.pieces(prefix, most, meanwhile) for entry in piece.entries]

    def expected(self, prefix: str) -> dict[str, str | None]:
        """What the manifests below the prefix say by the reading rule, by key below it."""
        views = {key: self.view(key) for key in self.s3.buckets["docs"] if self.layout.folder_of("docs", key)}
        return {
            key.removeprefix(prefix): etag
            for view in views.values()
            for key, etag in view.items()
            if key.startswith(prefix)
        }


def read(entries: list[Entry]) -> dict[str, str | None]:
    """The reading rule: the last line of a key counts; `deleted` ones, and those without a link, are skipped."""
    last = {entry.key: entry for entry in entries}
    return {key: entry.etag for key, entry in last.items() if entry.url and not entry.deleted}


def make_small_ones_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the ranged paths with manifests of a few lines."""
    make_small_manifests_large(monkeypatch)
    monkeypatch.setattr(contents, "RANGE", SMALL_LARGE // 2)
    monkeypatch.setattr(newest, "RANGE", SMALL_LARGE // 2)


def read_pieces(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Have every view of a share be cut after so many bytes of lines."""
    small = {name: replace(view, most=most) for name, view in views.VIEWS.items()}
    monkeypatch.setattr(share, "VIEWS", small)

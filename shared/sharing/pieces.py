"""What a share shows, in pieces: each packs manifests up to so many bytes, or so many seconds, and names the next.

A Lambda function's answer holds 6 MB, so none is larger than `MOST`. Put together, and read by the reading rule, the
pieces are what the manifests say: a document that was there all the time is in one of them, whatever else changes.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass

from shared.domain.documents import Folder, Layout
from shared.domain.manifest import Line
from shared.domain.ranges import before
from shared.domain.sharing import Share
from shared.sharing.contents import Contents, Reader, require_same, start_over, whole_lines
from shared.sharing.cursor import Cursor
from shared.sharing.entries import Entry, Pack, Rewriting
from shared.sharing.folders import Folders, Manifest, Page
from shared.store.stored import Stored

MOST = 1024 * 1024  # bytes of lines in a piece
LONGEST = 2.0  # seconds that one is packed


@dataclass(frozen=True, slots=True)
class Piece:
    """`body`: the entries as JSON Lines. `next`: the cursor of the piece after it; None: it is the last."""

    entries: list[Entry]
    body: bytes
    next: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """So many folders, and `more`, have a manifest; `updated`: when the latest of them changed, such as
    2026-04-02T08:11:43Z, None where there is none.
    """

    folders: int
    more: bool
    updated: str | None


class Shown:
    """What shares show. Each method raises what S3 answers."""

    def __init__(
        self,
        folders: Folders,
        reader: Reader,
        layout: Layout,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders, self._reader, self._layout, self._clock = folders, reader, layout, clock

    def begin(self, share: Share, base: str, cursor: str | None = None, most: int = MOST) -> "Packing":
        """Look at which manifests there are: one LIST. `base`: the share's address, without a slash at its end.

        Raises CursorError.
        """
        begins = None if cursor is None else Cursor.parse(cursor)
        page = self._folders.page(Folder(share.bucket, share.prefix), begins)
        ends = self._clock() + LONGEST
        pack = Pack(Rewriting(self._layout, share, base), most, lambda: self._clock() >= ends)
        return Packing(page, begins, self._reader, pack, _etag(share, base, begins, page))

    def overview(self, share: Share) -> Overview:
        page = self._folders.page(Folder(share.bucket, share.prefix))
        updated = max((manifest.seen.last_modified for manifest in page.manifests), default=None)
        return Overview(len(page.manifests), page.more, updated)


class Packing:
    """One piece, of what is known that it is to be read from."""

    def __init__(self, page: Page, begins: Cursor | None, reader: Reader, pack: Pack, etag: str) -> None:
        self._page, self._begins, self._reader, self._pack = page, begins, reader, pack
        self.etag = etag
        """Of all that the piece is made from, as far as a LIST tells it: no two commits have the same."""

    def piece(self) -> Piece:
        """Read it. Raises ManifestDamagedError, SchemaTooNewError and StartOverError; never a part of a piece."""
        ends = self._fill()
        return Piece(self._pack.entries, b"".join(self._pack.lines), ends.encode() if ends else None)

    def _fill(self) -> Cursor | None:
        done = self._begins
        for manifest, contents in self._reader.ahead(self._page.manifests):
            if done != self._begins and self._pack.late():
                return done
            behind = Cursor(manifest.name)
            if contents and (stopped := self._take(manifest, contents, self._within(behind))):
                return done if stopped == behind else stopped
            done = behind
        return done if self._page.more else None

    def _within(self, folder: Cursor) -> Cursor:
        """The cursor that the piece begins at, where it is in the middle of this folder."""
        begins = self._begins
        return begins if begins and begins.within and begins.folder == folder.folder else folder

    def _take(self, manifest: Manifest, contents: Contents, begins: Cursor) -> Cursor | None:
        """Where there was no more room or time; None: all of it is packed."""
        if (begins.after if contents.lines is None else begins.rebuilt_from) is not None:
            raise start_over(manifest.place)
        if contents.lines is None:
            return self._take_large(manifest.folder, contents.stored, begins)
        return self._take_small(manifest.folder, contents.lines, begins)

    def _take_small(self, folder: Folder, lines: Mapping[str, Line], begins: Cursor) -> Cursor | None:
        """In the order of their keys, so that the piece after it can tell what was shown, whatever there is by then."""
        last = begins
        for key in sorted(lines):
            if not key.startswith(folder.prefix):
                continue  # whoever wrote it there
            below = key[len(folder.prefix) :]
            if begins.after is not None and not before(begins.after, below):
                continue
            if not lines[key].deleted and not self._pack.take(folder, lines[key]):
                return last
            last = Cursor(begins.folder, below)
        return None

    def _take_large(self, folder: Folder, stored: Stored, begins: Cursor) -> Cursor | None:
        """As they come: what is further down overrides what was shown, `deleted` lines too."""
        rebuilt_from, offset = stored.head.rebuilt_from, begins.offset
        require_same(stored, rebuilt_from if begins.rebuilt_from is None else begins.rebuilt_from, offset)
        while offset < stored.size:
            stored, data = self._reader.range(stored, offset)
            for line, ends in whole_lines(data, offset, stored):
                if line and not self._pack.take(folder, line):
                    return Cursor(begins.folder, None, rebuilt_from, offset) if offset else begins
                offset = ends
            if offset < stored.size and self._pack.late():
                return Cursor(begins.folder, None, rebuilt_from, offset)
        return None


def _etag(share: Share, base: str, begins: Cursor | None, page: Page) -> str:
    listed = [(manifest.seen.key, manifest.seen.etag) for manifest in page.manifests]
    told = [base, *astuple(share), begins.encode() if begins else None, page.more, *listed]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

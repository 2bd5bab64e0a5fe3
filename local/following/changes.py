"""What changed in the manifests below a prefix since the last look: one LIST, and of what it shows changed the news."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from shared.domain.documents import Folder, Place
from shared.domain.errors import ManifestDamagedError, SchemaTooNewError
from shared.domain.manifest import Document, Line
from shared.reader import Known, ManifestReader, Read
from shared.sharing.cursor import Cursor
from shared.sharing.folders import Folders, Manifest
from shared.store.manifests import ManifestStore


class What(StrEnum):
    """What became of a document."""

    THERE = "there"
    """It was at the first look."""
    NEW = "new"
    CHANGED = "changed"
    RENEWED = "renewed"
    """It is the same, and has another link."""
    GONE = "gone"


class Change(NamedTuple):
    """`line` is what the manifest says now; None of what is gone."""

    what: What
    key: str
    line: Line | None


@dataclass
class _Followed:
    """A manifest as it was read, and the documents that it showed then."""

    known: Known = field(default_factory=Known)
    shown: dict[str, Line] = field(default_factory=dict)

    def take(self, read: Read) -> Iterator[Change]:
        self.known = read.known
        gone = self.shown.keys() - read.lines.keys() if read.everything else set()
        for key, line in read.lines.items():
            if not line.shown:
                gone.add(key)
                continue
            before = self.shown.get(key)
            self.shown[key] = line
            if before != line and (what := _became(before, line)):
                yield Change(what, key, line)
        for key in sorted(gone & self.shown.keys()):
            del self.shown[key]
            yield Change(What.GONE, key, None)


class _Unread(NamedTuple):
    """A manifest as it was listed when it could not be read, and why."""

    seen: Document
    error: str


def _became(before: Line | None, now: Line) -> What | None:
    if before is None:
        return What.NEW
    if before.etag != now.etag:
        return What.CHANGED
    return What.RENEWED if before.url != now.url else None


class Following:
    """Looks again and again. Each look raises what S3 answers.

    A manifest that cannot be read, for it is damaged or of a newer version, is told of in `troubles`, once for each of
    its contents; the others are followed on.
    """

    def __init__(self, folders: Folders, store: ManifestStore, root: Folder) -> None:
        self._folders, self._store, self._root = folders, store, root
        self._followed: dict[Place, _Followed] = {}
        self._first = True
        self._untold: list[Change] = []
        self._unread: dict[Place, _Unread] = {}
        self.troubles: list[str] = []

    @property
    def documents(self) -> int:
        return sum(len(each.shown) for each in self._followed.values())

    @property
    def manifests(self) -> int:
        return len(self._followed)

    def look(self) -> list[Change]:
        """What changed since the last one; at the first all there is. What one that failed saw is told by the next."""
        listed = {each.place: each for each in self._listed()}
        for place in sorted(self._followed.keys() | listed.keys(), key=str):
            self._untold.extend(self._of(place, listed.get(place)))
        changes, self._untold = self._untold, []
        if not self._first:
            return changes
        self._first = False
        shown = [each.shown for each in self._followed.values()]
        return [Change(What.THERE, key, line) for lines in shown for key, line in lines.items()]

    def _of(self, place: Place, listed: Manifest | None) -> Iterator[Change]:
        followed = self._followed.setdefault(place, _Followed())
        if listed is None:
            del self._followed[place]
            self._unread.pop(place, None)
            return followed.take(Read(Known(), {}, everything=True))
        if listed.seen.etag == (followed.known.etag or "").strip('"') or self._is_unreadable(listed):
            return iter(())
        try:
            read = ManifestReader(self._store, place).newer(followed.known)
        except (ManifestDamagedError, SchemaTooNewError) as error:
            self._note(listed, str(error))
            return iter(())
        self._unread.pop(place, None)
        return followed.take(read)

    def _is_unreadable(self, listed: Manifest) -> bool:
        """Whether it has not been written since it could not be read; with other metadata it may have the same ETag."""
        unread = self._unread.get(listed.place)
        return unread is not None and unread.seen == listed.seen

    def _note(self, listed: Manifest, error: str) -> None:
        before, self._unread[listed.place] = self._unread.get(listed.place), _Unread(listed.seen, error)
        if before is None or (before.seen.etag, before.error) != (listed.seen.etag, error):
            self.troubles.append(error)

    def _listed(self) -> Iterator[Manifest]:
        cursor = None
        while True:
            page = self._folders.page(self._root, cursor)
            yield from page.manifests
            if not page.more:
                return
            cursor = Cursor(page.manifests[-1].name)

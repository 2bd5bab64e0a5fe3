"""The manifests below a share's prefix, as a LIST shows them now."""

from dataclasses import dataclass
from typing import NamedTuple

from shared.domain.documents import MANIFEST_NAME, Folder, Layout, Place
from shared.domain.errors import CursorError, RequestRefusedError
from shared.domain.manifest import Document
from shared.domain.ranges import before
from shared.sharing.cursor import Cursor
from shared.store.walk import Below, Walk


class Manifest(NamedTuple):
    """A folder's manifest, as it was when it was listed. `name`: the folder's, relative to the share's prefix."""

    name: str
    folder: Folder
    place: Place
    seen: Document


_BEHIND_ALL = "\U0010ffff"  # no key of a folder comes after it, as UTF-8 goes


@dataclass(frozen=True, slots=True)
class Page:
    """In the order of the manifests' keys. `more`: whether there may be others behind the last."""

    manifests: list[Manifest]
    more: bool


class Folders:
    """Folders that have manifests."""

    def __init__(self, walk: Walk, layout: Layout) -> None:
        self._walk, self._layout = walk, layout

    def page(self, root: Folder, cursor: Cursor | None = None) -> Page:
        """Those below `root`, itself included, from the cursor on. Raises what S3 answers; one request nearly always.

        What is no manifest, or left of an earlier PREFIX_DEPTH, is passed over.
        """
        home = self._layout.home(root.bucket)
        place = Place(home.bucket, home.key + root.prefix)
        last = self._last(root, cursor) if cursor else ""
        after = last[:-1] if cursor and cursor.within else last  # it is wanted once more, and whatever is before it not
        while True:
            below = self._below(place, after)
            wanted = [each for each in below.objects if not before(each.key, last)]
            manifests = [found for each in wanted if (found := self._manifest(root, each))]
            if manifests or not below.more:
                return Page(manifests, below.more)
            after = self._onward(root, below.objects[-1].key)

    def _onward(self, root: Folder, last: str) -> str:
        """What to go on behind: past all that an earlier PREFIX_DEPTH has left in a folder, however much that is."""
        folder = self._layout.folder_of(root.bucket, last)
        if folder is None or (whole := self._layout.widened(folder.prefix)) == folder.prefix:
            return last
        own = self._layout.manifest_of(Folder(root.bucket, whole)).key
        if before(last, own):
            return own[:-1] if before(last, own[:-1]) else last
        return own.removesuffix(MANIFEST_NAME) + _BEHIND_ALL

    def _below(self, place: Place, after: str) -> Below:
        try:
            return self._walk.page(place, after)
        except RequestRefusedError as error:
            if after:
                raise CursorError(f"what was asked for begins where {place} can hold nothing") from error
            raise

    def any_below(self, root: Folder) -> bool:
        return bool(self.page(root).manifests)

    def _last(self, root: Folder, cursor: Cursor) -> str:
        """The manifest of the folder that the cursor names."""
        place = self._layout.manifest_of(Folder(root.bucket, root.prefix + cursor.folder))
        if not place.fits:
            raise CursorError(f"what was asked for begins in a folder below {root} that can have no manifest")
        return place.key

    def _manifest(self, root: Folder, seen: Document) -> Manifest | None:
        folder = self._layout.folder_of(root.bucket, seen.key)
        if folder is None or self._layout.widened(folder.prefix) != folder.prefix:
            return None
        return Manifest(folder.prefix[len(root.prefix) :], folder, self._layout.manifest_of(folder), seen)

"""A listing's documents, filed by prefix: lines on disk, handed on as soon as the listing has passed their prefix."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import groupby

from shared.domain.documents import Folder, Layout
from shared.domain.manifest import Document
from shared.domain.ranges import before
from shared.domain.signing import Signing
from shared.scan.draft import Draft, Stager
from shared.scan.ignored import Ignored
from shared.scan.spool import Spool, full_disk_told
from shared.store.pages import Page
from shared.telemetry import logger, warn_of_dot_segments

Seal = Callable[[str, Spool | Exception], Awaitable[None]]
"""Takes a prefix that the listing has passed: its lines, or why there are none."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The bucket whose documents are filed; which of its keys are some, and how their links are made."""

    bucket: str
    layout: Layout
    signing: Callable[[str], Signing]


class Filing:
    """Files the documents of those prefixes that it takes; those it does not, it names.

    A listing is in the order of its keys: what begins with `a/` is together, and `a/b/` lies within it. The prefixes
    that are open are therefore the folders above the current key, and no more.
    """

    def __init__(self, shelf: Shelf, stager: Stager, seal: Seal, takes: Callable[[str], bool] = lambda _: True) -> None:
        self._bucket, self._layout, self._signing = shelf.bucket, shelf.layout, shelf.signing
        self._stager, self._seal, self._takes = stager, seal, takes
        self.warns = True
        """Whether it warns of what has no link that works everywhere."""
        self._open: list[Draft] = []
        self._nameless: set[str] = set()
        self.passed = ""
        """The last key that was dealt with, whatever it is; empty: none yet."""
        self.in_order = True
        self.sealed: set[str] = set()
        self.torn: set[str] = set()
        """Prefixes that the listing came back to: it was not in order, and they must be listed alone."""
        self.others: set[str] = set()
        """Prefixes that it has seen documents of, and does not take."""
        self.ignored = Ignored()

    @property
    def open(self) -> list[str]:
        """Prefixes that the listing has begun, and has not passed."""
        return [draft.prefix for draft in self._open]

    async def write(self, page: Page) -> None:
        if not page:
            return
        self._note_order([found.key for found in page])
        documents = [found for found in page if self._layout.is_document(self._bucket, found.key)]
        if len(documents) < len(page):
            self.ignored.add(self._strangers(page, documents))
        if self.warns:
            self._warn(documents)
        with full_disk_told():
            await self._file_all(documents)
            await self._seal_all_but_those_above(page[-1].key)  # what is no document passes folders, too
        self.passed = page[-1].key

    def _note_order(self, keys: list[str]) -> None:
        self.in_order = self.in_order and before(self.passed, keys[0]) and keys == sorted(keys)

    async def _file_all(self, documents: list[Document]) -> None:
        signing = self._signing(self._bucket)
        for prefix, group in groupby(documents, lambda found: self._layout.prefix_of(found.key)):
            found = list(group)
            await self._file(prefix, found, signing)
            self.passed = found[-1].key  # a page may hold a thousand folders

    async def finish(self) -> None:
        """The listing has ended: every prefix is complete."""
        while self._open:
            await self._seal_last()

    async def abandon(self) -> None:
        """Drop what is not complete."""
        for draft in self._open:
            await draft.drop()

    async def _file(self, prefix: str, documents: list[Document], signing: Signing) -> None:
        if not self._has_name(prefix):
            self.ignored.add([found.key for found in documents])
            return
        if not self._takes(prefix):
            self.others.add(prefix)
            return
        await self._seal_all_but_those_above(prefix)
        if prefix in self.sealed:
            self.torn.add(prefix)
            return
        if not self._open or self._open[-1].prefix != prefix:
            self._open.append(Draft(prefix, self._stager))
        await self._open[-1].write(documents, signing)

    async def _seal_all_but_those_above(self, key: str) -> None:
        while self._open and not key.startswith(self._open[-1].prefix):
            await self._seal_last()

    async def _seal_last(self) -> None:
        draft = self._open[-1]
        await self._seal(draft.prefix, await draft.finished())  # until it is taken it is ours to drop
        self._open.pop()
        self.sealed.add(draft.prefix)

    def _strangers(self, page: Page, documents: list[Document]) -> list[str]:
        """Of a page those keys that are neither documents nor the project's own."""
        known = {found.key for found in documents}
        return [each.key for each in page if each.key not in known and not self._layout.is_own(self._bucket, each.key)]

    def _warn(self, documents: list[Document]) -> None:
        for found in documents:
            warn_of_dot_segments(self._bucket, self._layout.prefix_of(found.key), found.key)

    def _has_name(self, prefix: str) -> bool:
        place = self._layout.manifest_of(Folder(self._bucket, prefix))
        if place.fits:
            return True
        if prefix not in self._nameless:
            self._nameless.add(prefix)
            logger.error(
                "documents ignored: their manifest's name would be too long",
                bucket=place.bucket,
                prefix=prefix,
            )
        return False

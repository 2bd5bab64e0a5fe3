"""Manifests compared with their bucket, read only.

All documents are listed once and added up by folder, each manifest is read once and added up as well. Where the two
sums differ both are looked at again, exactly: the manifest, then its folder. What is found then, and again after a
while, is a finding; what is not was an update under way.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import TypeVar

from local.operating.comparing import Comparison, Difference, Digest, Leads, Lines, mark, named
from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Place
from shared.domain.errors import ManifestDamagedError, SchemaTooNewError
from shared.domain.instant import stamped
from shared.domain.manifest import Document, Line
from shared.domain.ranges import Range
from shared.scan.reading import Reading, Tools
from shared.scan.survey import Survey, Surveyed
from shared.store.pages import Page
from shared.store.stored import ManifestChanged, Stored

_SIDE_BY_SIDE = 16
_TRIES = 5  # of a manifest that is another each time
_N = TypeVar("_N")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Audited:
    """`documents` and `manifests` are all there are; `unseen`: the folders that were too busy to be compared."""

    documents: int
    manifests: int
    folders: int
    different: list[Difference]
    unseen: list[str]

    @property
    def empty(self) -> bool:
        """Whether there was nothing to be compared."""
        return not self.documents and not self.manifests


class _Tally:
    """Of folders that are met in ranges side by side: those that a boundary cuts, in several."""

    def __init__(self) -> None:
        self._inside = 0
        self._cut: set[str] = set()

    def note(self, folders: Iterable[str], own: Range) -> None:
        for each in folders:
            if own.inside(each):
                self._inside += 1
            else:
                self._cut.add(each)

    def __len__(self) -> int:
        return self._inside + len(self._cut)


class Audit:
    """Of one bucket's manifests; `wait`: seconds that an update may be under way."""

    def __init__(
        self,
        tools: Tools,
        bucket: str,
        wait: float,
        leads: Leads,
        tell: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._tools, self._bucket, self._wait, self._leads, self._tell = tools, bucket, wait, leads, tell
        self._reading = Reading(tools, bucket, Deadline(lambda: math.inf))
        self._pool = ThreadPoolExecutor(_SIDE_BY_SIDE)
        self._documents, self._folders, self._manifests = 0, _Tally(), _Tally()

    async def of(self, prefix: str) -> Audited:
        """All below a folder. Raises what S3 answers."""
        try:
            suspects = [each async for each in self._stages(Range(prefix))]
            found = [each for each in await self._each(sorted(set(suspects)), self._look) if each or each.busy]
            if found:
                await asyncio.sleep(self._wait)
            again = await self._each(found, self._again)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
        different, busy = [each for each in again if each], [each.prefix for each in again if each.busy]
        return Audited(self._documents, len(self._manifests), len(self._folders), different, busy)

    async def _stages(self, own: Range) -> AsyncIterator[str]:
        """The folders whose sums differ; of so many manifests at a time that memory holds them."""
        while True:
            survey = await self._reading.survey(own)
            for each in await self._suspects(survey):
                yield each
            if survey.range.until == own.until:
                return
            own = Range(own.prefix, survey.range.until or "")

    async def _suspects(self, survey: Survey) -> Iterable[str]:
        sums, own = await self._sums(survey), survey.range
        self._manifests.note(survey.manifests, own)
        self._folders.note(sums, own)

        async def is_right(prefix: str) -> bool:
            return await self._is_same(prefix, survey.manifests[prefix], sums.get(prefix, Digest()))

        inside = list(filter(own.inside, survey.manifests))
        right = set(compress(inside, await self._each(inside, is_right)))
        return (sums.keys() | survey.manifests.keys()) - right

    async def _sums(self, survey: Survey) -> dict[str, Digest]:
        """By folder, of the documents that there are."""
        sums: dict[str, Digest] = {}

        async def note(page: Page) -> None:
            for prefix, document in self._found(page):
                sums.setdefault(prefix, Digest()).add(mark(document))
                self._documents += 1
            self._tell(self._documents)

        await self._reading.documents(survey, note)
        return {prefix: each for prefix, each in sums.items() if self._place(prefix).fits}

    def _found(self, page: Page) -> Iterator[tuple[str, Document]]:
        layout = self._tools.layout
        return ((layout.prefix_of(each.key), each) for each in page if layout.is_document(self._bucket, each.key))

    async def _is_same(self, prefix: str, seen: Surveyed, documents: Digest) -> bool:
        """Whether lines and documents come to the same, and every link lives."""
        try:
            stored, lines = await self._read(prefix, seen.size)
        except (ManifestDamagedError, SchemaTooNewError, ManifestChanged):
            return False
        return stored.etag is not None and not lines.flaws and lines.digest() == documents

    async def _look(self, prefix: str) -> Difference:
        """Exactly: the manifest first, then its folder."""
        for _ in range(_TRIES):
            try:
                return await self._compared(prefix)
            except ManifestChanged:
                continue
            except (ManifestDamagedError, SchemaTooNewError) as error:
                return Difference(prefix, str(error))
        return Difference(prefix, busy=True)

    async def _again(self, before: Difference) -> Difference:
        return (await self._look(before.prefix)).still(before)

    async def _compared(self, prefix: str) -> Difference:
        stored, lines = await self._read(prefix, None)
        comparison, folder = Comparison(lines), Folder(self._bucket, prefix)

        async def note(page: Page) -> None:
            for document in page:
                if self._tools.layout.belongs(folder, document.key):
                    comparison.note(document)

        await self._reading.alone(prefix, note, Surveyed(stored.etag or "", stored.size))
        if stored.etag is None:
            found = comparison.difference(prefix, {})
            return Difference(prefix, "there is no manifest", found.keys) if found else found
        unnamed = comparison.unnamed
        names = await self._taken(stored, lambda read: named(read, unnamed)) if unnamed else {}
        return comparison.difference(prefix, names)

    async def _read(self, prefix: str, size: int | None) -> tuple[Stored, Lines]:
        """The manifest as it is now. Raises ManifestChanged, and what its content, or S3, is the reason of."""
        place, now = self._place(prefix), stamped(datetime.now(UTC)) or ""
        stored = await self._in_thread(lambda: self._tools.store.look_inside(place, size))
        if stored.etag is None:
            return stored, Lines(now)
        return stored, await self._taken(stored, lambda read: Lines(now, self._leads).read(read))

    async def _taken(self, stored: Stored, take: Callable[[Iterator[Line]], _T]) -> _T:
        return await self._in_thread(lambda: self._tools.store.read_through(stored, 0, take))

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def _each(self, names: Iterable[_N], look: Callable[[_N], Awaitable[_T]]) -> list[_T]:
        """A look at each of them, some side by side; in their order."""
        left, found = enumerate(names), dict[int, _T]()

        async def look_on() -> None:
            for number, name in left:
                found[number] = await look(name)

        await asyncio.gather(*(look_on() for _ in range(_SIDE_BY_SIDE)))
        return [found[number] for number in sorted(found)]

    def _place(self, prefix: str) -> Place:
        return self._tools.layout.manifest_of(Folder(self._bucket, prefix))

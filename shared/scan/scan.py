"""Rebuild every manifest below a prefix from one listing.

Survey the manifests, *then* list the documents; a prefix is settled, side by side with others, as soon as the listing
has passed it. What the survey showed and the listing did not come by has no document left.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Layout, Place
from shared.domain.signing import Signing
from shared.scan.listing import PAGE, Listing
from shared.scan.pipeline import Filing, Page, page_size, stream
from shared.scan.rebuild import Rebuilder, Rebuilt
from shared.scan.spool import Spool
from shared.store.manifests import ManifestStore

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_AT_ONCE = 16  # prefixes that are committed side by side
_WAITING = 32  # prefixes whose lines are on disk, waiting for that

Progress = Callable[[int], None]


@dataclass(slots=True)
class Report:
    """What became of every prefix; `failed` says why where one was not rebuilt, `interrupted` why the listing ended."""

    rebuilt: dict[str, Rebuilt] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
    ignored: int = 0
    interrupted: Exception | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What a scan works with. `client` has `listing.read_pages_fast` installed."""

    client: "S3Client"
    store: ManifestStore
    layout: Layout
    signing: Callable[[str], Signing]
    queue_max: int


class Scan:
    """One run over one prefix of one bucket."""

    def __init__(self, tools: Tools, folder: Folder, deadline: Deadline, progress: Progress) -> None:
        self._tools, self._folder, self._deadline, self._progress = tools, folder, deadline, progress
        self._loop = asyncio.get_running_loop()
        self._rebuilder = Rebuilder(tools.store, tools.layout, tools.signing, self._gather_from_thread)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "settle")
        self._waiting = asyncio.Semaphore(_WAITING)
        self._settling: set[asyncio.Task[None]] = set()
        self._survey: dict[str, str] = {}
        self._report = Report()

    async def run(self) -> Report:
        """Raises only what keeps the scan from beginning; everything else is in the report."""
        self._survey = await self._survey_manifests()
        filing = self._filing(self._settle)
        try:
            await self._list(filing)
        except Exception as error:  # noqa: BLE001 -- told in the report, when what is under way has ended
            self._report.interrupted = error
        else:
            await self._settle_the_empty(filing.sealed)
        await self._settled()
        for prefix in filing.torn - self._report.failed.keys():
            await self._settle(prefix, None)
        await self._settled()
        self._threads.shutdown()
        self._report.ignored = filing.ignored
        return self._report

    async def _survey_manifests(self) -> dict[str, str]:
        """The ETag of every manifest below, by prefix: taken before the first document is listed."""
        home = self._tools.layout.home(self._folder.bucket)
        below = Place(home.bucket, home.key + self._folder.prefix)
        found: dict[str, str] = {}
        async for page in Listing(self._tools.client, below).pages():
            self._deadline.require(f"listing {below}")
            for entry in page:
                if folder := self._tools.layout.folder_of(self._folder.bucket, entry.key):
                    found[folder.prefix] = entry.etag
        return found

    async def _list(self, filing: Filing) -> None:
        place = Place(self._folder.bucket, self._folder.prefix)
        await self._stream(place, filing, flat=False, progress=self._progress)

    async def _stream(self, place: Place, filing: Filing, *, flat: bool, progress: Progress) -> None:
        size = page_size(self._tools.queue_max, PAGE)
        listing = Listing(self._tools.client, place, size, flat=flat)
        try:
            await stream(self._watched(listing.pages(), place, progress), filing.write, self._tools.queue_max, size)
            await filing.finish()
        finally:
            filing.abandon()

    async def _watched(self, pages: AsyncIterator[Page], place: Place, progress: Progress) -> AsyncIterator[Page]:
        async for page in pages:
            self._deadline.require(f"listing the rest of {place}")
            progress(len(page))
            yield page

    def _filing(self, seal: Callable[..., object], only: str | None = None) -> Filing:
        return Filing(self._folder.bucket, self._tools.layout, self._tools.signing, seal, only)  # type: ignore[arg-type]

    async def _settle_the_empty(self, sealed: set[str]) -> None:
        for prefix in sorted((self._survey.keys() | {self._folder.prefix}) - sealed):
            await self._settle(prefix, Spool.empty())

    async def _settle(self, prefix: str, spool: Spool | None) -> None:
        """Commit a complete prefix (without a spool: list it alone) in a thread, when there is room for one more."""
        await self._waiting.acquire()
        task = asyncio.create_task(self._settle_in_thread(Folder(self._folder.bucket, prefix), spool))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def _settle_in_thread(self, folder: Folder, spool: Spool | None) -> None:
        try:
            rebuilt = await self._loop.run_in_executor(self._threads, self._rebuild, folder, spool)
            self._report.rebuilt[folder.prefix] = rebuilt
        except Exception as error:  # noqa: BLE001 -- one prefix that fails does not stop the others
            self._report.failed[folder.prefix] = error
        finally:
            self._waiting.release()

    def _rebuild(self, folder: Folder, spool: Spool | None) -> Rebuilt:
        if spool is None:
            return self._rebuilder.rebuild(folder, self._deadline)
        return self._rebuilder.rebuild_listed(folder, self._survey.get(folder.prefix), spool, self._deadline)

    async def _settled(self) -> None:
        while self._settling:
            await asyncio.wait(self._settling)

    def _gather_from_thread(self, folder: Folder, _: Deadline) -> Spool:
        return asyncio.run_coroutine_threadsafe(self._gather(folder), self._loop).result()

    async def _gather(self, folder: Folder) -> Spool:
        """One prefix alone."""
        gathered = Spool.empty()

        async def keep(_: str, spool: Spool) -> None:
            nonlocal gathered
            gathered = spool

        filing = self._filing(keep, only=folder.prefix)
        flat = not self._tools.layout.covers(folder.prefix)
        await self._stream(Place(folder.bucket, folder.prefix), filing, flat=flat, progress=lambda _: None)
        return gathered


async def scan(tools: Tools, folder: Folder, deadline: Deadline, progress: Progress) -> Report:
    """Rebuild the manifest of every prefix below `folder`, and its own."""
    return await Scan(tools, folder, deadline, progress).run()

"""Rebuild every manifest below a prefix from one listing.

Survey the manifests, *then* list the documents; a prefix is settled, side by side with others, as soon as the listing
has passed it. What the survey showed and the listing did not come by has no document left.

A scan ends in its time, also where the store does not answer: the listing at the reserve, the commits that hang half a
reserve later. The rest is for telling what became of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from shared.domain.age import age
from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Folder, Layout, Place
from shared.domain.errors import OutOfTimeError
from shared.domain.manifest import Document
from shared.domain.ranges import Range
from shared.domain.signing import Signing
from shared.scan.ahead import Work, Write, deliver
from shared.scan.boundaries import boundaries, surveyed
from shared.scan.listing import PAGE, Listing, Page
from shared.scan.loop import Bridge
from shared.scan.pipeline import Filing
from shared.scan.rebuild import Postponed, Rebuilder, Rebuilt
from shared.scan.spool import Spool
from shared.scan.window import Window
from shared.store.manifests import ManifestStore

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_AT_ONCE = 16  # prefixes that are committed side by side
_WAITING = 32  # prefixes whose lines are on disk, waiting for that

Progress = Callable[[int], None]
Settled = Callable[[Folder, Rebuilt | Exception], None]
"""Told of every prefix what became of it, as soon as that is known."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Report:
    """What became of every prefix; `failed` says why where one was not rebuilt, `interrupted` why the listing ended."""

    rebuilt: dict[str, Rebuilt] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
    ignored: int = 0
    interrupted: Exception | None = None
    oldest_manifest: float | None = None
    """Seconds since the manifest was written that nothing has written for longest, as the scan began; None: none."""


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

    def __init__(self, tools: Tools, folder: Folder, deadline: Deadline, progress: Progress, settled: Settled) -> None:
        self._tools, self._folder, self._deadline = tools, folder, deadline
        self._progress, self._tell = progress, settled
        self._bridge = Bridge()
        self._rebuilder = Rebuilder(tools.store, tools.layout, tools.signing, self._gather_from_thread)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "settle")
        self._waiting = asyncio.Semaphore(_WAITING)
        self._settling: dict[asyncio.Task[None], Folder] = {}
        self._window = Window(tools.queue_max, PAGE)
        self._survey: dict[str, Document] = {}
        self._passed = False
        self._alone: set[str] = set()
        self._report = Report()

    async def run(self) -> Report:
        """Raises only what keeps the scan from beginning; everything else is in the report."""
        try:
            self._survey = await self._in_time(self._survey_manifests())
            filing = self._filing(self._settle)
            await self._or_interrupted(self._list(filing))
            self._passed = True
            await self._settled()
            await self._or_interrupted(self._settle_alone(self._alone | filing.torn))
            await self._settled()
        finally:
            self._bridge.close()
            self._threads.shutdown(wait=False, cancel_futures=True)  # what hangs may end when it likes
        self._report.ignored = filing.ignored
        return self._report

    async def _in_time(self, work: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(self._deadline.left()):
                return await work
        except TimeoutError as error:
            raise OutOfTimeError(
                f"out of time while listing {self._folder}: the rest is not done, and is to be scanned again. If this "
                "repeats, raise the function's time-out."
            ) from error

    async def _or_interrupted(self, work: Awaitable[None]) -> None:
        try:
            await self._in_time(work)
        except Exception as error:  # noqa: BLE001 -- told in the report, when what is under way has ended
            self._report.interrupted = self._report.interrupted or error

    async def _survey_manifests(self) -> dict[str, Document]:
        """Every manifest below, by prefix: taken before the first document is listed."""
        home = self._tools.layout.home(self._folder.bucket)
        below = Place(home.bucket, home.key + self._folder.prefix)
        found: dict[str, Document] = {}
        oldest = ""

        async def note(page: Page) -> None:
            nonlocal oldest
            for entry in page:
                if folder := self._tools.layout.folder_of(self._folder.bucket, entry.key):
                    found[folder.prefix] = entry
                    oldest = min(oldest or entry.last_modified, entry.last_modified)

        await self._pages(below, note)
        self._report.oldest_manifest = age(oldest, datetime.now(UTC))
        return found

    async def _list(self, filing: Filing) -> None:
        place = Place(self._folder.bucket, self._folder.prefix)
        await self._stream(place, filing, flat=False, progress=self._progress)
        await self._settle_the_empty(filing.sealed)

    async def _stream(self, place: Place, filing: Filing, *, flat: bool, progress: Progress) -> None:
        async def write(page: Page) -> None:
            progress(len(page))
            await filing.write(page)

        try:
            await self._pages(place, write, flat=flat)
            await filing.finish()
        finally:
            filing.abandon()

    async def _pages(self, place: Place, write: Write, *, flat: bool = False) -> None:
        """Every page below, one after the other."""
        client, size = self._tools.client, self._window.size
        listed = Folder(self._folder.bucket, place.key)
        known = partial(surveyed, self._survey, self._tools.layout, listed, flat=flat)

        async def in_time(page: Page) -> None:
            self._deadline.require(f"listing the rest of {place}")
            await write(page)

        source = Listing(client, place, size, flat=flat).after
        work = Work(source, Range(place.key), partial(boundaries, client, place, known, size))
        await deliver(work, in_time, self._window)

    def _filing(self, seal: Callable[..., object], only: str | None = None) -> Filing:
        return Filing(self._folder.bucket, self._tools.layout, self._tools.signing, seal, only)  # type: ignore[arg-type]

    async def _settle_the_empty(self, sealed: set[str]) -> None:
        for prefix in sorted((self._survey.keys() | {self._folder.prefix}) - sealed):
            await self._settle(prefix, Spool.empty())

    async def _settle_alone(self, prefixes: set[str]) -> None:
        for prefix in prefixes - self._report.failed.keys():
            await self._settle(prefix, None)

    async def _settle(self, prefix: str, spool: Spool | None) -> None:
        """Commit a complete prefix (without a spool: list it alone) in a thread, when there is room for one more."""
        await self._waiting.acquire()
        folder = Folder(self._folder.bucket, prefix)
        task = asyncio.create_task(self._settle_in_thread(folder, spool))
        self._settling[task] = folder
        task.add_done_callback(self._settling.pop)

    async def _settle_in_thread(self, folder: Folder, spool: Spool | None) -> None:
        future = self._threads.submit(self._rebuild, folder, spool)
        try:
            rebuilt = await asyncio.wrap_future(future)
            self._note(folder, rebuilt)
        except Postponed:
            self._alone.add(folder.prefix)
        except Exception as error:  # noqa: BLE001 -- one prefix that fails does not stop the others
            self._note(folder, error)
        finally:
            self._waiting.release()
            if spool and future.cancelled():
                spool.close()

    def _note(self, folder: Folder, outcome: Rebuilt | Exception) -> None:
        if isinstance(outcome, Exception):
            self._report.failed[folder.prefix] = outcome
        else:
            self._report.rebuilt[folder.prefix] = outcome
        self._tell(folder, outcome)

    def _rebuild(self, folder: Folder, spool: Spool | None) -> Rebuilt:
        if spool is None:
            return self._rebuilder.rebuild(folder, self._deadline)
        surveyed = self._survey.get(folder.prefix)
        return self._rebuilder.rebuild_listed(folder, surveyed and surveyed.etag, spool, self._deadline)

    async def _settled(self) -> None:
        """Wait for what is under way; what hangs has failed, whatever becomes of it: its commit is conditional."""
        while self._settling and (left := self._deadline.left() + RESERVE / 2) > 0:
            await asyncio.wait(self._settling, timeout=left)
        for task, folder in list(self._settling.items()):
            if task.cancel():
                self._note(folder, _unanswered(folder))

    def _gather_from_thread(self, folder: Folder, deadline: Deadline) -> Spool:
        if not self._passed:
            raise Postponed
        try:
            return self._bridge.ask(partial(self._gather, folder), max(0.0, deadline.left()) + RESERVE)
        except TimeoutError as error:
            raise _unanswered(folder) from error

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


def _unanswered(folder: Folder) -> OutOfTimeError:
    return OutOfTimeError(f"{folder}: the store did not answer in time. It is to be tried again.")


async def scan(
    tools: Tools,
    folder: Folder,
    deadline: Deadline,
    progress: Progress,
    settled: Settled = lambda _folder, _outcome: None,
) -> Report:
    """Rebuild the manifest of every prefix below `folder`, and its own, within the deadline."""
    return await Scan(tools, folder, deadline, progress, settled).run()

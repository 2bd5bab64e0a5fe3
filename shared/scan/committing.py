"""The folders of one scan on their way into their manifests: of the listing of all, or each listed alone."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Place
from shared.domain.errors import LinkManifestError, OutOfTimeError
from shared.domain.manifest import LARGE
from shared.scan.draft import Stager, StartOf
from shared.scan.filing import Filing, Seal, Shelf
from shared.scan.reading import Reading, Tools
from shared.scan.rebuild import Postponed, Rebuilder, Rebuilt
from shared.scan.report import Outcome, Outcomes, Report
from shared.scan.settling import Settling
from shared.scan.spool import Spool
from shared.scan.survey import Survey, Surveyed
from shared.store.stored import Stored


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told meanwhile: of every page its number of keys, of every folder what became of it, once it is known."""

    listed: Callable[[int], None] = lambda _: None
    settled: Callable[[Folder, Outcome], None] = lambda _folder, _outcome: None


class Committing:
    """Has folders rebuilt. `final`: what there is no time for has failed; else it is left for another turn."""

    def __init__(self, tools: Tools, bucket: str, deadline: Deadline, watch: Watch, *, final: bool) -> None:
        self._tools, self._bucket, self._deadline, self._watch = tools, bucket, deadline, watch
        self._final = final
        self.rebuilder = Rebuilder(tools.store, tools.layout, tools.signing, self._gather_from_thread)
        self._survey: Survey | None = None  # of the listing of all, as long as that goes on
        self._starts: dict[str, Stored] = {}
        self.report = Report()
        self.outcomes = Outcomes(final)
        self.postponed: set[str] = set()
        """Folders that must be listed alone, when the listing of all has ended."""

    def use(self, reading: Reading, settling: Settling) -> None:
        """What it lists with, and who commits."""
        self._reading, self._settling = reading, settling

    # One stage

    async def begin(self, survey: Survey) -> Filing:
        """Before the first page: what files the listing of all that was surveyed.

        The large manifests are looked at: what is sent of them while they are listed carries the revision after this.
        """
        self._survey, self._starts = survey, {}
        large = [name for name, seen in survey.manifests.items() if seen.size >= LARGE and survey.range.inside(name)]
        looks = {name: self._settling.aside(partial(self._tools.store.look, self._place(name))) for name in large}
        for name, look in looks.items():
            with suppress(LinkManifestError):  # whoever settles it meets the same, and tells
                self._starts[name] = await look
        return self._filing(self._start_of, self.settle, survey.range.inside)

    async def end(self) -> None:
        """The listing of all has ended: wait for what it handed on. There is room for other listings then."""
        await self._settling.all_settled()
        self._survey = None

    def told(self) -> Outcomes:
        """What became of the folders, which are counted with that."""
        outcomes, self.outcomes = self.outcomes, Outcomes(self._final)
        self.postponed = set()
        self.report.add(outcomes)
        return outcomes

    # One folder

    async def settle(self, prefix: str, spool: Spool | Exception) -> None:
        """Commit a folder that is complete, or note why it is not; waits while too many do."""
        folder = Folder(self._bucket, prefix)
        if isinstance(spool, Exception):
            self.note(folder, spool)
        else:
            start = spool.start or self._starts.get(prefix)
            etag = self._surveyed(prefix)
            await self._settling.settle(folder, partial(self._rebuild_listed, folder, start, etag, spool), spool)

    async def settle_alone(self, prefixes: Iterable[str]) -> None:
        """List these folders, each by itself, and commit them."""
        for prefix in sorted(set(prefixes) - self.outcomes.failed):
            folder = Folder(self._bucket, prefix)
            await self._settling.settle(folder, partial(self.rebuilder.rebuild, folder, self._deadline))

    async def all_settled(self) -> None:
        await self._settling.all_settled()

    def note(self, folder: Folder, outcome: Outcome) -> None:
        if isinstance(outcome, Postponed):
            self.postponed.add(folder.prefix)
            return
        self.outcomes.note(folder.prefix, outcome)
        if self._final or not isinstance(outcome, OutOfTimeError):  # else it is tried again
            self.report.keep(folder.prefix, outcome)
            self._watch.settled(folder, outcome)

    def _rebuild_listed(self, folder: Folder, start: Stored | None, etag: str | None, spool: Spool) -> Rebuilt:
        """In a thread."""
        if start:
            return self.rebuilder.rebuild_from(start, folder, spool, self._deadline)
        return self.rebuilder.rebuild_listed(folder, etag, spool, self._deadline)

    def _gather_from_thread(self, folder: Folder, start: Stored, _: Deadline) -> Spool:
        if self._survey:
            raise Postponed
        return self._settling.ask(folder, partial(self._gather, folder, start))

    async def _gather(self, folder: Folder, start: Stored) -> Spool:
        gathered: Spool | Exception = Spool.empty()

        async def keep(_: str, spool: Spool | Exception) -> None:
            nonlocal gathered
            gathered = spool

        async def from_start(_: str) -> Stored:
            return start

        filing = self._filing(from_start, keep, folder.prefix.__eq__)
        filing.warns = False  # of what has been listed before
        try:
            await self._reading.alone(folder.prefix, filing.write, Surveyed(start.etag or "", start.size))
            await filing.finish()
        finally:
            await filing.abandon()
        if isinstance(gathered, Exception):
            raise gathered
        return gathered

    async def _start_of(self, prefix: str) -> Stored:
        """The manifest as it was before the listing of all began. Raises Postponed where nobody knows that any more."""
        place, surveyed = self._place(prefix), self._surveyed(prefix)
        if start := self._starts.get(prefix):
            return start
        if surveyed is None:
            return Stored(place)
        start = await self._settling.aside(partial(self._tools.store.look, place))
        if (start.etag or "").strip('"') != surveyed.strip('"'):
            raise Postponed
        return start

    def _filing(self, start_of: StartOf, seal: Seal, takes: Callable[[str], bool]) -> Filing:
        stager = Stager(self._tools.store, self._deadline, start_of, self._settling.aside)
        return Filing(Shelf(self._bucket, self._tools.layout, self._tools.signing), stager, seal, takes)

    def _surveyed(self, prefix: str) -> str | None:
        """The ETag of a manifest before the listing of all began."""
        return self._survey.etag_of(prefix) if self._survey else None

    def _place(self, prefix: str) -> Place:
        return self._tools.layout.manifest_of(Folder(self._bucket, prefix))

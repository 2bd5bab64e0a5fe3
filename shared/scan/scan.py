"""Rebuild every manifest of a range, as far as there is time.

Survey the manifests, *then* list the documents; a folder is settled, side by side with others, as soon as the listing
has passed it. What the survey showed and the listing did not come by has no document left. Folders that an end of the
range cuts are listed alone, at the end.

A scan ends in its time, also where the store does not answer: the listing at the reserve, the commits that hang half a
reserve later. The rest is for telling what became of it and, where it was asked for, where to go on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.errors import FolderTooLargeError, NoProgressError, OutOfTimeError
from shared.scan.filing import Filing
from shared.scan.reading import Enough, Reading, Tools
from shared.scan.rebuild import Postponed, Rebuilder, Rebuilt
from shared.scan.report import Outcome, Outcomes, Report
from shared.scan.resume import Phase, Turn, no_progress
from shared.scan.settling import AT_ONCE, Settling, unanswered
from shared.scan.spool import Spool
from shared.scan.stage import Stage
from shared.scan.survey import Survey, Surveyed
from shared.store.stored import Stored

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told meanwhile: of every page its number of keys, of every folder what became of it, once it is known."""

    listed: Callable[[int], None] = lambda _: None
    settled: Callable[[Folder, Outcome], None] = lambda _folder, _outcome: None


class Scan:
    """One turn: as many stages as its range needs, and the folders alone."""

    def __init__(self, tools: Tools, turn: Turn, deadline: Deadline, watch: Watch, *, resumable: bool = False) -> None:
        self._tools, self._turn, self._deadline, self._watch = tools, turn, deadline, watch
        self._resumable = resumable
        self._reading = self._new_reading()
        self._rebuilder = Rebuilder(tools.store, tools.layout, tools.signing, self._gather_from_thread)
        self._settling = self._crew(1 if turn.phase is Phase.SINGLY else AT_ONCE)
        self._stage: Stage | None = None
        self._survey = Survey(turn.range)
        self._late = False  # whether there is no time left
        self._outcomes = Outcomes(final=not resumable)
        self._report = Report()

    def _new_reading(self) -> Reading:
        return Reading(self._tools, self._turn.folder.bucket, self._deadline)

    def _crew(self, at_once: int) -> Settling:
        return Settling(self._rebuild, self._note, self._deadline, at_once)

    async def run(self) -> Report:
        """Raises only what keeps the scan from beginning; everything else is in the report."""
        rest: Turn | None = self._turn
        try:
            while rest and rest.phase is Phase.LISTING and not self._late:
                rest = await self._scan_range(rest)
            if rest and rest.phase is not Phase.LISTING:
                rest = await self._scan_alone(rest)
        finally:
            self._settling.close()
        self._report.rest = rest
        return self._report

    def _filing(self, seal: Callable[[str, Spool], Awaitable[None]], takes: Callable[[str], bool]) -> Filing:
        return Filing(self._turn.folder.bucket, self._tools.layout, self._tools.signing, seal, takes)

    # A range of keys

    async def _scan_range(self, turn: Turn) -> Turn | None:
        """Do one stage of it; what is left."""
        try:
            stage = self._stage = await self._begin(turn)
        except Exception as error:
            if turn is self._turn:
                raise
            return turn if self._noted(error) else None
        complete = await self._or_noted(stage.run(self._reading, self._watch.listed))
        await self._settling.all_settled()
        self._stage = None  # there is room for listings of other folders now
        await self._or_noted(self._settle_alone(stage.alone | stage.filing.torn))
        await self._settling.all_settled()
        self._report.ignored += stage.filing.ignored
        return self._left(turn, stage, complete=complete)

    async def _begin(self, turn: Turn) -> Stage:
        try:
            survey = self._survey = await self._in_time(self._reading.survey(turn.range))
        except OutOfTimeError as error:
            raise (no_progress(turn.folder) if self._resumable and turn is self._turn else error) from error
        self._report.note_oldest(survey.oldest)
        whole = not (self._resumable or turn.range.after or survey.range.until)
        return Stage(turn, survey, self._filing(self._settle, survey.range.inside), self._settle, whole)

    def _left(self, turn: Turn, stage: Stage, *, complete: bool) -> Turn | None:
        """What is left of this turn, where it has come to its end or may go on, now or later."""
        came = stage.came(self._outcomes, complete=complete)
        self._end_stage()
        if self._report.interrupted:
            return None
        try:
            rest = turn.rest(came)
        except NoProgressError as error:
            if turn is not self._turn:
                return turn
            self._report.interrupted = error
            return None
        if rest and rest.phase is not Phase.LISTING and not rest.finishes:
            self._report.alone = rest.alone
            return None
        return rest

    def _end_stage(self) -> None:
        self._report.add(self._outcomes)
        self._outcomes = Outcomes(final=not self._resumable)

    # Folders alone

    async def _scan_alone(self, turn: Turn) -> Turn | None:
        await self._or_noted(self._settle_alone(turn.alone))
        await self._settling.all_settled()
        left = [prefix for prefix in turn.alone if prefix not in self._outcomes.settled]
        rest = self._left_alone(turn, left)
        self._end_stage()
        return rest

    def _left_alone(self, turn: Turn, left: list[str]) -> Turn | None:
        bucket = turn.folder.bucket
        if not self._resumable:
            for folder in (Folder(bucket, prefix) for prefix in left):
                self._note(folder, unanswered(folder))
            return None
        if len(left) < len(turn.alone) or self._turn.phase is Phase.LISTING:
            return turn.only(left, singly=turn.phase is Phase.SINGLY)
        if turn.phase is Phase.SINGLY or len(left) == 1:  # it had all the time of this turn for itself
            first, *left = left
            self._note(Folder(bucket, first), _too_large(Folder(bucket, first)))
        return turn.only(left, singly=True)

    async def _settle_alone(self, prefixes: Iterable[str]) -> None:
        for prefix in sorted(set(prefixes) - self._outcomes.failed):
            await self._settle(prefix, None)

    # What both need

    async def _in_time(self, work: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(self._deadline.left()):
                return await work
        except TimeoutError as error:
            raise OutOfTimeError(
                f"out of time while listing {self._turn.folder}: the rest is not done, and is to be scanned again. If "
                "this repeats, raise the function's time-out."
            ) from error

    async def _or_noted(self, work: Awaitable[None]) -> bool:
        """Whether it came to its end."""
        try:
            await self._in_time(work)
        except Enough:
            return False
        except Exception as error:  # noqa: BLE001 -- told in the report, when what is under way has ended
            self._noted(error)
            return False
        return True

    def _noted(self, error: Exception) -> bool:
        """Whether it is no more than that there is no time left for what can be done later."""
        self._late = self._late or isinstance(error, OutOfTimeError)
        if self._resumable and isinstance(error, OutOfTimeError):
            return True
        self._report.interrupted = self._report.interrupted or error
        return False

    async def _settle(self, prefix: str, spool: Spool | None) -> None:
        """Commit a folder that is complete or, without a spool, list it alone."""
        await self._settling.settle(Folder(self._turn.folder.bucket, prefix), spool)

    def _note(self, folder: Folder, outcome: Outcome) -> None:
        if isinstance(outcome, Postponed):
            if self._stage:
                self._stage.alone.add(folder.prefix)
            return
        self._outcomes.note(folder.prefix, outcome)
        if self._resumable and isinstance(outcome, OutOfTimeError):
            return  # it is tried again
        self._report.keep(folder.prefix, outcome)
        self._watch.settled(folder, outcome)

    def _rebuild(self, folder: Folder, spool: Spool | None) -> Rebuilt:
        if spool is None:
            return self._rebuilder.rebuild(folder, self._deadline)
        return self._rebuilder.rebuild_listed(folder, self._survey.etag_of(folder.prefix), spool, self._deadline)

    def _gather_from_thread(self, folder: Folder, start: Stored, _: Deadline) -> Spool:
        if self._stage:
            raise Postponed
        return self._settling.ask(folder, partial(self._gather, folder, start))

    async def _gather(self, folder: Folder, start: Stored) -> Spool:
        """One folder alone."""
        gathered = Spool.empty()

        async def keep(_: str, spool: Spool) -> None:
            nonlocal gathered
            gathered = spool

        filing = self._filing(keep, folder.prefix.__eq__)
        filing.warns = False  # of what has been listed before
        try:
            await self._reading.alone(folder.prefix, filing.write, Surveyed(start.etag or "", start.size))
            await filing.finish()
        finally:
            filing.abandon()
        return gathered


def _too_large(folder: Folder) -> FolderTooLargeError:
    return FolderTooLargeError(
        f"{folder}: listing and writing it takes longer than a whole invocation. Raise the function's time-out, set "
        "PREFIX_DEPTH so that manifests are smaller, or have its documents in more folders."
    )


async def scan(tools: Tools, turn: Turn, deadline: Deadline, watch: Watch, *, resumable: bool = False) -> Report:
    """Rebuild the manifests of one turn's folders, within the deadline."""
    return await Scan(tools, turn, deadline, watch, resumable=resumable).run()

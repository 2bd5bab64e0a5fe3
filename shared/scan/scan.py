"""Rebuild every manifest of a range, as far as there is time.

Survey the manifests, *then* list the documents; a folder is settled, side by side with others, as soon as the listing
has passed it. What the survey showed and the listing did not come by has no document left. Folders that an end of the
range cuts are listed alone, at the end.

A scan ends in its time, also where the store does not answer: the listing at the reserve, the commits that hang half a
reserve later. The rest is for telling what became of it and, where it was asked for, where to go on.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.errors import FolderTooLargeError, NoProgressError, OutOfTimeError, StoreUnfitError
from shared.scan.committing import Committing, Watch
from shared.scan.listing import out_of_order
from shared.scan.reading import Enough, Reading, Tools
from shared.scan.report import Report
from shared.scan.settling import AT_ONCE, Settling, unanswered
from shared.scan.stage import Stage
from shared.scan.turn import Phase, Turn, no_progress

_BRIEFLY = 0.5  # seconds, of the reserve

_T = TypeVar("_T")


class Scan:
    """One turn: as many stages as its range needs, and then the folders alone."""

    def __init__(self, tools: Tools, turn: Turn, deadline: Deadline, watch: Watch, *, resumable: bool = False) -> None:
        self._tools, self._turn, self._deadline, self._watch = tools, turn, deadline, watch
        self._resumable = resumable
        self._late = False  # whether there is no time left
        self._folders = Committing(tools, turn.folder.bucket, deadline, watch, final=not resumable)
        self._reading, self._settling = self._staff(1 if turn.phase is Phase.SINGLY else AT_ONCE)
        self._folders.use(self._reading, self._settling)

    def _staff(self, at_once: int) -> tuple[Reading, Settling]:
        reading = Reading(self._tools, self._turn.folder.bucket, self._deadline)
        return reading, Settling(self._folders.note, self._deadline, at_once)

    async def run(self) -> Report:
        """Raises only what keeps the scan from beginning; everything else is in the report."""
        rest: Turn | None = self._turn
        try:
            while rest and rest.phase is Phase.LISTING and not self._late:
                rest = await (self._make_room(rest) if rest.is_crowded else self._scan_range(rest))
            if rest and rest.mine and rest.phase is not Phase.LISTING:
                rest = await self._scan_alone(rest)
        finally:
            self._settling.close()
        self._folders.told()
        self._report.end(rest)
        return self._report

    @property
    def _report(self) -> Report:
        return self._folders.report

    # A range of keys

    async def _scan_range(self, turn: Turn) -> Turn | None:
        """Do one stage of it; what is left."""
        try:
            stage = await self._begin(turn)
        except Exception as error:
            if turn is self._turn:
                raise
            return turn if self._noted(error) else None
        complete = await self._list(stage)
        self._folders.outcomes.doubt(stage.filing.torn)
        await self._or_noted(self._folders.settle_alone(stage.alone | stage.filing.torn | self._folders.postponed))
        await self._folders.all_settled()
        rest = self._left(turn, stage, complete=complete)
        self._report.ignored += _ignored(stage, rest, complete=complete)
        return rest

    async def _begin(self, turn: Turn) -> Stage:
        try:
            survey = await self._in_time(self._reading.survey(turn.range))
            filing = await self._in_time(self._folders.begin(survey))
        except OutOfTimeError as error:
            raise (no_progress(turn.folder) if self._resumable and turn is self._turn else error) from error
        if (turn.range.after or survey.range.until) and not survey.in_order:
            raise _unfit(turn.folder)
        self._report.note_oldest(survey.oldest)
        whole = not (self._resumable or turn.range.after or survey.range.until)
        return Stage(turn, survey, filing, self._folders.settle, whole)

    async def _list(self, stage: Stage) -> bool:
        """Whether all of it was listed; what was has settled then."""
        try:
            complete = await self._or_noted(stage.run(self._reading, self._watch.listed))
        finally:
            with suppress(OutOfTimeError):  # what does not answer is left to the lifecycle rule
                await self._in_time(stage.filing.abandon(), max(self._deadline.left(), _BRIEFLY))
        await self._folders.end()
        return complete

    def _left(self, turn: Turn, stage: Stage, *, complete: bool) -> Turn | None:
        """What is left of this turn, where it has come to its end or may go on, now or later."""
        stage.alone |= self._folders.postponed
        outcomes = self._folders.told()
        came = stage.came(outcomes, complete=complete)
        if self._report.interrupted:
            return None
        try:
            rest = turn.rest(came)
        except NoProgressError as error:
            if turn is not self._turn:
                return turn
            self._report.interrupted = error
            return None
        if rest and rest.phase is Phase.LISTING:
            self._report.leave(outcomes, rest.range.meets)
            if not (came.in_order and stage.survey.in_order):
                self._report.interrupted = _unfit(turn.folder)
                return None
        return rest

    # Folders alone

    async def _make_room(self, turn: Turn) -> Turn | None:
        """So many would grow to more than an answer can name: they come before the rest of the range."""
        passed = turn.passed
        left = await self._list_alone(passed)
        if len(left) == len(passed) and turn is self._turn:
            self._noted(no_progress(turn.folder))
        alone = set(turn.alone).difference(passed).union(left)
        return None if self._report.interrupted else replace(turn, alone=tuple(sorted(alone)))

    async def _scan_alone(self, turn: Turn) -> Turn | None:
        return self._left_alone(turn, await self._list_alone(turn.mine))

    async def _list_alone(self, prefixes: Sequence[str]) -> list[str]:
        """Have them listed; those there was no time for."""
        await self._or_noted(self._folders.settle_alone(prefixes))
        await self._folders.all_settled()
        settled = self._folders.outcomes.settled
        left = [prefix for prefix in prefixes if prefix not in settled]
        self._late = self._late or bool(left)
        return left

    def _left_alone(self, turn: Turn, left: list[str]) -> Turn | None:
        bucket, others = turn.folder.bucket, set(turn.alone).difference(turn.mine)
        if not self._resumable:
            for folder in (Folder(bucket, prefix) for prefix in left):
                self._folders.note(folder, unanswered(folder))
            return turn.only(others)
        if len(left) < len(turn.mine) or self._turn.phase is Phase.LISTING:
            return turn.only(others.union(left))
        if not self._reading.pages:  # it is not the folders
            self._noted(no_progress(turn.folder))
            return None
        if turn.phase is Phase.SINGLY or len(left) == 1:  # it had all the time of this turn for itself
            first, *left = left
            self._folders.note(Folder(bucket, first), _too_large(Folder(bucket, first)))
        return turn.only(others.union(left), singly=True)

    # What both need

    async def _in_time(self, work: Awaitable[_T], seconds: float | None = None) -> _T:
        try:
            async with asyncio.timeout(self._deadline.left() if seconds is None else seconds):
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


def _ignored(stage: Stage, rest: Turn | None, *, complete: bool) -> int:
    """What comes after a cut, the next stage counts."""
    ignored = stage.filing.ignored
    if rest and rest.phase is Phase.LISTING:
        return ignored.up_to(rest.range.after)
    return ignored.total if complete else ignored.up_to(stage.filing.passed)


def _unfit(folder: Folder) -> StoreUnfitError:
    return out_of_order(f"{folder}: the store lists in an order of its own")


def _too_large(folder: Folder) -> FolderTooLargeError:
    return FolderTooLargeError(
        f"{folder}: listing and writing it takes longer than a whole invocation. Raise the function's time-out, set "
        "PREFIX_DEPTH so that manifests are smaller, or have its documents in more folders."
    )


async def scan(tools: Tools, turn: Turn, deadline: Deadline, watch: Watch, *, resumable: bool = False) -> Report:
    """Rebuild the manifests of one turn's folders, within the deadline."""
    return await Scan(tools, turn, deadline, watch, resumable=resumable).run()

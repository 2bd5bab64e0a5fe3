"""One survey, and one listing of what was surveyed: every folder is handed on as soon as the listing has passed it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from shared.scan.filing import Filing, Seal
from shared.scan.reading import Enough, Reading
from shared.scan.report import Outcomes
from shared.scan.spool import Spool
from shared.scan.survey import MOST, Survey
from shared.scan.turn import Came, Turn
from shared.store.pages import Page

_MOST_ALONE = 5_000  # folders to be listed alone, before that is done; then comes another survey


@dataclass(slots=True)
class Stage:
    """`alone`: folders that must be listed by themselves, of which this listing proves nothing.

    `whole`: what the listing does not come by is not there, since it is one, from the first key to the last.
    """

    turn: Turn
    survey: Survey
    filing: Filing
    settle: Seal
    whole: bool
    alone: set[str] = field(default_factory=set)
    passed: str = ""
    """The last key that was dealt with."""

    async def run(self, reading: Reading, listed: Callable[[int], None]) -> None:
        """List all of it. Raises Enough where it is better to go on with another survey."""

        async def write(page: Page) -> None:
            try:
                await self.filing.write(page)
            finally:
                self._note_passed()
            listed(len(page))
            self._require_room()

        await reading.documents(self.survey, write)
        await self.filing.finish()
        await self._settle_vanished([*self.survey.rest(), self.turn.folder.prefix])
        await reading.require_seams(self.survey, self.passed)

    @property
    def _is_full(self) -> bool:
        return len(self.filing.sealed) >= MOST

    def _note_passed(self) -> None:
        """Where time runs out before all of a page was dealt with, too."""
        self.passed = self.filing.passed
        if self._is_full or not self.whole:
            self.alone.update(self._vanished(self.survey.left_behind(self.passed)))

    def _require_room(self) -> None:
        if self.filing.in_order and (self._is_full or len(self.alone) >= _MOST_ALONE):
            raise Enough

    def _vanished(self, prefixes: Iterable[str]) -> list[str]:
        sealed, own = self.filing.sealed, self.survey.range
        return [prefix for prefix in prefixes if own.inside(prefix) and prefix not in sealed]

    async def _settle_vanished(self, prefixes: Iterable[str]) -> None:
        """Empty the manifests of folders without a document. A part of a listing is no proof: they are listed alone."""
        for prefix in sorted(set(self._vanished(prefixes))):
            if self.whole:
                await self.settle(prefix, Spool.empty())
            else:
                self.alone.add(prefix)

    def came(self, outcomes: Outcomes, *, complete: bool) -> Came:
        """How far it came, when all that was handed on has settled."""
        filing = self.filing
        met = {*self.survey.manifests, *filing.others, *filing.open, *outcomes.settled, self.turn.folder.prefix}
        unsettled = frozenset(outcomes.unsettled)
        doubtful = (unsettled - filing.sealed) | self.alone | filing.torn
        return Came(
            self.survey.range,
            self.passed,
            complete=complete,
            met=frozenset(met),
            unsettled=unsettled & filing.sealed,
            doubtful=frozenset(doubtful - outcomes.settled),
            in_order=filing.in_order,
        )

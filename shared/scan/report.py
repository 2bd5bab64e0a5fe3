"""What became of the folders of a scan. Of many the first are kept whole, of the others what is counted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from shared.domain.age import age
from shared.domain.errors import OutOfTimeError
from shared.scan.rebuild import Rebuilt
from shared.scan.turn import Turn

_KEPT = 2_000  # more than an answer can name

Outcome = Rebuilt | Exception
_T = TypeVar("_T")


@dataclass(slots=True)
class Report:
    """`rebuilt` and `failed`: the first of them by name, and why not; `folders`, `documents`, `failures` are of all.

    `interrupted` is why the listing ended early, if it did. `rest` is where a scan that may be resumed goes on, `alone`
    what a scan of one range leaves to be listed alone. `healed`: lines at least that were missing, or too many.
    """

    rebuilt: dict[str, Rebuilt] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
    folders: int = 0
    documents: int = 0
    failures: int = 0
    healed: int = 0
    conflicts: int = 0
    ignored: int = 0
    interrupted: Exception | None = None
    rest: Turn | None = None
    alone: tuple[str, ...] = ()
    oldest_manifest: float | None = None
    """Seconds since the manifest was written that nothing has written for longest, as the scan began; None: none."""

    def keep(self, prefix: str, outcome: Outcome) -> None:
        """What was said of the folder before is not so any more."""
        self.rebuilt.pop(prefix, None)
        self.failed.pop(prefix, None)
        if isinstance(outcome, Exception):
            _without_frames(outcome)
            self.failed[prefix] = outcome
            self.failed = _first(self.failed)
        else:
            self.conflicts += outcome.conflicts
            self.rebuilt[prefix] = outcome
            self.rebuilt = _first(self.rebuilt)

    def end(self, rest: Turn | None) -> None:
        """What is left when the turn ends."""
        if rest and rest.is_over:
            self.alone = rest.alone
        else:
            self.rest = rest

    def note_oldest(self, written: str) -> None:
        """Of several stages' the first one's counts: what comes later was surveyed when it may have been rebuilt."""
        if self.oldest_manifest is None:
            self.oldest_manifest = age(written, datetime.now(UTC))

    def add(self, outcomes: "Outcomes") -> None:
        """Count what became of a stage's folders."""
        self.folders += len(outcomes.rebuilt)
        self.documents += sum(done.documents for done in outcomes.rebuilt.values())
        self.healed += sum(done.healed for done in outcomes.rebuilt.values())
        self.failures += len(outcomes.failed)

    def leave(self, outcomes: "Outcomes", again: Callable[[str], bool]) -> None:
        """Do not count those among them that are to be done again."""
        self.folders -= sum(map(again, outcomes.rebuilt))
        self.documents -= sum(done.documents for prefix, done in outcomes.rebuilt.items() if again(prefix))
        for prefix in filter(again, outcomes.failed):
            self.failures -= 1
            self.failed.pop(prefix, None)


class Done(NamedTuple):
    """A folder rebuilt: its documents, and how many lines that healed."""

    documents: int
    healed: int


@dataclass(slots=True)
class Outcomes:
    """What became of the folders of one stage, by prefix: `rebuilt`; failed, or no time for it.

    `final`: what there was no time for has failed; else it is `unsettled`, for another turn.
    """

    final: bool = True
    rebuilt: dict[str, Done] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    unsettled: set[str] = field(default_factory=set)

    @property
    def settled(self) -> set[str]:
        return self.rebuilt.keys() | self.failed

    def note(self, prefix: str, outcome: Outcome) -> None:
        """What was said of the folder before is not so any more."""
        self.rebuilt.pop(prefix, None)
        self.failed.discard(prefix)
        self.unsettled.discard(prefix)
        if isinstance(outcome, OutOfTimeError) and not self.final:
            self.unsettled.add(prefix)
        elif isinstance(outcome, Exception):
            self.failed.add(prefix)
        else:
            self.rebuilt[prefix] = Done(outcome.count, outcome.healed)

    def doubt(self, prefixes: Iterable[str]) -> None:
        """What was committed of these says nothing: only a listing of each alone settles them."""
        for prefix in prefixes:
            self.rebuilt.pop(prefix, None)


def _without_frames(error: BaseException | None) -> None:
    """Its frames, and those of what it came from, hold the bytes that were to be written: of many, all of memory."""
    while error:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _first(kept: dict[str, _T]) -> dict[str, _T]:
    if len(kept) <= 2 * _KEPT:
        return kept
    return dict(sorted(kept.items())[:_KEPT])

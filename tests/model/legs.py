"""A scan that is not done in one invocation: in turns, or in ranges side by side, as whoever asks for it runs them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Protocol

from shared.domain.documents import Folder, Layout
from shared.domain.errors import raise_failures
from shared.domain.ranges import Range
from shared.scan.resume import token_of, turn_of
from shared.scan.turn import Phase, Turn

if TYPE_CHECKING:
    from shared.scan.report import Report

_TRIES = 8  # of one turn, before the scan is given up
_PATIENT = 3  # tries, after which there is time enough
_LONGEST = 12  # turns, after which there is time enough
_REQUESTS = 18  # that a turn in a hurry makes, at most
_HURRIED, _TWICE, _CUT_OFF = 0.75, 0.2, 0.5


@dataclass(frozen=True, slots=True)
class Leg:
    """One turn as it is asked for, of a scan that began at the moment `since`; `patience` as a process has it."""

    turn: Turn
    since: int
    resumable: bool = False
    patience: int = 0
    breaks_off: bool = False

    def __str__(self) -> str:
        turn, own = self.turn, self.turn.range
        shown = [repr(own.prefix)]
        if own.after or own.until:
            shown.append(f"({own.after!r}, {own.until!r}]")
        if turn.alone or turn.phase is not Phase.LISTING:
            shown.append(f"{turn.phase} {' '.join(turn.alone)}")
        return " ".join(shown)


class Runner(Protocol):
    """What runs the turns."""

    layout: Layout

    @property
    def now(self) -> int: ...
    def turn(self, leg: Leg, answered: Callable[["Report"], None], ended: Callable[[bool], None]) -> object: ...
    def judge_scan(self, folder: Folder, since: int, failed: set[str]) -> None: ...


@dataclass(slots=True)
class Errand:
    """A scan that somebody asked for; `failed`: the folders that were not rebuilt, and so answered."""

    runner: Runner
    rng: Random
    folder: Folder
    resumable: bool
    since: int = 0
    failed: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    under_way: int = 0

    def begin(self, boundaries: Sequence[str]) -> None:
        """In ranges side by side, where there are boundaries."""
        self.since = self.runner.now
        ranges = Range(self.folder.prefix).split(boundaries)
        self.under_way = len(ranges)
        for own in ranges:
            Chain(self, Turn.first(self.folder, own)).begin()

    def ended(self, alone: Sequence[str]) -> None:
        """One range is done, or the folders alone. When all are, it is judged."""
        self.alone.update(alone)
        self.under_way -= 1
        if self.under_way:
            return
        if not self.alone:
            self.runner.judge_scan(self.folder, self.since, self.failed)
            return
        united, self.alone, self.under_way = tuple(sorted(self.alone)), set(), 1
        Chain(self, Turn(self.folder, Range(self.folder.prefix), united, Phase.ALONE)).begin()


@dataclass(slots=True)
class Chain:
    """One turn after the other, each from the token that the one before has answered; what fails is begun again."""

    errand: Errand
    turn: Turn
    number: int = 0
    tries: int = 0
    running: int = 0

    def begin(self) -> None:
        self._try()
        if self.errand.rng.random() < _TWICE:
            self._try()

    def _try(self) -> None:
        number, rng = self.number, self.errand.rng
        hurried = self.tries < _PATIENT and number < _LONGEST and rng.random() < _HURRIED
        patience = rng.randint(1, _REQUESTS) if hurried else 0
        self.tries += 1
        self.running += 1
        leg = Leg(self.turn, self.errand.since, self.errand.resumable, patience, rng.random() < _CUT_OFF)
        self.errand.runner.turn(
            leg, lambda report: self._answered(number, report), lambda success: self._ended(number, success=success)
        )

    def _answered(self, number: int, report: "Report") -> None:
        """As the function answers, or raises; what is answered a second time is of no interest any more."""
        if report.interrupted:
            raise report.interrupted
        if not self.errand.resumable:
            raise_failures(report.failed)
        if number != self.number:
            return
        self.errand.failed.update(report.failed)
        self.number, self.tries, self.running = number + 1, 0, 0
        if report.rest is None:
            self.errand.ended(report.alone)
            return
        if self.errand.rng.random() < _TWICE:
            self._again(number)
        token = json.loads(json.dumps(token_of(report.rest, self.errand.runner.layout)))
        self.turn = turn_of(token, self.errand.runner.layout)
        self.begin()

    def _again(self, number: int) -> None:
        """The same turn once more, though it has been answered."""
        leg = Leg(self.turn, self.errand.since, self.errand.resumable)
        self.errand.runner.turn(leg, lambda report: self._answered(number, report), lambda _: None)

    def _ended(self, number: int, *, success: bool) -> None:
        if number != self.number or success:
            return
        self.running -= 1
        if not self.running and self.tries < _TRIES:
            self._try()


def boundaries(keys: Sequence[str], rng: Random) -> list[str]:
    """Names to cut a listing at: keys and folders, what is cut off them, and what lies between them."""
    names = {*keys, *(key[: end + 1] for key in keys for end, letter in enumerate(key) if letter == "/")}
    names |= {name[:-1] for name in names} | {f"{name}!" for name in names} | {f"{name}~" for name in names}
    names.discard("")
    return rng.sample(sorted(names), rng.choice((1, 1, 2, 3)))

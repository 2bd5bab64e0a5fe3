"""Invocations as the network sees them: processes, their strands, and what they have looked at."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greenlet import greenlet  # type: ignore[import-untyped]  # it comes without types

from tests.model.faults import CONDITIONAL, Fault


@dataclass(slots=True, eq=False)
class Process:
    """One invocation, and what ends with it."""

    name: str
    stable: bool = False
    """Whether it was told, when it started, that links are stable."""
    killed: bool = False
    seconds_left: float = 900.0
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    listing: "Pages | None" = None
    batch: int = 0
    """Documents that an update is about."""
    looks: Counter[str] = field(default_factory=Counter)
    """By key, how often it was asked for by HEAD."""
    asked: str | None = None
    """The prefix that a scan is of."""
    since: int = 0
    """The moment at which that scan began, maybe in another process."""
    patience: int = 0
    """The time is up at the request of this number; 0: there is time enough."""
    breaks_off: bool = False
    """Whether that page of a listing is waited for no more."""
    requests: int = 0

    def left(self) -> float:
        return self.seconds_left


@dataclass(slots=True)
class Pages:
    """What one listing has shown: up to which key, at which moment. A last key of None: to the end."""

    place: Callable[[str], str]
    pages: list[tuple[str | None, int]] = field(default_factory=list)

    def moment(self, key: str) -> int | None:
        """When the listing passed the key; None: not yet."""
        place = self.place(key)
        return next((moment for last, moment in self.pages if last is None or place <= self.place(last)), None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a commit rests on: when each document was looked at."""

    process: Process
    seen: dict[str, int]
    listing: Pages | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a strand gets its turn, and how often when it is about to write."""

    weight: float
    held: float


@dataclass(slots=True, eq=False)
class Task:
    """One strand of an invocation. `asks` is the operation it waits to be served, empty before its first."""

    process: Process
    strand: greenlet
    pace: Pace
    ready: Callable[[], bool] | None = None
    asks: str = ""
    seen: dict[str, int] = field(default_factory=dict)
    listing: Pages | None = None
    first: bool = True
    """Whether it is the strand that its process began with."""
    handed: Pages | None = None
    """The listing that was going on when the first strand had this one begin."""

    @property
    def claim(self) -> Claim:
        return Claim(self.process, dict(self.seen), self.listing or self.handed)

    @property
    def weight(self) -> float:
        return self.pace.held if self.asks in CONDITIONAL else self.pace.weight


@dataclass(slots=True, eq=False)
class Straggler:
    """A request that is still on its way after its client has given up."""

    claim: Claim
    operation: str
    request: dict[str, Any]
    weight: float

    @property
    def process(self) -> Process:
        return self.claim.process


@dataclass(frozen=True, slots=True)
class Begun:
    """Who began an upload, and whether the beginning came too late for anyone to end it."""

    process: Process
    late: bool

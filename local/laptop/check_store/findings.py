"""What is tried on a store, what was found, and what follows from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from local.laptop.check_store.store import Store


class Subject(StrEnum):
    """What a check is about."""

    CONDITIONS = "conditions"
    RACES = "races"
    ANSWERS = "answers"
    KEYS = "keys"
    LINKS = "links"


class Outcome(StrEnum):
    """How a check ended: a limit is to be known and can be lived with, what is wrong cannot."""

    OK = "ok"
    LIMIT = "limit"
    WRONG = "WRONG"


class NotHeldError(Exception):
    """The store did not do what was asked of it; the message says what it did. `outcome`: what that weighs."""

    def __init__(self, answered: str, outcome: Outcome | None = None) -> None:
        super().__init__(answered)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to try.

    `attempt` tells what the store answered, where it did right; else it raises NotHeldError or what the SDK raises, and
    the outcome is `weight`.
    """

    subject: Subject
    tried: str
    weight: Outcome
    attempt: Callable[[Store], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, how it ended, and what the store answered."""

    subject: Subject
    tried: str
    outcome: Outcome
    answered: str


class Verdict(Enum):
    """What a person is told in the end."""

    FIT = "fit: no update is lost on this store, and its links work."
    LIMITED = "fit with limits: no update is lost on this store; what it does not do is marked above."
    UNFIT = "NOT FIT: do not use this store; what it does wrong is marked above."


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The worst outcome decides."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.WRONG in outcomes:
        return Verdict.UNFIT
    return Verdict.LIMITED if Outcome.LIMIT in outcomes else Verdict.FIT

"""Many histories, one after the other, and what they came to."""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.model.interleaving import Outcome, play

_COLLECTED_EVERY = 200  # histories, a tenth of a megabyte each


@dataclass(slots=True)
class Tally:
    """Sums over histories; the outcome of those that went wrong."""

    histories: int = 0
    steps: int = 0
    commits: int = 0
    large_commits: int = 0
    faults: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    wrong: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.histories += 1
        self.steps += outcome.steps
        self.commits += outcome.commits
        self.large_commits += outcome.large_commits
        self.faults += outcome.faults
        self.errors.update(outcome.errors)
        if outcome.verdict:
            self.wrong.append(outcome)

    def __str__(self) -> str:
        errors = ", ".join(f"{count} {name}" for name, count in sorted(self.errors.items()))
        return (
            f"{self.histories} interleavings, {self.steps} steps, {self.commits} commits ({self.large_commits} large), "
            f"{self.faults} faults; answers that were errors: {errors or 'none'}; {len(self.wrong)} went wrong"
        )


def sweep(seeds: range) -> Iterator[Tally]:
    """Play these seeds; the same tally after every one."""
    tally = Tally()
    with _garbage_kept():
        for seed in seeds:
            tally.add(play(seed))
            if tally.histories % _COLLECTED_EVERY == 0:
                gc.collect()
            yield tally


def played(seeds: range) -> Tally:
    """All of these seeds."""
    *_, tally = sweep(seeds)
    return tally


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Strands that have ended are cycles, and looking for them all the time takes a third of it."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def first_wrong(seeds: range, fixed: Mapping[str, Any], kind: str) -> Outcome | None:
    """The first history to end with this kind of verdict; AssertionError where one breaks, or never ends."""
    for seed in seeds:
        outcome = play(seed, fixed, heeds=kind)
        if outcome.verdict:
            assert outcome.verdict.kind == kind, outcome.verdict
            return outcome
    return None

"""How long to wait before writing where others write too: learned from what every write meets.

A refused write doubles the span to wait in, an accepted one shortens it by a quarter. Both balance where three of ten
writes are refused (0.3 * ln 2 = 0.7 * ln 1.34), however many writers there are and however slow the store is.
Within the span the moment is random ("full jitter"): writers that met once do not meet again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

_SHORTEST = 0.005  # seconds; less is no contention
_LONGEST = 10.0  # seconds


@dataclass(slots=True)
class Pace:
    """The span of one manifest, as one process has learned it."""

    span: float = 0.0
    uniform: Callable[[float, float], float] = random.uniform

    def accepted(self) -> None:
        self.span = self.span * 0.75 if self.span > _SHORTEST else 0.0

    def refused(self, took: float) -> None:
        """`took`: seconds from the look to the refusal. The first one guesses at eight other writers."""
        self.span = min(_LONGEST, max(2 * self.span, 8 * took, _SHORTEST))

    def wait(self, at_most: float) -> float:
        """Seconds to wait now."""
        return min(self.uniform(0, self.span), max(0.0, at_most)) if self.span else 0.0

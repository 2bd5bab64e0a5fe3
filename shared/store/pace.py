"""How long to wait before writing where others write too: learned from what every write meets.

A refused write doubles the span to wait in; time halves it again. So a writer that writes more often than the others
is refused more often, and waits longer: all end up alike, however many there are and however slow the store is. Within
the span the moment is random ("full jitter": writers that met once do not meet again), and who has lost before goes
earlier.
"""

import random
from collections.abc import Callable

_SHORTEST = 0.005  # seconds; less is no contention
_LONGEST = 10.0  # seconds
_OTHERS = 8  # writers that a first refusal guesses at
_REFUSED = 2.0
_OVERTAKEN = 1.2  # costs no write, and so tells less about how crowded it is


class Pace:
    """The span of one manifest, as one process has learned it. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float], uniform: Callable[[float, float], float] = random.uniform) -> None:
        self._clock = clock
        self._uniform = uniform
        self._span = 0.0
        self._since = 0.0

    @property
    def span(self) -> float:
        """Seconds; 0 where nobody else has been met for a while."""
        half_life = 1 + 2 * self._span
        span = float(self._span * 0.5 ** ((self._clock() - self._since) / half_life))
        return span if span > _SHORTEST else 0.0

    def refused(self, took: float) -> None:
        """A write was refused. `took`: seconds from the look to the refusal."""
        self._widen(_REFUSED * self.span, took)

    def overtaken(self, took: float) -> None:
        """Another commit was seen before the write was sent. `took`: seconds from the look to the next one."""
        self._widen(_OVERTAKEN * self.span, took)

    def wait(self, at_most: float, losses: int) -> float:
        """Seconds to wait now, after having lost so many times in a row."""
        return min(self._uniform(0, self.span / (1 + losses)), max(0.0, at_most))

    def _widen(self, span: float, took: float) -> None:
        self._span = min(_LONGEST, max(span, _OTHERS * took, 2 * _SHORTEST))
        self._since = self._clock()

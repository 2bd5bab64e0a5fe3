"""The ranges of a listing that are still to be begun."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from shared.domain.ranges import Range

WORTH = 2.8  # pages that a segment should hold: more wait long for their turn, with fewer much is listed twice
_MOST = 64  # ranges joined


class Plan:
    """Ranges side by side, in order; several at a time where those listed so far turn out to hold little.

    Boundaries may be much too close together, where nothing is known but the names of folders: each costs a page.
    """

    def __init__(self, page: int) -> None:
        self._ranges: deque[Range] = deque()
        self._worth = WORTH * page
        self._joined: dict[str, int] = {}
        self._known = self._keys = 0

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def add(self, ranges: Iterable[Range]) -> None:
        self._ranges.extend(ranges)

    def end(self) -> None:
        self._ranges.clear()

    def next_range(self) -> Range:
        """The next, as long as what is known promises some pages. Raises IndexError where there is none."""
        first = last = self._ranges.popleft()
        number = 1
        while self._ranges and number < self._together():
            last = self._ranges.popleft()
            number += 1
        self._joined[first.after] = number
        return replace(first, until=last.until)

    def note(self, begun: Range, keys: int) -> None:
        """One that was begun held so many keys."""
        if number := self._joined.pop(begun.after, 0):
            self._known += number
            self._keys += keys

    def _together(self) -> int:
        if not self._known:
            return 1
        return int(min(_MOST, self._worth * self._known / max(1, self._keys)))

"""How many keys get no line, and where they are: a turn may be cut before them, and the next counts them."""

from shared.domain.ranges import before

_KEPT = 20_000  # keys, before every second one must do


class Ignored:
    """`total` is exact; how many come before a cut is, too, or to a ten-thousandth of all."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[str] = []
        self._each = 1  # of them stands for so many

    def add(self, keys: list[str]) -> None:
        self._kept += keys[-self.total % self._each :: self._each]
        self.total += len(keys)
        if len(self._kept) > _KEPT:
            self._kept, self._each = self._kept[::2], self._each * 2

    def up_to(self, end: str) -> int:
        """How many of them come no later than that."""
        return min(self.total, self._each * sum(not before(end, key) for key in self._kept))

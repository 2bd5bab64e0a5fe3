"""How much lies where, in the order of keys: of so much that not each place can be kept, of neighbours together."""

from collections.abc import Iterable, Iterator

from shared.domain.ranges import before
from shared.scan.boundaries import Weight

_KEPT = 20_000  # weights, before light ones side by side are kept as one


class Weights:
    """What is kept as one is at most a five-thousandth of all, or it is a single one."""

    def __init__(self) -> None:
        self.total = 0.0
        self._kept: list[Weight] = []

    def add(self, weights: Iterable[Weight]) -> None:
        for weight in weights:
            self._kept.append(weight)
            self.total += weight.keys
            if len(self._kept) > _KEPT:
                self._kept = list(_together(self.in_order(), 4 * self.total / _KEPT))

    def in_order(self) -> list[Weight]:
        return sorted(self._kept)

    def up_to(self, end: str) -> float:
        """What lies up to and with that; of so much that neighbours are one, about."""
        return sum(weight.keys for weight in self._kept if not before(end, weight.start))


def _together(weights: Iterable[Weight], worth: float) -> Iterator[Weight]:
    """Neighbours that are worth no more than that are one."""
    held: Weight | None = None
    for weight in weights:
        if held and held.keys + weight.keys <= worth:
            held = Weight(held.start, held.keys + weight.keys)
            continue
        if held:
            yield held
        held = weight
    if held:
        yield held

"""What was measured, as it is kept: everybody's values of one thing, and what is asked of ours beside another's."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

SLACK = 0.75  # of a target: a machine with others on it is no reason to fail
_HOLDS: dict[str, Callable[[float, float], bool]] = {"at least": operator.ge, "at most": operator.le}


@dataclass(frozen=True, slots=True)
class Target:
    """`of` is `bound` so many `times` what `beside` is; with none, so much. `exact`: a count, given no slack."""

    of: str
    bound: str
    times: float
    beside: str = ""
    exact: bool = False

    def reached(self, values: Mapping[str, list[float]], slack: float = 1.0) -> bool:
        """Whether it holds; with a slack below 1, that part of it."""
        loose = 1.0 if self.exact else slack
        wanted = self.times * loose if self.bound == "at least" else self.times / loose
        return _HOLDS[self.bound](self.ratio(values), wanted)

    def ratio(self, values: Mapping[str, list[float]]) -> float:
        return median(values[self.of]) / (median(values[self.beside]) if self.beside else 1)

    def known(self, values: Mapping[str, list[float]]) -> bool:
        """Whether both were measured: a rival may not be had on a machine."""
        return self.of in values and (not self.beside or self.beside in values)


@dataclass(slots=True)
class Measure:
    """Values of one unit, by who they are of, over the same rounds."""

    name: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    note: str = ""

    def add(self, who: str, value: float) -> None:
        self.values.setdefault(who, []).append(value)

    def rows(self) -> Iterator[tuple[str, float, float, float]]:
        """Who, and their min, median and max."""
        for who, values in self.values.items():
            yield who, min(values), median(values), max(values)

    def missed(self, slack: float) -> Iterator[str]:
        """Every target that does not hold, as a sentence."""
        for target in self.targets:
            if target.known(self.values) and not target.reached(self.values, slack):
                yield f"{self.name}: {self.told(target)}"

    def told(self, target: Target) -> str:
        """Such as: here is 31.2 times straightforward; wanted: at least 25."""
        ratio = target.ratio(self.values)
        if not target.beside:
            return f"{target.of} is {ratio:,.4g} {self.unit}; wanted: {target.bound} {target.times:,g}"
        return f"{target.of} is {ratio:.3g} times {target.beside}; wanted: {target.bound} {target.times:g}"

    def as_json(self) -> dict[str, Any]:
        """With min, median and max beside the values they are of."""
        kept = asdict(self)
        kept["values"] = {
            who: {"min": low, "median": middle, "max": high, "each": self.values[who]}
            for who, low, middle, high in self.rows()
        }
        kept["targets"] = [self.told(target) for target in self.targets if target.known(self.values)]
        return kept


def alternate(measure: Measure, contenders: Mapping[str, Callable[[], float]], rounds: int) -> Measure:
    """Let everybody run once a round, in turn: what disturbs the machine meanwhile, disturbs all."""
    for number in range(rounds):
        order = list(contenders.items())
        for who, run in order if number % 2 == 0 else reversed(order):
            measure.add(who, run())
    measure.values = {who: measure.values[who] for who in contenders}
    return measure

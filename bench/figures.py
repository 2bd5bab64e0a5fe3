"""What was measured, as it is kept: everybody's values of one thing, and what is asked of ours beside another's."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

SLACK = 0.75  # of a target: a machine with others on it is no reason to fail
_HOLDS: dict[str, Callable[[float, float], bool]] = {"at least": operator.ge, "at most": operator.le}

Values = Mapping[str, list[float]]
Contenders = dict[str, Callable[[], float]]


@dataclass(frozen=True, slots=True)
class Target:
    """`of` is `bound` so many `times` what `beside` is; with none, so much. `exact`: a count, given no slack."""

    of: str
    bound: str
    times: float
    beside: str = ""
    exact: bool = False

    def limit(self, slack: float = 1.0) -> float:
        """What still holds with so much of the target: below 1 a rate may be less, and what is to be small more."""
        loose = 1.0 if self.exact else slack
        return self.times * loose if self.bound == "at least" else self.times / loose

    def reached(self, values: Values, slack: float = 1.0) -> bool:
        return _HOLDS[self.bound](self.ratio(values), self.limit(slack))

    def ratio(self, values: Values) -> float:
        """Of medians."""
        return median(values[self.of]) / (median(values[self.beside]) if self.beside else 1)

    def known(self, values: Values) -> bool:
        """Whether both were measured: a rival may not be had on a machine."""
        return self.of in values and (not self.beside or self.beside in values)


@dataclass(slots=True)
class Measure:
    """Values of one unit, by who they are of, over the same rounds."""

    name: str
    unit: str
    note: str = ""
    targets: list[Target] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, who: str, value: float) -> None:
        self.values.setdefault(who, []).append(value)

    def rows(self) -> Iterator[tuple[str, float, float, float]]:
        """Who, and their min, median and max."""
        for who, values in self.values.items():
            yield who, min(values), median(values), max(values)

    def asked(self) -> list[Target]:
        """The targets whose both sides were measured."""
        return [target for target in self.targets if target.known(self.values)]

    def missed(self, slack: float) -> Iterator[str]:
        """Every target that does not hold, as a sentence."""
        for target in self.asked():
            if not target.reached(self.values, slack):
                yield f"{self.name}: {self.told(target, slack)}"

    def told(self, target: Target, slack: float = 1.0) -> str:
        """Such as: here is 31.2 times straightforward; wanted: at least 25."""
        ratio, limit = target.ratio(self.values), target.limit(slack)
        if not target.beside:
            return f"{target.of} is {ratio:,.4g} {self.unit}; wanted: {target.bound} {limit:,.4g}"
        return f"{target.of} is {ratio:.3g} times {target.beside}; wanted: {target.bound} {limit:.4g}"

    def as_json(self) -> dict[str, Any]:
        """With min, median and max beside the values they are of."""
        kept = asdict(self)
        kept["values"] = {
            who: {"min": low, "median": middle, "max": high, "each": self.values[who]}
            for who, low, middle, high in self.rows()
        }
        reached = {self.told(each): each.reached(self.values) for each in self.asked()}
        kept["targets"] = [{"told": told, "reached": holds} for told, holds in reached.items()]
        return kept


def alternate(contenders: Contenders, rounds: int, *into: Measure) -> None:
    """Let everybody run once a round, in turn: what disturbs the machine meanwhile, disturbs all.

    Their values go to the measure; where there is none, they keep what they find themselves.
    """
    for measure in into:
        measure.values |= {who: [] for who in contenders}
    for number in range(rounds):
        order = list(contenders.items())
        for who, run in order if number % 2 == 0 else reversed(order):
            value = run()
            for measure in into:
                measure.add(who, value)


def rate(found: Mapping[str, float]) -> float:
    """What was done in a second: of the one thing that was counted beside the seconds."""
    done = next(found[what] for what in ("keys", "events", "links") if what in found)
    return done / found["seconds"]

"""What state an alarm is in, by what was told.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import operator
from collections.abc import Mapping, Sequence
from typing import Any

from tests.watched.math import computed
from tests.watched.told import Series, Told

OK, ALARM, UNKNOWN = "OK", "ALARM", "INSUFFICIENT_DATA"
_MORE = 2  # periods that are looked at besides: AWS does not say how many, its examples have two
_BREACHES = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


class Alarm:
    """One of the template's, its references resolved."""

    def __init__(self, properties: Mapping[str, Any]) -> None:
        self._properties = properties
        queries = properties.get("Metrics", [{"Id": "m", "MetricStat": {**properties, "Metric": properties}}])
        self._stats = {each["Id"]: each["MetricStat"] for each in queries if "MetricStat" in each}
        shown = [each for each in queries if each.get("ReturnData", True)]
        assert len(shown) == 1, "an alarm is told by one series alone"
        self._expression = shown[0].get("Expression", shown[0]["Id"])
        self.periods: int = properties["EvaluationPeriods"]
        self._enough: int = properties.get("DatapointsToAlarm", self.periods)
        (self.period,) = {int(each["Period"]) for each in self._stats.values()}

    def metrics(self) -> list[Mapping[str, Any]]:
        return [each["Metric"] for each in self._stats.values()]

    def state(self, told: Told, now: float) -> str:
        """After it was looked at whenever a period had ended, from the first on."""
        state = UNKNOWN
        for end in range(self.period, int(now) + 1, self.period):
            state = self.next_state(state, told, end)
        return state

    def next_state(self, state: str, told: Told, end: int) -> str:
        """When a period ends, after that state."""
        return self._next(state, self._points(told, end))

    def _points(self, told: Told, end: int) -> list[float | None]:
        """The latest last; None where there is none."""
        looked_at = range(max(0, end - (self.periods + _MORE) * self.period), end, self.period)
        named = {name: self._series(told, each, end) for name, each in self._stats.items()}
        found = computed(self._expression, named, looked_at)
        return [found.get(start) for start in looked_at]

    def _series(self, told: Told, asked: Mapping[str, Any], end: int) -> Series:
        stat = asked.get("Stat") or asked["Statistic"]
        return {at: value for at, value in told.series(asked["Metric"], stat, self.period).items() if at < end}

    def _next(self, state: str, points: Sequence[float | None]) -> str:
        real = [self._breaches(each) for each in points if each is not None][-self.periods :]
        missing, breaching = self.periods - len(real), sum(real)
        if breaching >= self._enough:
            return ALARM
        match self._properties["TreatMissingData"] if missing else "notBreaching":
            case "notBreaching":
                return OK
            case "breaching":
                return ALARM if breaching + missing >= self._enough else OK
            case "ignore":
                return OK if len(real) > breaching else state
        return ALARM if real and breaching == len(real) else OK if real else UNKNOWN

    def _breaches(self, value: float) -> bool:
        breaches = _BREACHES[self._properties["ComparisonOperator"]]
        return bool(breaches(value, float(self._properties["Threshold"])))

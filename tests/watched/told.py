"""Metrics that were told: read from what functions print, and added up by period."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Series = dict[int, float]
"""By the second at which a period begins."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Another dimension, or one more, is another metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Metric":
        """As an alarm names it."""
        pairs = frozenset((each["Name"], each["Value"]) for each in asked["Dimensions"])
        return cls(asked["Namespace"], asked["MetricName"], pairs)


@dataclass(frozen=True, slots=True)
class Datum:
    """`at`: seconds."""

    metric: Metric
    at: float
    value: float
    unit: str


class Told:
    """All that was told so far."""

    def __init__(self) -> None:
        self.data: list[Datum] = []

    def series(self, asked: Mapping[str, Any], stat: str, period: int) -> Series:
        """Of one metric; a period in which nothing was told has no value."""
        metric, buckets = Metric.of(asked), defaultdict[int, list[float]](list)
        for datum in self.data:
            if datum.metric == metric and datum.unit == asked.get("Unit", datum.unit):
                buckets[int(datum.at // period) * period].append(datum.value)
        return {start: _STATISTICS[stat](values) for start, values in buckets.items()}


_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "Average": lambda values: sum(values) / len(values),
}


def printed(text: str, at: float) -> Iterator[Datum]:
    """The metrics in what a function printed.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    for line in text.splitlines():
        root = json.loads(line)
        for directive in root.get("_aws", {}).get("CloudWatchMetrics", []):
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, str(root[name])) for name in names)
                for each in directive["Metrics"]:
                    metric = Metric(directive["Namespace"], each["Name"], dimensions)
                    values = root[each["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        yield Datum(metric, at, float(value), each["Unit"])

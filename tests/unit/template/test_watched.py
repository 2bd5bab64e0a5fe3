"""What decides here whether an alarm rings decides as AWS says it does.

The tables are of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: a point
that is within the threshold is 0, one that breaches it X, one that is missing -. The oldest comes first.
"""

import json
from typing import Any

import pytest

from tests.watched.alarm import ALARM, OK, UNKNOWN, Alarm
from tests.watched.math import computed
from tests.watched.told import Datum, Metric, Told, printed

KEEPS = "the state it was in"
METRIC = {"Namespace": "Here", "MetricName": "Thing", "Dimensions": [{"Name": "service", "Value": "it"}]}


def alarm(missing: str, enough: int = 3, periods: int = 3, **other: Any) -> Alarm:
    return Alarm(
        {
            **METRIC,
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": periods,
            "DatapointsToAlarm": enough,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": missing,
            **other,
        }
    )


def told(points: str, begins: int = 0) -> Told:
    told = Told()
    metric, values = Metric.of(METRIC), {"0": 5.0, "X": 5.1}
    told.data = [
        Datum(metric, begins + 60 * number, values[point], "Count")
        for number, point in enumerate(points.replace(" ", ""))
        if point != "-"
    ]
    return told


THREE_OF_THREE = {
    "0 - X - X": (OK, OK, OK, OK),
    "- - - - 0": (OK, OK, OK, OK),
    "- - - - -": (UNKNOWN, KEEPS, ALARM, OK),
    "0 X X - X": (ALARM, ALARM, ALARM, ALARM),
    "- - X - -": (ALARM, KEEPS, ALARM, OK),
}
TWO_OF_THREE = {
    "0 - X - X": (ALARM, ALARM, ALARM, ALARM),
    "0 0 X 0 X": (ALARM, ALARM, ALARM, ALARM),
    "0 - X - -": (OK, OK, ALARM, OK),
    "- - - - 0": (OK, OK, ALARM, OK),
    "- - - - X": (ALARM, KEEPS, ALARM, OK),
}


@pytest.mark.parametrize(("enough", "table"), [(3, THREE_OF_THREE), (2, TWO_OF_THREE)])
@pytest.mark.parametrize(("column", "missing"), [*enumerate(("missing", "ignore", "breaching", "notBreaching"))])
def test_what_is_missing_is_treated_as_awss_tables_have_it(
    enough: int, table: dict[str, Any], column: int, missing: str
) -> None:
    for points, states in table.items():
        wanted = UNKNOWN if states[column] == KEEPS else states[column]
        assert alarm(missing, enough).next_state(UNKNOWN, told(points), 300) == wanted, points


def test_what_is_ignored_leaves_the_alarm_as_it_was() -> None:
    assert alarm("ignore").state(told("X X X - - - - - - -"), 600) == ALARM
    assert alarm("ignore").state(told("0 0 0 - - - - - - -"), 600) == OK


def test_a_point_of_another_dimension_or_unit_is_another_metrics() -> None:
    other = [{"Name": "service", "Value": "it"}, {"Name": "more", "Value": "x"}]
    assert alarm("notBreaching", 1, 1).state(told("X"), 60) == ALARM
    assert alarm("notBreaching", 1, 1, Dimensions=other).state(told("X"), 60) == OK
    assert alarm("notBreaching", 1, 1, Unit="Seconds").state(told("X"), 60) == OK


def test_a_function_s_line_is_read_as_cloudwatch_reads_it() -> None:
    directive = {"Namespace": "Here", "Dimensions": [["service"]], "Metrics": [{"Name": "Thing", "Unit": "Count"}]}
    line = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]}, "service": "it", "Thing": [1, 2.5], "Other": 3}
    found = list(printed(json.dumps(line) + '\n{"message": "no metric"}', 7))
    assert found == [Datum(Metric.of(METRIC), 7, value, "Count") for value in (1.0, 2.5)]


@pytest.mark.parametrize(
    ("expression", "comes_to"),
    [
        ("a + b", {60: 12.0}),
        ("FILL(b, 1) * a", {0: 1.0, 60: 20.0}),
        ("FILL(never, 0) + a", {}),
        ("IF(a >= 2, 100 / a, 0)", {0: 0.0, 60: 50.0}),
        ("IF(b > 2, b, 0)", {60: 10.0}),
    ],
)
def test_metric_math_has_a_value_where_each_of_its_series_has_one(expression: str, comes_to: dict[int, float]) -> None:
    named: dict[str, dict[int, float]] = {"a": {0: 1.0, 60: 2.0}, "b": {60: 10.0}, "never": {}}
    assert computed(expression, named, (0, 60)) == comes_to


@pytest.mark.parametrize("expression", ["RATE(a)", "a ** 2", "a if b else 0", "SEARCH('x')"])
def test_metric_math_that_is_not_known_is_no_nought(expression: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        computed(expression, {"a": {0: 1.0}, "b": {}}, (0,))

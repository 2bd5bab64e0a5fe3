"""Links that cannot be opened: who is told."""

from typing import Any

import pytest

from shared.telemetry import metrics


@pytest.mark.parametrize(("name", "metric"), [("OpenFailedAlarm", "Url5xxCount"), ("OpenThrottledAlarm", "Throttles")])
def test_one_request_that_failed_or_was_one_too_many_alarms(resources: dict[str, Any], name: str, metric: str) -> None:
    alarm = resources[name]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", metric)
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "OpenLink"}}]
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Sum", "notBreaching")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 300


def test_that_most_are_refused_alarms_but_not_that_a_few_are(resources: dict[str, Any]) -> None:
    alarm = resources["OpenRefusedAlarm"]
    *counted, said = alarm["Metrics"]
    named = {each["Id"]: each["MetricStat"]["Metric"] for each in counted}
    assert {name: each["MetricName"] for name, each in named.items()} == {
        "refused": "LinksRefused",
        "links": "LinksOpened",
        "shares": "SharesOpened",
    }
    for metric in named.values():
        assert metric["Namespace"] == metrics.namespace
        assert metric["Dimensions"] == [{"Name": "service", "Value": {"Ref": "OpenLink"}}]
    assert {(each["MetricStat"]["Stat"], each["MetricStat"]["Period"]) for each in counted} == {("Sum", 300)}
    rate = "100 * refused / (refused + FILL(links, 0) + FILL(shares, 0))"
    assert said["Expression"] == f"IF(refused >= 50, {rate}, 0)"
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (50, "GreaterThanThreshold")
    assert alarm["TreatMissingData"] == "notBreaching"  # nobody asked

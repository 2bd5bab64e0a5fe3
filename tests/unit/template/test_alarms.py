"""What alarms say, to whom, and when they stop."""

from typing import Any

import pytest

from local.deployed.choice import Choice
from shared.telemetry import metrics


def alarms(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] in kinds}


def test_whoever_is_told_of_an_alarm_is_told_of_its_end(template: dict[str, Any]) -> None:
    told = {"Fn::If": ["TellsATopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}
    assert alarms(template)
    for alarm in alarms(template).values():
        assert alarm.get("AlarmActions") == alarm.get("OKActions") == [told]


def test_a_scan_that_failed_for_good_is_told_of_once_each_and_not_for_as_long_as_its_message_is_kept(
    resources: dict[str, Any],
) -> None:
    alarm = resources["FailedScansAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "AsyncEventsDropped")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "FullScan"}}]
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Sum", "notBreaching")
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 300


@pytest.mark.parametrize(
    ("name", "metric"), [("ScanFailedAlarm", "ExecutionsFailed"), ("ScanTimedOutAlarm", "ExecutionsTimedOut")]
)
def test_so_is_an_execution_that_failed_or_took_too_long(resources: dict[str, Any], name: str, metric: str) -> None:
    alarm = resources[name]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", metric)
    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": {"Ref": "FullScanMachine"}}]
    assert (alarm["Statistic"], alarm["TreatMissingData"]) == ("Sum", "notBreaching")
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 300


def no_scans(template: dict[str, Any], **chosen: str) -> tuple[dict[str, Any], list[int]]:
    """The alarm, and the periods of its metrics in seconds, where this is chosen."""
    alarm = template["Resources"]["NoScansAlarm"]["Properties"]
    stats = [each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each]
    return alarm, [Choice(template, **chosen).value(each["Period"]) for each in stats]


def test_that_no_scan_has_started_is_said_by_noughts_and_only_of_the_time_since_the_stack_is_there(
    template: dict[str, Any],
) -> None:
    alarm, _ = no_scans(template)
    scans, clock, said = alarm["Metrics"]
    assert scans["MetricStat"]["Metric"]["MetricName"] == "Invocations"
    assert clock["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": "Events.QueueName"}}
    ]
    assert said["Expression"] == "FILL(scans, 0) + 0 * clock"
    assert [each.get("ReturnData", True) for each in alarm["Metrics"]] == [False, False, True]
    assert alarm["TreatMissingData"] == "ignore"


@pytest.mark.parametrize("seconds", ["900", "3600", "21600", "86400"])
def test_the_time_without_scans_is_the_one_chosen_and_as_long_is_left_after_the_first_deployment(
    template: dict[str, Any], seconds: str
) -> None:
    assert int(seconds) in template["Parameters"]["ScanAlarmSeconds"]["AllowedValues"]
    alarm, periods = no_scans(template, ScanAlarmSeconds=seconds)
    assert {(alarm["EvaluationPeriods"] - 1) * period for period in periods} == {int(seconds)}
    assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]
    assert all(period % 60 == 0 for period in periods)


def test_it_is_not_asked_for_scans_where_nothing_starts_them(template: dict[str, Any]) -> None:
    asked = {"Condition": template["Resources"]["NoScansAlarm"]["Condition"]}
    assert Choice(template).value(asked)
    assert not Choice(template, RefreshState="DISABLED").value(asked)


def test_that_no_scan_was_complete_is_said_by_noughts_after_a_day_and_a_quarter(template: dict[str, Any]) -> None:
    alarm = template["Resources"]["NoCompleteScanAlarm"]["Properties"]
    scans, clock, said = alarm["Metrics"]
    counted = scans["MetricStat"]
    assert (counted["Metric"]["Namespace"], counted["Metric"]["MetricName"]) == (metrics.namespace, "ScansCompleted")
    assert counted["Metric"]["Dimensions"] == [{"Name": "service", "Value": {"Ref": "FullScan"}}]
    assert counted["Stat"] == "Sum"
    assert clock["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": "Events.QueueName"}}
    ]
    assert said["Expression"] == "FILL(scans, 0) + 0 * clock"
    assert [each.get("ReturnData", True) for each in alarm["Metrics"]] == [False, False, True]
    assert alarm["TreatMissingData"] == "ignore"
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "LessThanThreshold")
    assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"] == 5
    assert {5 * each["MetricStat"]["Period"] for each in (scans, clock)} == {30 * 3600}


def test_it_is_asked_for_on_aws_whether_links_are_refreshed_or_not(template: dict[str, Any]) -> None:
    asked = {"Condition": template["Resources"]["NoCompleteScanAlarm"]["Condition"]}
    assert Choice(template).value(asked)
    assert Choice(template, RefreshState="DISABLED").value(asked)
    assert not Choice(template, S3EndpointUrl="http://127.0.0.1:4566").value(asked)

"""What alarms say, and to whom; test_alarms_ring.py has when."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from local.deployed.choice import Choice
from local.project import ROOT


def alarms(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] in kinds}


def test_whoever_is_told_of_an_alarm_is_told_of_its_end(template: dict[str, Any]) -> None:
    told = {"Fn::If": ["TellsATopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}
    for alarm in alarms(template).values():
        assert alarm.get("AlarmActions") == alarm.get("OKActions") == [told]


def test_each_says_what_is_wrong_and_where_the_runbook_tells_what_to_do(template: dict[str, Any]) -> None:
    for name, alarm in alarms(template).items():
        said = rf"[A-Z][^.]+\. docs/runbook\.md#{name.lower()}"
        assert re.fullmatch(said, alarm["AlarmDescription"]), name


RUNBOOK = (ROOT / "docs/runbook.md").read_text()
HEADINGS = re.findall(r"^## (.*)$", RUNBOOK, re.MULTILINE)


def test_the_runbook_has_a_section_for_each_and_for_no_other(template: dict[str, Any]) -> None:
    assert sorted(each for each in HEADINGS if each.endswith("Alarm")) == sorted(alarms(template))


def test_each_section_says_what_it_means_what_is_lost_what_to_do_and_when_it_ends() -> None:
    sections = dict(zip(HEADINGS, re.split(r"^## .*$", RUNBOOK, flags=re.MULTILINE)[1:], strict=True))
    for name in filter(lambda heading: heading.endswith("Alarm"), HEADINGS):
        said = [sections[name].find(each) for each in ("**Means:**", "**Lost:**", "\n1. ", "**Ends**")]
        assert -1 not in said, name
        assert said == sorted(said), name


def test_what_the_runbook_has_typed_is_there(template: dict[str, Any]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z-]+)", RUNBOOK)) <= targets
    assert set(re.findall(r'"\$\(name (\w+)\)"', RUNBOOK)) <= template["Resources"].keys()
    assert set(re.findall(r"`([A-Z][A-Za-z]+)=", RUNBOOK)) <= template["Parameters"].keys()


def test_where_the_runbook_leads_there_is_something() -> None:
    for page, anchor in re.findall(r"\]\(([\w./-]*)#?([\w-]*)\)", RUNBOOK):
        text = (ROOT / "docs" / (page or "runbook.md")).read_text()
        headings = [
            re.sub(r"[^\w -]", "", each).replace(" ", "-").lower()
            for each in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        ]
        assert not anchor or anchor in headings, (page, anchor)


def no_scans(template: dict[str, Any], **chosen: str) -> tuple[dict[str, Any], list[int]]:
    """The alarm, and the periods of its metrics in seconds, where this is chosen."""
    alarm = template["Resources"]["NoScansAlarm"]["Properties"]
    stats = [each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each]
    return alarm, [Choice(template, **chosen).value(each["Period"]) for each in stats]


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


def test_it_is_asked_for_on_aws_whether_links_are_refreshed_or_not(template: dict[str, Any]) -> None:
    asked = {"Condition": template["Resources"]["NoCompleteScanAlarm"]["Condition"]}
    assert Choice(template).value(asked)
    assert Choice(template, RefreshState="DISABLED").value(asked)
    assert not Choice(template, S3EndpointUrl="http://127.0.0.1:4566").value(asked)

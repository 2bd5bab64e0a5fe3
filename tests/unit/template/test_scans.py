"""When full scans run, and what becomes of one that cannot."""

import json
import re
from typing import Any

import pytest


@pytest.mark.parametrize("schedule", ["Nightly", "Refresh"])
def test_both_schedules_start_the_same_scan_of_all_and_report_what_could_not_start(
    resources: dict[str, Any], schedule: str
) -> None:
    target = resources[schedule]["Target"]
    assert json.loads(target["Input"]) == {}
    assert target["Arn"] == {"Ref": "FullScanMachine"}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": "FailedScans.Arn"}}


@pytest.mark.parametrize("schedule", ["Nightly", "Refresh"])
def test_the_first_execution_may_already_see_others(template: dict[str, Any], schedule: str) -> None:
    assert template["Resources"][schedule]["DependsOn"] == "FullScanSeesExecutions"


def test_by_default_links_are_signed_anew_with_room_for_a_refresh_that_fails(template: dict[str, Any]) -> None:
    parameters = template["Parameters"]
    assert parameters["RefreshState"]["Default"] == "ENABLED"
    every = re.fullmatch(r"rate\((\d+) minutes\)", parameters["RefreshSchedule"]["Default"])
    assert every
    assert 3 * 60 * int(every[1]) <= parameters["UrlExpirySeconds"]["Default"]


def test_the_nightly_scan_runs_in_the_time_zone_that_was_chosen(resources: dict[str, Any]) -> None:
    assert resources["Nightly"]["ScheduleExpressionTimezone"] == {"Ref": "TimeZone"}
    assert resources["Nightly"]["ScheduleExpression"] == {"Ref": "NightlySchedule"}


def test_a_scan_that_waits_outlasts_the_one_that_runs_and_its_failure_is_kept(resources: dict[str, Any]) -> None:
    function = resources["FullScan"]
    waits = function["EventInvokeConfig"]
    assert waits["MaximumEventAgeInSeconds"] > function["Timeout"] == 900
    assert waits["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": "FailedScans.Arn"}

"""Links that may be dead: who is told."""

from typing import Any

from local.deployed.choice import Choice


def test_a_period_of_it_holds_a_scan_and_without_one_nothing_is_said_to_be_well(resources: dict[str, Any]) -> None:
    alarm = resources["DeadLinksAlarm"]
    assert alarm["Period"] == {"Ref": "ScanAlarmSeconds"}  # of a schedule that is as its description asks
    assert alarm["TreatMissingData"] == "ignore"


def test_it_is_there_wherever_links_die(template: dict[str, Any]) -> None:
    asked = {"Condition": template["Resources"]["DeadLinksAlarm"]["Condition"]}
    assert Choice(template).value(asked)
    assert Choice(template, RefreshState="DISABLED", FullScanConcurrency="0", OpenLinks="ENABLED").value(asked)
    assert not Choice(template, OpenLinks="ENABLED", Links="stable").value(asked)

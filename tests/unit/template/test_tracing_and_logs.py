"""What the functions write of themselves: how much of it, in which form, and that X-Ray is told nothing else."""

from typing import Any

import pytest

from local.deployed.choice import Choice
from local.project import ROOT

NOTHING = {"Ref": "AWS::NoValue"}
ROLES = ("OnCreatedRole", "FullScanRole", "OpenLinkRole")


def logging(template: dict[str, Any], **chosen: str) -> dict[str, Any]:
    choice, of_all = Choice(template, **chosen), template["Globals"]["Function"]
    told = {name: choice.value(each) for name, each in of_all["LoggingConfig"].items()}
    return told | {"ours": choice.value(of_all["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"])}


def xray(statement: dict[str, Any]) -> list[str]:
    return [each for each in statement["Action"] if each.startswith("xray:")]


@pytest.mark.parametrize(
    ("level", "application", "system"),
    [("DEBUG", "DEBUG", "INFO"), ("INFO", "INFO", "INFO"), ("WARN", "INFO", "WARN"), ("ERROR", "INFO", "WARN")],
)
def test_metrics_are_lines_without_a_level_which_lambda_takes_for_info_and_lets_through_at_every_level(
    template: dict[str, Any], level: str, application: str, system: str
) -> None:
    told = {"LogFormat": "JSON", "ApplicationLogLevel": application, "SystemLogLevel": system, "ours": level}
    assert logging(template, LogLevel=level) == told
    assert level in template["Parameters"]["LogLevel"]["AllowedValues"]


def test_lambdas_own_lines_are_text_where_that_is_chosen_and_then_have_no_levels(template: dict[str, Any]) -> None:
    told = {"LogFormat": "Text", "ApplicationLogLevel": NOTHING, "SystemLogLevel": NOTHING, "ours": "INFO"}
    assert logging(template, LogFormat="Text") == told


def test_tracing_has_three_switches_and_all_are_one_parameter(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    off, on = Choice(template), Choice(template, Tracing="ENABLED")
    functions, machine = template["Globals"]["Function"]["Tracing"], resources["FullScanMachine"]["Tracing"]["Enabled"]
    assert (off.value(functions), on.value(functions)) == (NOTHING, "Active")
    assert (off.value(machine), on.value(machine)) == (False, True)
    assert on.there() - off.there() == {"TraceAccess", "TracesScans"}
    for role in ROLES:
        managed = [on.value(each) for each in resources[role]["ManagedPolicyArns"]]
        assert {"Ref": "TraceAccess"} in managed
        assert {"Ref": "TraceAccess"} not in [off.value(each) for each in resources[role]["ManagedPolicyArns"]]


def test_who_traces_writes_traces_and_only_the_machine_asks_which(resources: dict[str, Any]) -> None:
    (function,) = resources["TraceAccess"]["PolicyDocument"]["Statement"]
    (machine,) = resources["TracesScans"]["PolicyDocument"]["Statement"]
    assert xray(function) == function["Action"] == ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    assert resources["TracesScans"]["Roles"] == [{"Ref": "FullScanMachineRole"}]
    assert machine["Action"] == [*function["Action"], "xray:GetSamplingRules", "xray:GetSamplingTargets"]


def test_nothing_tells_x_ray_what_the_functions_ask_or_answer() -> None:
    code = [file for folder in ("functions", "shared") for file in (ROOT / folder).rglob("*.py")]
    assert code
    assert not [file for file in code if "xray" in (text := file.read_text()).lower() or "Tracer" in text]
    assert "aws-xray-sdk" not in (ROOT / "requirements" / "runtime.txt").read_text()

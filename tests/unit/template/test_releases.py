"""Versions, and how events and links come to a new one: what no emulator does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.deployed.choice import Choice

FUNCTIONS = ("OnCreated", "FullScan", "OpenLink")
# What changes without a version: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
UNVERSIONED = {
    *("AutoPublishAlias", "AutoPublishAliasAllProperties", "VersionDescription"),
    *("ReservedConcurrentExecutions", "EventInvokeConfig", "Role", "CodeUri", "Description"),
}
BASES: list[dict[str, str]] = [
    {},
    {"OpenLinks": "ENABLED"},
    {"OpenLinks": "ENABLED", "Links": "stable"},
    {"ManifestBucketName": "manifests"},
    {"ExistingBucketName": "there-already"},
    {"SubnetIds": "subnet-1", "SecurityGroupIds": "sg-1"},
]
EMULATOR = {"S3EndpointUrl": "http://127.0.0.1:4566"}


def decided(choice: Choice, template: dict[str, Any], part: Any) -> Any:
    """A part of the template as this choice makes it; a resource by what its name depends on."""
    part = choice.value(part)
    if isinstance(part, list):
        return [decided(choice, template, each) for each in part]
    if not isinstance(part, dict):
        return part
    if set(part) <= {"Ref", "Fn::GetAtt"}:
        (named,) = part.values()
        found = template["Resources"].get(str(named).partition(".")[0], {}).get("Properties", {})
        return named, choice.value(found.get("BucketName"))
    return {name: decided(choice, template, each) for name, each in part.items()}


def configuration(template: dict[str, Any], function: str, chosen: dict[str, str]) -> Any:
    """All of a function that a version keeps."""
    of_all, own = template["Globals"]["Function"], template["Resources"][function]["Properties"]
    variables = of_all["Environment"]["Variables"] | own["Environment"]["Variables"]
    kept = {**of_all, **own, "Environment": variables, "LoggingConfig": of_all["LoggingConfig"]}
    choice = Choice(template, **chosen)
    return {name: decided(choice, template, each) for name, each in kept.items() if name not in UNVERSIONED}


def another(parameter: dict[str, Any]) -> str:
    """A value that is not the default."""
    if "AllowedValues" in parameter:
        return next(str(each) for each in parameter["AllowedValues"] if each != parameter["Default"])
    return str(int(parameter["Default"]) + 1) if parameter["Type"] == "Number" else "another/"


def changing(template: dict[str, Any], name: str) -> Iterator[str]:
    """The functions that a parameter changes."""
    for chosen in BASES:
        after = {**chosen, name: another(template["Parameters"][name])}
        for function in FUNCTIONS:
            if configuration(template, function, chosen) != configuration(template, function, after):
                yield function


def test_every_parameter_that_changes_a_function_is_among_its_settings_and_no_other(template: dict[str, Any]) -> None:
    text = template["Resources"]["Settings"]["Properties"]["Content"]["Fn::Sub"][0]
    settings = re.findall(r"^(\w+) \${\1}$", text, re.MULTILINE)
    assert len(settings) == len(text.splitlines())
    assert set(settings) == {name for name in template["Parameters"] if list(changing(template, name))}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_other_settings_are_another_version_and_another_description_without_which_lambda_publishes_none(
    resources: dict[str, Any], function: str
) -> None:
    numbered = "settings ${Settings.VersionNumber}, ${Releases} ${Attempt}"
    assert resources[function]["VersionDescription"] == {"Fn::Sub": numbered}
    assert resources[function]["Description"]["Fn::Sub"].endswith(numbered)
    assert resources[function]["AutoPublishAliasAllProperties"] is True


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("again", [{"Attempt": "2"}, {"Releases": "all-at-once"}])
def test_what_a_canary_refused_can_be_deployed_again_unchanged(
    template: dict[str, Any], function: str, again: dict[str, str]
) -> None:
    """Its version is still there, and Lambda publishes none that is the same as the last one.

    https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
    """
    of = template["Resources"][function]["Properties"]
    for text in (of["Description"], of["VersionDescription"]):
        assert Choice(template, **again).value(text) != Choice(template).value(text)


@pytest.mark.parametrize("function", ["OnCreated", "OpenLink"])
def test_each_version_has_alarms_of_its_own_for_one_keeps_its_state(resources: dict[str, Any], function: str) -> None:
    names = [resources[f"{function}{kind}Alarm"]["AlarmName"]["Fn::Sub"] for kind in ("Release", "Crash")]
    assert all(f"${{{function}.Version.Version}}" in name for name in names)
    assert len(set(names)) == len(names)


def test_what_calls_a_function_calls_the_version_that_is_live(resources: dict[str, Any]) -> None:
    assert resources["OnCreatedChanges"]["FunctionName"] == {"Ref": "OnCreatedLive"}
    assert resources["OpenLinkUrl"]["TargetFunctionArn"] == {"Ref": "OpenLinkLive"}
    for permission in ("OpenLinkUrlPublicPermissions", "OpenLinkURLInvokeAllowPublicAccess"):
        assert resources[permission]["FunctionName"] == {"Ref": "OpenLinkLive"}
    assert resources["FullScanMachine"]["DefinitionSubstitutions"]["FullScan"] == {"Ref": "FullScan.Alias"}
    for function in ("OnCreated", "OpenLink"):
        alias = resources[f"{function}Live"]
        version = {"Fn::GetAtt": f"{function}.Version.Version"}
        assert alias == {"Name": "live", "FunctionName": {"Ref": function}, "FunctionVersion": version}
    assert resources["FullScan"]["AutoPublishAlias"] == "live"


@pytest.mark.parametrize(("function", "condition"), [("OnCreated", "Canaries"), ("OpenLink", "CanaryLinks")])
def test_a_release_goes_to_a_tenth_for_five_minutes_and_back_where_its_alarm_tells(
    template: dict[str, Any], resources: dict[str, Any], function: str, condition: str
) -> None:
    policy = template["Resources"][f"{function}Live"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    group = {"Ref": f"{function}Releases"}
    by = {"ApplicationName": {"Ref": "ReleaseApplication"}, "DeploymentGroupName": group}
    assert policy == {"Fn::If": [condition, by, {"Ref": "AWS::NoValue"}]}
    releases = resources[f"{function}Releases"]
    assert releases["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    alarms = [{"Name": {"Ref": f"{function}{kind}Alarm"}} for kind in ("Release", "Crash")]
    assert releases["AlarmConfiguration"] == {"Enabled": True, "Alarms": alarms}
    assert "DEPLOYMENT_STOP_ON_ALARM" in releases["AutoRollbackConfiguration"]["Events"]
    assert releases["ServiceRoleArn"] == {"Fn::GetAtt": f"{function}ReleaseRole.Arn"}


@pytest.mark.parametrize("function", ["OnCreated", "OpenLink"])
def test_who_releases_moves_one_functions_alias_and_looks_at_alarms(resources: dict[str, Any], function: str) -> None:
    role = resources[f"{function}ReleaseRole"]
    (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    (policy,) = role["Policies"]
    moves, sees = policy["PolicyDocument"]["Statement"]
    assert moves["Resource"] == [{"Fn::GetAtt": f"{function}.Arn"}, {"Fn::Sub": f"${{{function}.Arn}}:live"}]
    assert moves["Action"] == ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"]
    assert sees["Action"] == "cloudwatch:DescribeAlarms"


def test_without_canaries_and_in_an_emulator_there_is_nothing_of_them(template: dict[str, Any]) -> None:
    canaries = {"ReleaseApplication"} | {
        f"{function}{part}"
        for function in ("OnCreated", "OpenLink")
        for part in ("Releases", "ReleaseRole", "ReleaseAlarm", "CrashAlarm")
    }
    links = {"OpenLinks": "ENABLED"}
    assert canaries <= Choice(template, **links).there()
    assert not canaries & Choice(template, **links, Releases="all-at-once").there()
    assert not canaries & Choice(template, **links, **EMULATOR).there()
    assert Choice(template).there() & canaries == {name for name in canaries if not name.startswith("OpenLink")}

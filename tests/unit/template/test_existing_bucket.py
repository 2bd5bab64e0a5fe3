"""A bucket that is there already: who sets it up, with which rights, and when."""

from typing import Any

import pytest

from functions.bucket_setup import bucket as existing
from functions.bucket_setup.refused import _RIGHTS
from functions.bucket_setup.request import Caller, Request
from local.deployed.choice import Choice
from tests.setting_up import event

PARTS = ("ExistingBucket", "BucketChecked", "BucketSetup", "BucketSetupLogs", "BucketSetupRole", "BucketSetupAccess")
NOTHING = {"Ref": "AWS::NoValue"}


def told(template: dict[str, Any], **chosen: str) -> dict[str, Any]:
    """What its function is told with these parameters."""
    choice = Choice(template, ExistingBucketName="reports", **chosen)
    properties = template["Resources"]["ExistingBucket"]["Properties"]
    found = {name: resolved(choice, value) for name, value in properties.items()}
    return {name: value for name, value in found.items() if value != NOTHING}


def resolved(choice: Choice, value: Any) -> Any:
    value = choice.value(value)
    if isinstance(value, dict):
        return {name: resolved(choice, each) for name, each in value.items()}
    return [resolved(choice, each) for each in value] if isinstance(value, list) else value


def test_it_is_set_up_where_it_is_named_and_only_there(template: dict[str, Any]) -> None:
    assert set(PARTS) & Choice(template).there() == set()
    there = Choice(template, ExistingBucketName="reports").there()
    assert set(PARTS) <= there
    assert not {"Documents", "DocumentsPolicy"} & there


def test_it_is_told_to_speak_once_what_it_says_is_heard_and_the_rights_are_there(template: dict[str, Any]) -> None:
    waits = template["Resources"]["ExistingBucket"]["DependsOn"]
    assert set(waits) == {"EventsPolicy", "DeadEventsPolicy", "BucketSetupAccess", "BucketSetupEventInvokeConfig"}
    assert template["Resources"]["ExistingBucket"]["Properties"]["Rule"] == {"Ref": "DocumentsChanged"}


def test_another_bucket_is_looked_at_before_the_rule_and_the_functions_turn_to_it(template: dict[str, Any]) -> None:
    """The functions by the number of their settings."""
    resources = template["Resources"]
    checked = resources["BucketChecked"]
    assert (checked["DependsOn"], checked["Properties"]["Only"]) == (
        ["BucketSetupAccess", "BucketSetupEventInvokeConfig"],
        "look",
    )
    assert checked["Properties"]["BucketName"] == {"Ref": "ExistingBucketName"}
    choice = Choice(template, ExistingBucketName="reports")
    _, named = resources["Settings"]["Properties"]["Content"]["Fn::Sub"]
    (heard,) = resources["DocumentsChanged"]["Properties"]["EventPattern"]["detail"]["bucket"]["name"]
    assert [choice.value(each) for each in (named["ExistingBucketName"], heard)] == [{"Ref": "BucketChecked"}] * 2
    for name in ("OnCreated", "FullScan", "OpenLink"):
        assert "${Settings.VersionNumber}" in resources[name]["Properties"]["Description"]["Fn::Sub"]


def test_by_default_nothing_but_eventbridge_is_asked_for(template: dict[str, Any]) -> None:
    assert set(told(template)) == {"ServiceToken", "ServiceTimeout", "BucketName", "Rule"}


def test_what_the_template_asks_for_is_understood(template: dict[str, Any]) -> None:
    asked = event("Create", **told(template, SweepUploadsDays="7", OpenLinks="ENABLED"))
    ours = Request.parse(asked, Caller.of(asked)).ours
    (sweep,), (shares,) = ours.lifecycle, ours.cors
    assert sweep["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert sweep["ID"] == f"{ours.owner}sweep-unfinished-uploads"
    assert set(sweep) == {"ID", "Status", "AbortIncompleteMultipartUpload"}  # no document is ever swept
    assert shares["MaxAgeSeconds"] == 3600


@pytest.mark.parametrize("base", ["", "https://links.example.com/below"])
def test_it_lets_pages_read_its_documents_as_a_bucket_of_the_stack_s_own_does(
    template: dict[str, Any], base: str
) -> None:
    """Said in S3's words here, in CloudFormation's there."""
    choice = Choice(template, OpenLinks="ENABLED", LinkBaseUrl=base)
    (own,) = resolved(choice, template["Resources"]["Documents"]["Properties"]["CorsConfiguration"])["CorsRules"]
    (asked,) = told(template, OpenLinks="ENABLED", LinkBaseUrl=base)["CorsRules"]
    renamed = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    assert {renamed.get(name, name): value for name, value in own.items()} == asked


def test_it_may_do_to_that_bucket_what_it_does_and_nothing_else(resources: dict[str, Any]) -> None:
    (statement,) = resources["BucketSetupAccess"]["PolicyDocument"]["Statement"]
    assert sorted(statement["Action"]) == sorted(set(_RIGHTS.values()))
    assert statement["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:s3:::${ExistingBucketName}"}


def test_beside_that_it_sees_rules_and_writes_its_log(resources: dict[str, Any]) -> None:
    role = resources["BucketSetupRole"]
    (policy,) = role["Policies"]
    actions = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert actions == ["events:ListRules", ["logs:CreateLogStream", "logs:PutLogEvents"]]
    assert "ManagedPolicyArns" not in role


def test_another_bucket_has_rights_of_its_own_so_that_the_first_can_be_taken_back(resources: dict[str, Any]) -> None:
    """A description cannot be changed, so that a policy with another one is made anew, and the old one deleted last."""
    access = resources["BucketSetupAccess"]
    assert "${ExistingBucketName}" in access["Description"]["Fn::Sub"]
    assert access["Roles"] == [{"Ref": "BucketSetupRole"}]


def test_it_has_the_time_to_undo_what_it_began_and_cloudformation_waits_for_it(resources: dict[str, Any]) -> None:
    function, asked = resources["BucketSetup"], resources["ExistingBucket"]
    assert function["Timeout"] >= existing.UNDOING + 150
    assert asked["ServiceTimeout"] > function["Timeout"]
    asked = function["EventInvokeConfig"]
    assert asked["MaximumRetryAttempts"] == 0
    waits = resources["ExistingBucket"]["ServiceTimeout"]
    assert asked["MaximumEventAgeInSeconds"] + function["Timeout"] <= waits  # what is late changes nothing


def test_it_reaches_s3_and_cloudformation_from_no_network_of_the_account_s(resources: dict[str, Any]) -> None:
    assert "VpcConfig" not in resources["BucketSetup"]


def test_sweeping_uploads_is_for_an_existing_bucket(template: dict[str, Any]) -> None:
    assert Choice(template, SweepUploadsDays="7").refused_by() == {"SweepsAnExistingBucket"}
    assert Choice(template, SweepUploadsDays="7", ExistingBucketName="reports").refused_by() == set()

"""What the template says that an emulator cannot prove: bounds, rights and times that only AWS would hold it to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"
FUNCTIONS = ("OnCreated", "FullScan")


class _Loader(yaml.SafeLoader):
    """Reads `!Ref X` as {"Ref": "X"}: the short forms of intrinsic functions are tags, which YAML does not know."""


def _intrinsic(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    assert isinstance(node, yaml.SequenceNode)
    return {name: loader.construct_sequence(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(TEMPLATE.read_text(), _Loader)
    return loaded


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in template["Resources"].items()}


def statements(resources: dict[str, Any], role: str) -> Iterator[dict[str, Any]]:
    """Everything a role is allowed, its managed policies included."""
    properties = resources[role]
    for managed in properties.get("ManagedPolicyArns", []):
        yield from resources[managed["Ref"]]["PolicyDocument"]["Statement"]
    for policy in properties["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def rights(resources: dict[str, Any], role: str) -> dict[str, list[str]]:
    """Each action a role is allowed, with the resources it is allowed on, as JSON."""
    found: dict[str, list[str]] = {}
    for statement in statements(resources, role):
        assert statement["Effect"] == "Allow"
        actions = statement["Action"]
        for action in actions if isinstance(actions, list) else [actions]:
            found.setdefault(action, []).append(json.dumps(statement["Resource"]))
    return found


def test_a_message_stays_hidden_for_six_time_outs_and_the_batching_window(resources: dict[str, Any]) -> None:
    function = resources["OnCreated"]
    window = function["Events"]["Changes"]["Properties"]["MaximumBatchingWindowInSeconds"]
    assert resources["Events"]["VisibilityTimeout"] >= 6 * function["Timeout"] + window


def test_batches_above_ten_have_a_window_and_name_what_failed(resources: dict[str, Any]) -> None:
    source = resources["OnCreated"]["Events"]["Changes"]["Properties"]
    assert source["BatchSize"] > 10
    assert source["MaximumBatchingWindowInSeconds"] >= 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_writers_of_a_manifest_are_bounded_by_a_literal_number(resources: dict[str, Any]) -> None:
    scaling = resources["OnCreated"]["Events"]["Changes"]["Properties"]["ScalingConfig"]
    assert type(scaling["MaximumConcurrency"]) is int
    assert scaling["MaximumConcurrency"] >= 2  # the least that Lambda takes


def test_every_kind_of_change_is_told_in_either_case_of_the_suffix(resources: dict[str, Any]) -> None:
    told = resources["Documents"]["NotificationConfiguration"]["QueueConfigurations"]
    filters = {(to["Event"], rule["Value"]) for to in told for rule in to["Filter"]["S3Key"]["Rules"]}
    kinds = ("ObjectCreated:*", "ObjectRemoved:*", "LifecycleExpiration:*", "ObjectRestore:Completed")
    assert filters == {(f"s3:{kind}", suffix) for kind in kinds for suffix in (".pdf", ".PDF")}
    assert all(to["Queue"] == {"Fn::GetAtt": "Events.Arn"} for to in told)


def test_only_the_documents_bucket_of_this_account_may_send_events(resources: dict[str, Any]) -> None:
    (statement,) = resources["EventsPolicy"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    _, named, derived = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::If"]
    _, name, default = resources["Documents"]["BucketName"]["Fn::If"]
    assert named["Fn::Sub"].endswith(f":::${{{name['Ref']}}}")
    assert derived["Fn::Sub"].endswith(f":::{default['Fn::Sub']}")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_the_incremental_function_may_do_this_and_nothing_else(resources: dict[str, Any]) -> None:
    assert set(rights(resources, "OnCreatedRole")) == {
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


def test_the_full_scan_may_do_this_and_nothing_else(resources: dict[str, Any]) -> None:
    assert set(rights(resources, "FullScanRole")) == {
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "sqs:SendMessage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


@pytest.mark.parametrize("role", ["OnCreatedRole", "FullScanRole"])
def test_nothing_but_manifests_is_written_and_nothing_but_staging_deleted(resources: dict[str, Any], role: str) -> None:
    allowed = rights(resources, role)
    for action in ("s3:PutObject", "s3:AbortMultipartUpload"):
        assert all(
            re.fullmatch(r'.*}/\${ManifestPrefix}\*"}.*}/\${ManifestPrefix}\*"}]}', to) for to in allowed[action]
        )
    for to in allowed.get("s3:DeleteObject", []):
        assert to.count("${ManifestPrefix}.staging/*") == 2


@pytest.mark.parametrize("role", ["OnCreatedRole", "FullScanRole", "SchedulerRole"])
def test_no_right_is_given_on_everything(resources: dict[str, Any], role: str) -> None:
    for action, allowed_on in rights(resources, role).items():
        assert "*" not in action
        assert all('"*"' not in to for to in allowed_on)


@pytest.mark.parametrize("schedule", ["Nightly", "Refresh"])
def test_both_schedules_scan_the_whole_bucket_and_report_what_could_not_start(
    resources: dict[str, Any], schedule: str
) -> None:
    target = resources[schedule]["Target"]
    assert json.loads(target["Input"]) == {"prefix": ""}
    assert target["Arn"] == {"Fn::GetAtt": "FullScan.Arn"}
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": "FailedScans.Arn"}}


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
    assert function["ReservedConcurrentExecutions"]["Fn::If"][1] == {"Ref": "FullScanConcurrency"}


@pytest.mark.parametrize("bucket", ["Documents", "Manifests"])
def test_a_bucket_is_private_encrypted_and_outlives_the_stack(template: dict[str, Any], bucket: str) -> None:
    resource = template["Resources"][bucket]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert set(resource["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert resource["Properties"]["BucketEncryption"]
    assert f"{bucket}Policy" in template["Resources"]


@pytest.mark.parametrize("policy", ["DocumentsPolicy", "ManifestsPolicy"])
def test_on_aws_a_bucket_speaks_tls_only(resources: dict[str, Any], policy: str) -> None:
    (statement,) = resources[policy]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


@pytest.mark.parametrize("bucket", ["Documents", "Manifests"])
def test_what_a_killed_process_leaves_is_swept_after_a_day(resources: dict[str, Any], bucket: str) -> None:
    rules = resources[bucket]["LifecycleConfiguration"]["Rules"]
    uploads, staged = (rule.get("Fn::If", [rule])[-1] for rule in rules)
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in uploads
    assert staged["Prefix"] == {"Fn::Sub": "${ManifestPrefix}.staging/"}
    assert staged["ExpirationInDays"] == 1
    assert uploads["Status"] == staged["Status"] == "Enabled"


def test_both_functions_run_the_code_that_is_built(resources: dict[str, Any]) -> None:
    for function, handler in zip(FUNCTIONS, ("on_created", "full_scan"), strict=True):
        assert resources[function]["CodeUri"] == ".build/lambda/functions.zip"
        assert resources[function]["Handler"] == f"functions.{handler}.handler.handler"
        assert resources[function]["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


def test_the_environment_holds_all_settings_of_the_functions(template: dict[str, Any]) -> None:
    assert set(template["Globals"]["Function"]["Environment"]["Variables"]) == {
        "BUCKET_NAME",
        "PREFIX",
        "URL_EXPIRY_SECONDS",
        "S3_ENDPOINT_URL",
        "QUEUE_MAX",
        "MANIFEST_PREFIX",
        "MANIFEST_BUCKET",
        "PREFIX_DEPTH",
    }


def test_no_alias_is_used_for_cloudformation_knows_none() -> None:
    tokens = yaml.scan(TEMPLATE.read_text())
    assert not [token for token in tokens if isinstance(token, yaml.AliasToken | yaml.AnchorToken)]

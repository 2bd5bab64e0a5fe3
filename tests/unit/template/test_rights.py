"""What the roles may do."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest


def statements(resources: dict[str, Any], role: str) -> Iterator[dict[str, Any]]:
    """All that is said of a role: by its own policies, by managed ones, and by those that are attached to it."""
    properties = resources[role]
    for managed in properties.get("ManagedPolicyArns", []):
        if "Ref" in managed:  # what Tracing adds: test_releases.py; a network: test_company.py
            yield from _decided(resources[managed["Ref"]])
    attached = [each for each in resources.values() if {"Ref": role} in each.get("Roles", [])]
    for policy in [*properties["Policies"], *attached]:
        yield from _decided(policy)


def _decided(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Without what an optional key of KMS adds: test_company.py."""
    for statement in policy["PolicyDocument"]["Statement"]:
        decided = statement["Fn::If"][2] if "Fn::If" in statement else statement
        yield from [decided] if "Effect" in decided else []


def rights(resources: dict[str, Any], role: str) -> dict[str, list[str]]:
    """Each action a role is allowed on AWS, with the resources it is allowed on, as JSON."""
    found: dict[str, list[str]] = {}
    for statement in statements(resources, role):
        if statement["Effect"] == "Deny":
            continue
        actions = statement["Action"]
        for action in actions if isinstance(actions, list) else [actions]:
            if isinstance(action, dict):
                assert action["Fn::If"][:2] == ["OnAws", {"Ref": "AWS::NoValue"}]
                continue
            found.setdefault(action, []).append(json.dumps(statement["Resource"]))
    return found


def ref(name: str) -> str:
    return json.dumps({"Ref": name})


def arn_of(name: str) -> str:
    return json.dumps({"Fn::GetAtt": f"{name}.Arn"})


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
        "sqs:ChangeMessageVisibility",
        "secretsmanager:GetSecretValue",  # only with Links=stable or SigningSecretArn: test_links.py, test_signing.py
        "sts:AssumeRole",  # only with SigningRoleArn, see test_signing.py
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
        "states:ListExecutions",
        "states:DescribeExecution",
        "secretsmanager:GetSecretValue",  # only with Links=stable or SigningSecretArn: test_links.py, test_signing.py
        "sts:AssumeRole",  # only with SigningRoleArn, see test_signing.py
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


def test_it_sees_the_executions_of_its_own_machine_and_of_no_other(resources: dict[str, Any]) -> None:
    allowed = rights(resources, "FullScanRole")
    assert allowed["states:ListExecutions"] == [ref("FullScanMachine")]
    (described,) = allowed["states:DescribeExecution"]
    assert json.loads(described)["Fn::Sub"].endswith(":${AWS::AccountId}:execution:${FullScanMachine.Name}:*")


def test_the_machine_invokes_the_full_scan_and_may_do_nothing_else(resources: dict[str, Any]) -> None:
    assert resources["FullScanMachine"]["Role"] == {"Fn::GetAtt": "FullScanMachineRole.Arn"}
    invokes, traces = {"lambda:InvokeFunction": [ref("FullScan.Alias")]}, rights(resources, "FullScanMachineRole")
    assert {each: on for each, on in traces.items() if not each.startswith("xray:")} == invokes


def test_the_scheduler_starts_the_machine_and_reports_what_it_could_not_and_may_do_nothing_else(
    resources: dict[str, Any],
) -> None:
    assert rights(resources, "SchedulerRole") == {
        "states:StartExecution": [ref("FullScanMachine")],
        "sqs:SendMessage": [arn_of("FailedScans")],
    }


@pytest.mark.parametrize(
    ("role", "service"), [("FullScanMachineRole", "states.amazonaws.com"), ("SchedulerRole", "scheduler.amazonaws.com")]
)
def test_only_this_accounts_own_service_acts_in_such_a_role(resources: dict[str, Any], role: str, service: str) -> None:
    (trusted,) = resources[role]["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": service}
    assert trusted["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("role", ["OnCreatedRole", "FullScanRole"])
def test_nothing_but_manifests_is_written_and_nothing_but_staging_deleted(resources: dict[str, Any], role: str) -> None:
    allowed = rights(resources, role)
    ours = r"\${ManifestPrefix}(\*manifest.jsonl|\.staging/\*|\.state/last-scan\.json)"
    for action in ("s3:PutObject", "s3:AbortMultipartUpload"):
        assert all(re.fullmatch(rf'.*}}/{ours}"}}.*}}/{ours}"}}]}}', to) for to in allowed[action])
    for to in allowed.get("s3:DeleteObject", []):
        assert to.count("${ManifestPrefix}.staging/*") == 2


@pytest.mark.parametrize(
    "role", ["OnCreatedRole", "FullScanRole", "FullScanMachineRole", "SchedulerRole", "OpenLinkRole"]
)
def test_no_right_is_given_on_everything(resources: dict[str, Any], role: str) -> None:
    for action, allowed_on in rights(resources, role).items():
        if action.startswith("xray:"):  # which knows no resource
            continue
        assert "*" not in action
        assert all('"*"' not in to for to in allowed_on)


def test_the_incremental_function_takes_and_postpones_the_messages_of_one_queue_only(
    resources: dict[str, Any],
) -> None:
    allowed = rights(resources, "OnCreatedRole")
    for action, allowed_on in allowed.items():
        if action.startswith("sqs:"):
            assert allowed_on == ['{"Fn::GetAtt": "Events.Arn"}']

"""What status finds that somebody has changed by hand, and which failed scan no later one has made good."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.deployed.reached import Reached
from local.deployed.template import read
from local.operating.drift import Drift
from local.operating.executions import Executions
from local.project import ROOT

if TYPE_CHECKING:
    from local.deployed.aws import Aws

OUTPUTS = {"QueueUrl": "events", "Bucket": "docs", "ManifestBucket": "docs", "FullScanMachineArn": "machine"}
LINKS = {"OpenLinkFunction": "open_link"}
TELLS = [{"QueueArn": "arn:events", "Events": [f"s3:Object{kind}:*"]} for kind in ("Created", "Removed")]
BRIDGE: dict[str, Any] = {"EventBridgeConfiguration": {}}


@dataclass
class Account:
    """What Drift looks at."""

    notifications: dict[str, Any] = field(default_factory=lambda: {"QueueConfigurations": TELLS})
    mappings: list[dict[str, Any]] = field(default_factory=lambda: [{"State": "Enabled"}])
    reserved: int | None = None

    def __post_init__(self) -> None:
        self.s3 = self.sqs = self.lambda_ = self

    def get_bucket_notification_configuration(self, Bucket: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "docs"
        return self.notifications

    def get_queue_attributes(self, QueueUrl: str, **_: object) -> dict[str, Any]:  # noqa: N803
        return {"Attributes": {"QueueArn": f"arn:{QueueUrl}"}}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        return [{"EventSourceMappings": self.mappings}]

    def get_function_concurrency(self, FunctionName: str) -> dict[str, int]:  # noqa: N803
        assert FunctionName == "open_link"
        return {} if self.reserved is None else {"ReservedConcurrentExecutions": self.reserved}


def drift(account: Account, parameters: dict[str, str], **more: str) -> list[str]:
    return list(Drift(cast("Aws", account), Reached("pdf-links", OUTPUTS | more, parameters)).told())


@pytest.mark.parametrize(
    ("parameters", "notifications"),
    [
        ({}, {"QueueConfigurations": TELLS}),
        ({"EventSource": "eventbridge"}, BRIDGE),
        ({"EventSource": "both"}, BRIDGE | {"QueueConfigurations": TELLS}),
        ({"ExistingBucketName": "docs"}, BRIDGE | {"TopicConfigurations": [{}]}),
    ],
)
def test_what_is_as_it_was_deployed_needs_nobody(parameters: dict[str, str], notifications: dict[str, Any]) -> None:
    assert not drift(Account(notifications), parameters)
    assert not drift(Account(notifications), parameters, **LINKS)


@pytest.mark.parametrize(
    ("parameters", "notifications", "whom"),
    [
        ({}, {}, "the queue"),
        ({}, {"QueueConfigurations": TELLS[:1]}, "the queue"),
        ({}, {"QueueConfigurations": [{**each, "QueueArn": "arn:another"} for each in TELLS]}, "the queue"),
        ({"EventSource": "eventbridge"}, {"QueueConfigurations": TELLS}, "EventBridge"),
        ({"EventSource": "both"}, {"QueueConfigurations": TELLS}, "EventBridge"),
        ({"EventSource": "both"}, BRIDGE, "the queue"),
        ({"ExistingBucketName": "docs"}, {"QueueConfigurations": TELLS}, "EventBridge"),
    ],
)
def test_a_bucket_that_tells_nobody_is_told_with_what_to_do(
    parameters: dict[str, str], notifications: dict[str, Any], whom: str
) -> None:
    (told,) = drift(Account(notifications), parameters)
    assert f"Bucket docs does not tell {whom} of its documents" in told
    assert "docs/runbook.md#nothing-tells-or-takes-events; then make scan STACK=pdf-links" in told


def test_a_queue_without_a_mapping_is_told() -> None:
    (told,) = drift(Account(mappings=[]), {})
    assert "Nothing takes events from the queue" in told


def test_the_page_that_says_how_to_put_it_back_is_there_with_the_mapping_as_the_template_has_it() -> None:
    (told,) = drift(Account(mappings=[]), {})
    _, _, anchor = told.partition("docs/runbook.md#")
    text = (ROOT / "docs/runbook.md").read_text()
    (section,) = (each for each in text.split("\n## ") if each.split("\n")[0].lower().replace(" ", "-") == anchor)
    mapping = read()["Resources"]["OnCreatedChanges"]["Properties"]
    assert f"--batch-size {mapping['BatchSize']} " in section
    assert f"--maximum-batching-window-in-seconds {mapping['MaximumBatchingWindowInSeconds']} " in section
    assert f"--function-response-types {mapping['FunctionResponseTypes'][0]} " in section
    assert f"MaximumConcurrency={mapping['ScalingConfig']['MaximumConcurrency']}\n" in section


def test_links_that_somebody_turned_off_are_told_and_those_deployed_so_are_not() -> None:
    (told,) = drift(Account(reserved=0), {}, **LINKS)
    assert "make links-on STACK=pdf-links" in told
    assert not drift(Account(reserved=0), {"OpenConcurrency": "0"}, **LINKS)
    assert not drift(Account(reserved=5), {}, **LINKS)
    assert not drift(Account(reserved=0), {})


@dataclass
class Machine:
    """Executions: status, input and output, one a minute, the last the latest."""

    ended: list[tuple[str, Any, Any]]

    def __post_init__(self) -> None:
        self.states = self
        self.described = 0

    def list_executions(self, statusFilter: str, maxResults: int, **_: object) -> dict[str, Any]:  # noqa: N803
        begun = datetime(2026, 4, 2, tzinfo=UTC)
        found = [
            {"executionArn": str(number), "status": status, "stopDate": begun + timedelta(minutes=number)}
            for number, (status, _, _) in enumerate(self.ended)
            if status == statusFilter
        ]
        return {"executions": found[::-1][:maxResults]}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        self.described += 1
        status, asked, output = self.ended[int(executionArn)]
        return {"status": status, "input": json.dumps(asked), "output": json.dumps(output), "cause": executionArn}


def failed(*ended: tuple[str, Any], prefix: str = "", left: int = -1) -> tuple[str, bool] | None:
    """Which is told, and whether it is mended; the execution `left` did nothing."""
    outputs = ({"left_to": "another"} if number == left else {} for number in range(len(ended)))
    machine = Machine([(*each, output) for each, output in zip(ended, outputs, strict=True)])
    found = Executions(cast("Aws", machine), Reached("pdf-links", OUTPUTS, {"Prefix": prefix})).failed()
    return (found.execution, found.mended) if found else None


ALL: dict[str, str] = {}
A, AB, B = ({"prefix": each} for each in ("a", "a/b/", "b/"))


def test_only_a_later_scan_of_as_much_or_more_mends_a_failed_one() -> None:
    assert failed(("SUCCEEDED", ALL)) is None
    assert failed(("FAILED", ALL), ("SUCCEEDED", ALL)) == ("0", True)
    assert failed(("FAILED", AB), ("SUCCEEDED", A)) == ("0", True)
    assert failed(("TIMED_OUT", ALL), ("SUCCEEDED", A)) == ("0", False)
    assert failed(("ABORTED", A), ("SUCCEEDED", B)) == ("0", False)
    assert failed(("SUCCEEDED", ALL), ("FAILED", B)) == ("1", False)
    assert failed(("FAILED", {"prefix": 7}), ("SUCCEEDED", A)) == ("0", False)
    assert failed(("FAILED", []), ("SUCCEEDED", ALL)) == ("0", True)
    assert failed(("FAILED", ALL), ("SUCCEEDED", {"bucket": "another"})) == ("0", False)
    assert failed(("FAILED", ALL), ("SUCCEEDED", {"prefix": "2026/"}), prefix="2026/") == ("0", True)


def test_one_that_was_mended_does_not_hide_another_that_was_not() -> None:
    assert failed(("FAILED", ALL), ("FAILED", A), ("SUCCEEDED", A)) == ("0", False)
    assert failed(("FAILED", A), ("FAILED", B), ("SUCCEEDED", ALL)) == ("1", True)


def test_one_that_left_it_to_another_mends_nothing() -> None:
    assert failed(("FAILED", ALL), ("SUCCEEDED", ALL), left=1) == ("0", False)

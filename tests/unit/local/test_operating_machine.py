"""A full scan started by hand: how far it has come, whose end is waited for, and what is told of one that failed."""

import json
import signal
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.deployed.reached import Reached
from local.operating import scan as scanning
from local.operating.asked import Asked, OperatingError
from local.operating.machine import Ended, Machine, Progress, ScanFailedError
from local.operating.scan import described, wished

if TYPE_CHECKING:
    from local.deployed.aws import Aws

BEGAN = datetime(2026, 4, 2, 8, tzinfo=UTC)
TOTALS: dict[str, Any] = {"count": 5, "folders": 3, "healed": 2}


def call(number: int, **answered: Any) -> dict[str, Any]:
    """What history has of a call of the function."""
    payload = {"Payload": {"body": json.dumps(answered)}}
    return {"id": number, "type": "TaskSucceeded", "taskSucceededEventDetails": {"output": json.dumps(payload)}}


@dataclass
class States:
    """Step Functions, as far as a scan asks it: each execution is described by its answers in turn, the last stays."""

    executions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: list[list[dict[str, Any]]] = field(default_factory=list)
    """Of the history, what is new at each look."""
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states, self.past = self, list[dict[str, Any]]()

    def start_execution(self, input: str, **_: str) -> dict[str, str]:  # noqa: A002 - Step Functions' name
        self.asked.append(input)
        return {"executionArn": "one"}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 - Step Functions'
        left = self.executions[executionArn]
        return left.pop(0) if len(left) > 1 else left[0]

    def get_paginator(self, name: str) -> Any:
        assert name == "get_execution_history"
        return self

    def paginate(self, *, reverseOrder: bool, **_: object) -> list[dict[str, Any]]:  # noqa: N803 - Step Functions'
        assert reverseOrder
        self.past += self.events.pop(0) if self.events else []
        return [{"events": self.past[::-1]}]


RUNNING = {"status": "RUNNING"}


def ended(status: str = "SUCCEEDED", **told: Any) -> dict[str, Any]:
    times = {"startDate": BEGAN, "stopDate": BEGAN + timedelta(seconds=61)}
    return {"status": status, **times, **({"output": json.dumps(told)} if status == "SUCCEEDED" else told)}


def machine(states: States) -> Machine:
    stack = Reached("pdf-links", {"FullScanMachineArn": "machine"}, {})
    return Machine(cast("Aws", states), stack, lambda _: None)


def test_it_is_followed_to_its_end_and_tells_its_totals() -> None:
    states = States({"one": [RUNNING, RUNNING, ended(**TOTALS)]})
    running = machine(states)
    done = running.follow(running.start({"prefix": "2026/"}))
    assert (done.execution, done.seconds, done.output) == ("one", 61, TOTALS)
    assert states.asked == ['{"prefix": "2026/"}']
    assert described(done, "one").startswith("5 documents in 3 folders")
    assert "not as they should be: 2. It took 0:01:01" in described(done, "one")


def test_what_was_left_to_an_older_one_is_followed_to_that_ones_end() -> None:
    states = States({"one": [ended(left_to="older")], "older": [RUNNING, ended(**TOTALS)]})
    done = machine(states).follow("one")
    assert (done.execution, done.output) == ("older", TOTALS)
    assert "An older execution did the same" in described(done, "one")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (ended("FAILED", error="FullScanFailed", cause="1 failed"), "one has failed: FullScanFailed 1 failed."),
        (ended("TIMED_OUT"), "one has timed out."),
        (ended("ABORTED", cause="by hand."), "one has aborted: by hand."),
    ],
)
def test_one_that_failed_is_told_with_its_cause(how: dict[str, Any], told: str) -> None:
    with pytest.raises(ScanFailedError) as error:
        machine(States({"one": [how]})).follow("one")
    assert str(error.value) == f"The full scan {told}"


def test_progress_counts_ranges_that_have_come_to_their_ends_each_event_once() -> None:
    plan = call(3, ranges=[{"until": "b/"}, {"after": "b/"}], resume={})
    events = [[], [plan], [call(7, count=3, resume={})], [call(9, count=4), call(11, count=5)], [call(20, count=12)]]
    states = States({"one": [*[RUNNING] * 5, ended(**TOTALS)]}, events)
    said: list[str] = []
    machine(states).follow("one", lambda progress: said.append(str(progress)))
    assert said == [
        "scanning",
        "0 of 2 ranges done, 0 documents",
        "0 of 2 ranges done, 0 documents",
        "2 of 2 ranges done, 9 documents",
        "2 of 2 ranges done, 9 documents",
    ]


def test_a_scan_in_one_call_has_no_ranges() -> None:
    progress = Progress()
    progress.note({"count": 5})
    assert str(progress) == "scanning"


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ({}, {}),
        ({"PREFIX": "2026/", "PLAN": "20"}, {"prefix": "2026/", "plan": 20}),
        ({"PREFIX": "", "PLAN": ""}, {}),
    ],
)
def test_without_a_prefix_it_is_the_scan_that_the_schedules_start(typed: dict[str, str], wish: dict[str, Any]) -> None:
    assert wished(Asked("pdf-links", typed, as_json=False)) == wish


@pytest.mark.parametrize("plan", ["0", "101", "many", "-1", "²"])
def test_so_many_ranges_there_cannot_be(plan: str) -> None:
    with pytest.raises(OperatingError, match="from 1 to 100"):
        wished(Asked("pdf-links", {"PLAN": plan}, as_json=False))


def test_what_an_older_version_does_not_tell_is_nought() -> None:
    assert described(Ended("one", 0.4, {}), "one").startswith("0 documents in 0 folders")


@pytest.mark.parametrize("answers", [True, False])
def test_ctrl_c_while_it_begins_tells_what_goes_on(monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:  # noqa: FBT001
    class Interrupted(States):
        def start_execution(self, input: str, **given: str) -> dict[str, str]:  # noqa: A002 - Step Functions' name
            for _ in range(1 if answers else 2):
                signal.raise_signal(signal.SIGINT)
            return super().start_execution(input, **given)

    stack = Reached("pdf-links", {"FullScanMachineArn": "machine", "FullScanFunction": "scan"}, {})
    monkeypatch.setattr(Asked, "stack", lambda _: (cast("Aws", Interrupted()), stack))
    monkeypatch.setattr(scanning, "is_stopped", lambda *_: False)
    told = "The scan goes on; .* --execution-arn one" if answers else "Whether the scan has begun, `make status STACK="
    with pytest.raises(KeyboardInterrupt, match=told):
        scanning.scan(Asked("pdf-links", {}, as_json=True))

"""The full scan as a state machine has it run: planned, in ranges, finished, on record; or left to another."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.full_scan import executions
from functions.full_scan.executions import Execution
from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError, LinkManifestError, StoreUnavailableError
from shared.domain.ranges import Range
from shared.scan.resume import token_of
from shared.scan.turn import Phase, Turn
from tests.fake_objects import refusal
from tests.in_memory import handlers
from tests.world import Scanned, manifest_of

RECORD = "manifests/.state/last-scan.json"
EXECUTION = {"id": "arn:2", "machine": "arn:machine", "began": "2026-04-02T08:00:00.5Z"}
REST = token_of(Turn(Folder("docs", ""), Range(""), phase=Phase.ALONE), Layout(), after_ranges=True)
KEYS = [f"{name}/{number}.pdf" for name in "abcdefgh" for number in range(3)]


class Machine:
    """The handler over a bucket in memory, and what else runs: by name, with its input."""

    def __init__(self, patch: pytest.MonkeyPatch, world: Scanned) -> None:
        self.world = world
        self.running: dict[str, str] = {}
        self.asked: list[Execution] = []
        self.completed: list[float] = []
        self.module = handlers(patch, world, self._older).full_scan
        patch.setattr(self.module, "count", self._count)

    def _count(self, name: str, value: float) -> None:
        assert name == "ScansCompleted"
        self.completed.append(value)

    def _older(self, _: object, own: Execution, is_same: Callable[[str], bool]) -> str | None:
        self.asked.append(own)
        return next((name for name, given in self.running.items() if is_same(given)), None)

    def runs(self, **event: Any) -> dict[str, Any]:
        """What the body of the answer tells."""
        answered = self.module.handler({"links": False, "resumable": True, **event}, None)
        told: dict[str, Any] = json.loads(answered["body"])
        return told

    def record(self) -> dict[str, Any]:
        """Nothing, where there is none."""
        kept = self.world.s3.buckets["docs"].get(RECORD)
        told: dict[str, Any] = json.loads(kept.body) if kept else {}
        return told


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch, Scanned(*KEYS, queue_max=50))


# Left to another


@pytest.mark.parametrize("given", ["{}", '{"prefix": ""}', '{"plan": 5, "links": true}', '{"bucket": "docs"}'])
def test_what_an_older_execution_scans_is_left_to_it_without_asking_the_store(machine: Machine, given: str) -> None:
    machine.running["arn:1"] = given
    assert machine.runs(execution=EXECUTION, plan=True) == {"left_to": "arn:1"}
    assert machine.world.s3.calls == []
    assert machine.asked == [Execution(*EXECUTION.values())]
    assert machine.record() == {}


@pytest.mark.parametrize(
    "given", ['{"prefix": "a/"}', '{"bucket": "others"}', '{"prefx": 1}', "no JSON", "", "[]", "null"]
)
def test_what_it_does_not_scan_is_not(machine: Machine, given: str) -> None:
    machine.running["arn:1"] = given
    assert machine.runs(execution=EXECUTION)["count"] == 24


def test_a_scan_that_has_begun_goes_on_whatever_else_runs(machine: Machine) -> None:
    machine.running["arn:1"] = "{}"
    assert machine.runs(execution=EXECUTION, resume=REST, parts=[{"count": 3, "alone": ["a/"]}])["count"] == 6
    assert machine.asked == []


def test_a_person_who_asks_for_a_scan_gets_one(machine: Machine) -> None:
    machine.running["arn:1"] = "{}"
    assert machine.runs()["count"] == 24


def test_where_nobody_can_tell_what_else_runs_it_scans(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    states = boto3.Session("id", "secret", region_name="eu-west-1").client("stepfunctions")
    stub = Stubber(states)
    stub.add_client_error("list_executions", "AccessDeniedException")
    monkeypatch.setattr(executions, "client", lambda: states)
    monkeypatch.setattr(machine.module, "older", executions.older)
    with stub:
        assert machine.runs(execution=EXECUTION)["count"] == 24
    assert machine.record()


# In one, or in ranges


def test_what_one_turn_can_do_is_done_at_once_though_a_plan_was_asked_for(machine: Machine) -> None:
    body = machine.runs(execution=EXECUTION, plan=True)
    assert body == {"manifest_key": "manifests/manifest.jsonl", "count": 24, "folders": 9, "ignored": 0, "healed": 24}
    assert machine.record()


def test_a_plan_has_every_range_once_and_scans_nothing(machine: Machine) -> None:
    machine.runs()
    machine.world.s3.calls.clear()
    body = machine.runs(plan=4, execution=EXECUTION)
    ranges = [Range("", each.get("after", ""), each.get("until")) for each in body["ranges"]]
    assert ranges == Range("").split(each.until for each in ranges if each.until)
    assert len(ranges) == 4
    assert body["resume"] == REST
    assert set(machine.world.s3.calls) == {"list_objects_v2"}
    assert machine.record() == {}


def test_ranges_and_what_they_leave_are_a_complete_scan_and_then_it_is_on_record(machine: Machine) -> None:
    machine.runs()
    for key in ("a/new.pdf", "h/new.pdf"):
        machine.world.s3.upload(key)
    plan = machine.runs(execution=EXECUTION, plan=4)
    whose = {name: plan["resume"][name] for name in ("bucket", "prefix")}
    parts = [machine.runs(**whose, **each) for each in plan["ranges"]]
    assert machine.record() == {}
    assert 1 not in machine.completed
    body = machine.runs(resume=plan["resume"], parts=parts, plan=True, execution=EXECUTION)
    assert (body["count"], body["folders"], body["healed"]) == (26, 9, 2)
    assert "alone" not in body
    assert machine.completed.count(1) == 1
    assert machine.world.views()["h/"] == ["h/0.pdf", "h/1.pdf", "h/2.pdf", "h/new.pdf"]
    told = machine.record()
    assert told.pop("ended").endswith("Z")
    assert told == {
        "bucket": "docs",
        "prefix": "",
        "began": EXECUTION["began"],
        "documents": 26,
        "folders": 9,
        "healed": 2,
        "failures": 0,
        "outcome": "complete",
    }


def test_a_range_that_was_lost_keeps_the_scan_from_being_complete(machine: Machine) -> None:
    body = machine.runs(
        execution=EXECUTION, resume=REST, parts=[{"count": 5}, {"range": {"after": "b/"}, "error": "E", "cause": "c"}]
    )
    assert (body["failures"], body["unlisted"]) == (1, 1)
    assert body["failed"] == {"what comes after 'b/'": "E: c"}
    assert machine.record() == {}
    assert 1 not in machine.completed


def test_a_folder_that_failed_does_not_but_it_is_told(machine: Machine) -> None:
    def refuse(operation: str, request: dict[str, Any]) -> None:
        if operation == "put_object" and request["Key"] == manifest_of("b/"):
            raise refusal("AccessDenied")

    machine.world.s3.before = refuse
    body = machine.runs(execution=EXECUTION)
    assert body["failures"] == 1
    assert body["failed"]["b/"].startswith("AccessDeniedError: writing")
    assert (machine.record()["outcome"], machine.record()["failures"]) == ("failures", 1)


# On record


def test_without_an_execution_nothing_is_on_record(machine: Machine) -> None:
    machine.runs()
    assert machine.record() == {}
    machine.runs(resume=REST, parts=[])
    assert machine.record() == {}


def test_nor_is_a_scan_that_goes_on(machine: Machine) -> None:
    def time_is_up(operation: str, _: dict[str, Any]) -> None:
        if operation == "put_object":
            left[0] = 1000

    left = [60_000]
    machine.world.queue_max = 4
    machine.world.s3.before = time_is_up
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: left[0], aws_request_id="1")
    answered = machine.module.handler({"links": False, "resumable": True, "execution": EXECUTION}, context)
    token = json.loads(answered["body"])["resume"]
    assert machine.record() == {}
    machine.world.s3.before = lambda *_: None
    body = machine.runs(resume=token, execution=EXECUTION)
    assert body["count"] == 24
    assert machine.record()["documents"] == 24


def test_a_later_one_takes_the_place_of_the_one_before(machine: Machine) -> None:
    machine.runs(execution=EXECUTION)
    machine.world.s3.upload("a/new.pdf")
    machine.runs(execution={**EXECUTION, "began": "2026-04-03T08:00:00Z"})
    assert (machine.record()["began"], machine.record()["healed"]) == ("2026-04-03T08:00:00Z", 1)


@pytest.mark.parametrize(("code", "error"), [("AccessDenied", AccessDeniedError), ("SlowDown", StoreUnavailableError)])
def test_where_it_cannot_be_written_that_is_what_went_wrong(
    machine: Machine, code: str, error: type[LinkManifestError]
) -> None:
    def refuse(_: str, request: dict[str, Any]) -> None:
        if request.get("Key") == RECORD:
            raise refusal(code)

    machine.world.s3.before = refuse
    with pytest.raises(error, match=f"PUT s3://docs/{RECORD}"):
        machine.runs(execution=EXECUTION)
    assert 1 not in machine.completed
    assert machine.world.views()["a/"] == ["a/0.pdf", "a/1.pdf", "a/2.pdf"]


def test_it_lies_where_no_scan_takes_it_for_something_else(machine: Machine) -> None:
    for _ in range(2):
        machine.runs(execution=EXECUTION)
    assert Layout().last_scan("docs").key == RECORD
    assert RECORD in machine.world.s3.buckets["docs"]
    assert set(machine.world.views()) == {"", *(f"{name}/" for name in "abcdefgh")}

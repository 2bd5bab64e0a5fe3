"""Pause and resume: in which order, whatever interrupts them, and back to what the stack was deployed with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.deployed.reached import Reached
from local.operating.asked import Asked, OperatingError
from local.operating.breaker import Breaker, Found, _resumed

if TYPE_CHECKING:
    from local.deployed.aws import Aws

OUTPUTS = {
    "QueueUrl": "events",
    "OnCreatedFunction": "on_created",
    "FullScanFunction": "full_scan",
    "NightlyScheduleName": "nightly",
    "RefreshScheduleName": "refresh",
}
TARGET = {"Arn": "machine", "RoleArn": "role", "Input": "{}"}


class CutOffError(Exception):
    """As Ctrl-C, or the network's end."""


@dataclass
class Account:
    """Lambda, SQS and Scheduler, as far as a breaker asks them. `slow`: looks that a mapping takes to change."""

    slow: int = 0
    reserved: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    cut_after: int = 10**9
    mapped: bool = True

    def __post_init__(self) -> None:
        self.lambda_ = self.sqs = self.scheduler = self
        self.schedules = {name: self._schedule(name) for name in ("nightly", "refresh")}
        self.mapping: dict[str, Any] = {"UUID": "m", "State": "Enabled", "LastModified": datetime.now(UTC)}
        self._looks = 0

    def _schedule(self, name: str) -> dict[str, Any]:
        own = {"Name": name, "GroupName": "default", "State": "ENABLED", "ScheduleExpression": "rate(5 minutes)"}
        return {**own, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": TARGET, "Arn": "arn", "ResponseMetadata": {}}

    def _does(self, what: str) -> None:
        if len(self.done) >= self.cut_after:
            raise CutOffError
        self.done.append(what)

    def put_function_concurrency(self, FunctionName: str, ReservedConcurrentExecutions: int) -> None:  # noqa: N803
        self._does(f"{FunctionName}: {ReservedConcurrentExecutions}")
        self.reserved[FunctionName] = ReservedConcurrentExecutions

    def delete_function_concurrency(self, FunctionName: str) -> None:  # noqa: N803
        self._does(f"{FunctionName}: no reservation")
        self.reserved.pop(FunctionName, None)

    def get_function_concurrency(self, FunctionName: str) -> dict[str, int]:  # noqa: N803
        found = self.reserved.get(FunctionName)
        return {} if found is None else {"ReservedConcurrentExecutions": found}

    def get_paginator(self, name: str) -> Any:
        assert name == "list_event_source_mappings"
        return self

    def paginate(self, EventSourceArn: str) -> list[dict[str, Any]]:  # noqa: N803
        assert EventSourceArn == "arn:events"
        if self.mapping["State"].endswith("ing"):
            self._looks += 1
            if self._looks > self.slow:
                self.mapping["State"] = {"Enabling": "Enabled", "Disabling": "Disabled"}[self.mapping["State"]]
                self._does(f"mapping: {self.mapping['State']}")
        return [{"EventSourceMappings": [self.mapping] if self.mapped else []}]

    def update_event_source_mapping(self, UUID: str, Enabled: bool) -> None:  # noqa: N803, FBT001
        assert UUID == "m"
        self._looks, self.mapping["State"] = 0, "Enabling" if Enabled else "Disabling"
        self.mapping["LastModified"] = datetime.now(UTC)

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        known = {"QueueArn": f"arn:{QueueUrl}", "MessageRetentionPeriod": "345600"}
        return {"Attributes": {name: known[name] for name in AttributeNames}}

    def get_schedule(self, Name: str) -> dict[str, Any]:  # noqa: N803
        return self.schedules[Name]

    def update_schedule(self, **told: Any) -> None:
        self._does(f"{told['Name']}: {told['State']}")
        assert told.keys() <= {"Name", "GroupName", "State", "ScheduleExpression", "FlexibleTimeWindow", "Target"}
        assert told["Target"] == TARGET
        self.schedules[told["Name"]] |= told


def breaker(account: Account, **parameters: str) -> Breaker:
    return Breaker(cast("Aws", account), Reached("pdf-links", OUTPUTS, parameters), lambda _: None)


def test_no_event_is_received_any_more_before_its_function_is_stopped() -> None:
    account = Account(slow=3)
    breaker(account).pause()
    assert account.done == [
        "nightly: DISABLED",
        "refresh: DISABLED",
        "full_scan: 0",
        "mapping: Disabled",
        "on_created: 0",
    ]
    assert breaker(account).paused() == [
        "events are not taken",
        "updates are stopped",
        "full scans are stopped",
        "schedule Nightly is DISABLED, and deployed as ENABLED",
        "schedule Refresh is DISABLED, and deployed as ENABLED",
    ]


def test_it_comes_back_as_it_was_deployed() -> None:
    account = Account(slow=2, reserved={"full_scan": 11})
    breaker(account).pause()
    breaker(account, FullScanConcurrency="11").resume()
    assert account.reserved == {"full_scan": 11}
    assert account.mapping["State"] == "Enabled"
    assert [each["State"] for each in account.schedules.values()] == ["ENABLED", "ENABLED"]
    assert account.done[5:7] == ["on_created: no reservation", "full_scan: 11"]
    assert not breaker(account).paused()


@pytest.mark.parametrize(
    ("parameters", "states", "reserved"),
    [
        ({}, ["ENABLED", "ENABLED"], {}),
        ({"RefreshState": "DISABLED"}, ["ENABLED", "DISABLED"], {}),
        ({"Links": "stable", "OpenLinks": "ENABLED"}, ["ENABLED", "DISABLED"], {}),
        ({"FullScanConcurrency": "0"}, ["DISABLED", "DISABLED"], {"full_scan": 0}),
    ],
)
def test_what_was_deployed_as_off_stays_off(
    parameters: dict[str, str], states: list[str], reserved: dict[str, int]
) -> None:
    account = Account()
    breaker(account, **parameters).pause()
    breaker(account, **parameters).resume()
    assert [each["State"] for each in account.schedules.values()] == states
    assert account.reserved == reserved
    assert not breaker(account, **parameters).paused()


def test_wherever_they_are_cut_off_the_next_one_does_what_is_left() -> None:
    for after in range(6):
        account = Account(cut_after=after)
        with pytest.raises(CutOffError) if after < 5 else pytest.MonkeyPatch.context():
            breaker(account).pause()
        account.cut_after = 10**9
        breaker(account).pause()
        assert len(breaker(account).paused()) == 5
        account.cut_after = len(account.done) + after
        with pytest.raises(CutOffError) if after < 5 else pytest.MonkeyPatch.context():
            breaker(account).resume()
        account.cut_after = 10**9
        breaker(account).resume()
        assert not breaker(account).paused()
        assert [each["State"] for each in account.schedules.values()] == ["ENABLED", "ENABLED"]


def test_how_long_events_were_not_taken_is_known_to_who_resumes_however_often_it_was_paused() -> None:
    account = Account()
    assert breaker(account).resume() == Found([], None)
    breaker(account).pause()
    account.mapping["LastModified"] = datetime.now(UTC) - timedelta(days=5)
    breaker(account).pause()
    found, kept = breaker(account).resume(), breaker(account).kept()
    assert found.lasted
    assert found.lasted > kept == timedelta(days=4)
    assert found.lost(kept) is True
    assert Found(found.off, timedelta(minutes=5)).lost(kept) is False
    assert Found([], None).lost(kept) is False


def test_whoever_resumes_after_one_that_was_cut_off_is_told_that_events_may_be_gone() -> None:
    account = Account()
    breaker(account).pause()
    account.cut_after = len(account.done) + 3  # the mapping is on by then
    with pytest.raises(CutOffError):
        breaker(account).resume()
    account.cut_after = 10**9
    found = breaker(account).resume()
    assert found.lost(breaker(account).kept()) is None
    first, then = _resumed(Asked("pdf-links", {}, as_json=False), found, breaker(account).kept())
    assert "runs again" in first
    assert "nobody knows for how long" in then
    assert "make scan STACK=pdf-links" in then
    assert breaker(account).resume() == Found([], None)


def test_a_schedule_that_somebody_turned_is_told_and_one_that_was_deployed_so_is_not() -> None:
    account = Account()
    account.schedules["nightly"]["State"] = "DISABLED"
    assert breaker(account).paused() == ["schedule Nightly is DISABLED, and deployed as ENABLED"]
    account.schedules["refresh"]["State"] = "DISABLED"
    account.reserved["full_scan"] = 0
    assert not breaker(account, FullScanConcurrency="0").paused()


def test_a_queue_that_nothing_reads_is_told_apart_from_one_that_is_not_read_now() -> None:
    account = Account()
    breaker(account).pause()
    assert breaker(account).takes_events()
    assert not breaker(Account(mapped=False)).takes_events()


def test_a_mapping_that_never_changes_is_told() -> None:
    with pytest.raises(OperatingError, match="Run this again"):
        breaker(Account(slow=10**9)).pause()

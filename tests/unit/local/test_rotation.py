"""A new secret: when it may be made, what is waited for, and what an interrupted one does when it is run again."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.console import Console

from local.deployed.reached import Reached, StackError
from local.operating.rotate import Rotation
from local.operating.rotation import REPLACED, LastScan, RotationError, Version, require_possible
from shared.links.secret import SIGNS_FOR

if TYPE_CHECKING:
    from local.deployed.aws import Aws

MADE = datetime(2026, 4, 2, 8, tzinfo=UTC)
STABLE = {"Links": "stable", "ManifestPrefix": "manifests/", "ManifestBucketName": ""}
OUTPUTS = {"LinkSecretId": "links", "Bucket": "docs", "ManifestBucket": "docs", "FullScanMachineArn": "machine"}


class NoSuchKeyError(Exception):
    """S3's."""


class ResourceExistsError(Exception):
    """Secrets Manager's."""


@dataclass
class Account:
    """Secrets Manager, Step Functions and S3, as far as a rotation asks them. `scans`: how executions end, in turn."""

    values: list[dict[str, Any]] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    record: dict[str, Any] | None = None
    asked: list[str] = field(default_factory=list)
    late: timedelta = timedelta()
    """By how much the scan that goes on began earlier than the one that was started."""
    stale: int = 0
    """How often versions are listed as they were before the last was made."""

    def __post_init__(self) -> None:
        self.exceptions = SimpleNamespace(NoSuchKey=NoSuchKeyError, ResourceExistsException=ResourceExistsError)
        self.before: list[list[dict[str, Any]]] = []
        self.secrets = self.states = self.s3 = self

    def add(self, made: datetime, name: str) -> None:
        """A value that replaces the one there is."""
        assert name not in [each["VersionId"] for each in self.values]
        places = {"AWSCURRENT": "AWSPREVIOUS", "AWSPREVIOUS": None}
        for each in self.values:
            moved = [places.get(stage, stage) for stage in each["VersionStages"]]
            each["VersionStages"] = [stage for stage in moved if stage]
        self.values.append({"VersionId": name, "CreatedDate": made, "VersionStages": ["AWSCURRENT"]})

    def mark(self, number: int) -> None:
        self.values[number]["VersionStages"].append(REPLACED)

    def list_secret_version_ids(self, **_: str) -> dict[str, Any]:
        return {"Versions": self.before.pop() if self.before else self.values}

    def put_secret_value(self, SecretString: str, ClientRequestToken: str, **_: str) -> None:  # noqa: N803 - AWS's
        assert len(SecretString) == 64
        self.asked.append("put")
        if ClientRequestToken in [each["VersionId"] for each in self.values]:
            raise ResourceExistsError
        if self.stale:
            self.before = [deepcopy(self.values)] * self.stale
        self.add(datetime.now(UTC), ClientRequestToken)

    def update_secret_version_stage(self, VersionStage: str, **versions: str) -> None:  # noqa: N803 - AWS's
        self.asked.append("mark" if "MoveToVersionId" in versions else "finish")
        at = {each["VersionId"]: each["VersionStages"] for each in self.values}
        assert [name for name, stages in at.items() if VersionStage in stages] == [
            versions[name] for name in ("RemoveFromVersionId",) if name in versions
        ]
        if "RemoveFromVersionId" in versions:
            at[versions["RemoveFromVersionId"]].remove(VersionStage)
        if "MoveToVersionId" in versions:
            at[versions["MoveToVersionId"]].append(VersionStage)

    def start_execution(self, input: str, **_: str) -> dict[str, str]:  # noqa: A002 - Step Functions' name
        assert json.loads(input) == {"prefix": ""}
        self.asked.append("scan")
        if self.scans[-1] == "SUCCEEDED":
            self.record = record(datetime.now(UTC) - self.late)
            self.late = timedelta()
        return {"executionArn": "execution"}

    def describe_execution(self, **_: str) -> dict[str, Any]:
        times = {"startDate": MADE, "stopDate": MADE}
        return {"status": self.scans.pop(0), "error": "FullScanFailed", "cause": "1 failed", **times}

    def get_object(self, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803 - S3's
        assert Key == "manifests/.state/last-scan.json"
        if self.record is None:
            raise NoSuchKeyError
        return {"Body": BytesIO(json.dumps(self.record).encode())}


def record(began: datetime, **other: str) -> dict[str, str]:
    return {"bucket": "docs", "prefix": "", "began": began.isoformat(), "outcome": "complete", **other}


def rotation(account: Account, caches: float = 0, slept: list[float] | None = None) -> tuple[Rotation, StringIO]:
    said, sleep = StringIO(), slept if slept is not None else []
    stack = Reached("pdf-links", OUTPUTS, STABLE)
    return Rotation(cast("Aws", account), stack, Console(file=said), caches, sleep.append), said


def test_the_first_one_replaces_waits_scans_and_says_what_stays() -> None:
    account = Account(scans=["RUNNING", "SUCCEEDED"])
    account.add(MADE, "first")
    running, said = rotation(account)
    running.run()
    assert account.asked == ["mark", "put", "scan", "finish"]
    assert [each["VersionStages"] for each in account.values] == [["AWSPREVIOUS"], ["AWSCURRENT"]]
    assert "until the next rotation" in said.getvalue()


def test_what_is_listed_late_is_waited_for_so_that_no_scan_is_left_out() -> None:
    account = Account(scans=["SUCCEEDED"], record=record(MADE + timedelta(days=1)), stale=2)
    account.add(MADE, "first")
    rotation(account)[0].run()
    assert account.asked == ["mark", "put", "scan", "finish"]


def test_a_version_that_was_put_back_is_not_replaced_by_what_replaced_it() -> None:
    account = Account(scans=["SUCCEEDED"])
    account.add(MADE, "first")
    rotation(account)[0].run()
    account.values[0]["VersionStages"], account.values[1]["VersionStages"] = ["AWSCURRENT"], []
    with pytest.raises(RotationError, match="by hand"):
        rotation(account)[0].run()


def test_another_is_refused_until_a_full_scan_began_that_no_cache_can_have_misled() -> None:
    version = Version("second", MADE, previous="first")
    safe = MADE + timedelta(seconds=SIGNS_FOR)
    for scan in (
        None,
        LastScan.of(record(safe - timedelta(seconds=1)), "docs"),
        LastScan.of(record(safe, prefix="2026/"), "docs"),
        LastScan.of(record(safe, outcome="failures"), "docs"),
        LastScan.of(record(safe, bucket="other"), "docs"),
    ):
        with pytest.raises(RotationError, match="began at 2026-04-02T08:05:00Z or later"):
            require_possible(version, scan, SIGNS_FOR)
    require_possible(version, LastScan.of(record(safe), "docs"), SIGNS_FOR)


def test_where_links_under_one_secret_open_a_second_does_not_end_any() -> None:
    require_possible(Version("first", MADE), None, SIGNS_FOR)


def test_what_is_refused_replaces_and_scans_nothing() -> None:
    account = Account()
    account.add(MADE, "first")
    account.add(MADE, "second")
    with pytest.raises(RotationError, match="None is on record"):
        rotation(account)[0].run()
    assert account.asked == []


@pytest.mark.parametrize("scan", [[], ["FAILED"]])
def test_one_that_was_interrupted_goes_on_and_replaces_nothing_twice(scan: list[str]) -> None:
    account = Account(scans=scan)
    account.add(MADE, "first")
    with pytest.raises((RotationError, IndexError)):  # of no scan that is foreseen: as if Ctrl-C was pressed
        rotation(account)[0].run()
    assert [each["VersionStages"] for each in account.values] == [["AWSPREVIOUS", REPLACED], ["AWSCURRENT"]]
    account.scans, account.asked = ["SUCCEEDED"], []
    running, said = rotation(account)
    running.run()
    assert account.asked == ["scan", "finish"]
    assert "is not over" in said.getvalue()


def test_one_that_was_interrupted_before_it_replaced_anything_begins_anew() -> None:
    account = Account(scans=["SUCCEEDED"])
    account.add(MADE, "first")
    account.mark(0)
    rotation(account)[0].run()
    assert account.asked == ["put", "scan", "finish"]


def test_a_mark_that_somebody_left_by_replacing_the_secret_by_hand_is_taken_along() -> None:
    account = Account(scans=["SUCCEEDED"], record=record(MADE + timedelta(seconds=SIGNS_FOR)))
    account.add(MADE, "first")
    account.mark(0)
    account.add(MADE, "second")
    account.add(MADE, "third")
    rotation(account)[0].run()
    assert account.asked == ["mark", "put", "scan", "finish"]
    assert [each["VersionStages"] for each in account.values] == [[], [], ["AWSPREVIOUS"], ["AWSCURRENT"]]


def test_one_whose_scan_was_complete_when_it_was_interrupted_has_nothing_left_to_do() -> None:
    account = Account(record=record(MADE + timedelta(seconds=SIGNS_FOR)))
    account.add(MADE, "first")
    account.mark(0)
    account.add(MADE, "second")
    rotation(account, SIGNS_FOR)[0].run()
    assert account.asked == ["finish"]


def test_it_waits_for_what_is_left_of_the_caches_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(now=lambda _: MADE + timedelta(seconds=298.5 + sum(slept)))
    monkeypatch.setattr("local.operating.rotate.datetime", clock)
    account = Account(record=record(MADE + timedelta(seconds=SIGNS_FOR)))
    account.add(MADE, "first")
    account.mark(0)
    account.add(MADE, "second")
    rotation(account, SIGNS_FOR, slept)[0].run()
    assert slept == [1, 0.5]


def test_a_scan_that_an_older_one_was_done_for_is_done_again() -> None:
    account = Account(scans=["SUCCEEDED", "SUCCEEDED"], late=timedelta(hours=1))
    account.add(MADE, "first")
    rotation(account)[0].run()
    assert account.asked == ["mark", "put", "scan", "scan", "finish"]


def test_a_scan_that_failed_is_told_with_its_cause_and_what_to_do() -> None:
    account = Account(scans=["FAILED"])
    account.add(MADE, "first")
    with pytest.raises(RotationError, match=r"failed: FullScanFailed 1 failed.*run this again"):
        rotation(account)[0].run()


def test_presigned_links_have_nothing_to_rotate_and_neither_has_what_opens_none() -> None:
    with pytest.raises(StackError, match=r"end by themselves.*Shares do not"):
        Rotation(cast("Aws", None), Reached("pdf-links", OUTPUTS, {**STABLE, "Links": "presigned"}), Console())
    with pytest.raises(StackError, match="OpenLinks=ENABLED"):
        Rotation(cast("Aws", None), Reached("pdf-links", {}, STABLE), Console())


def test_a_secret_without_a_value_is_said_to_have_none() -> None:
    with pytest.raises(RotationError, match="no value"):
        rotation(Account())[0].run()

"""The state machine of the full scan, run to its end: with how far it has come, and why it failed."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from local.deployed.aws import Aws
from local.deployed.reached import Reached

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef, HistoryEventTypeDef

_WAITS = (0.1, 0.2, 0.5, 1.0)  # seconds between two looks: a small scan has ended by then
_EACH = 2.0
_MOST_EVENTS = 1000  # of one answer


class ScanFailedError(Exception):
    """An execution did not succeed; the message names it, and its cause."""


@dataclass(slots=True)
class Progress:
    """Of one execution. `ranges`: how many were planned; 0: not planned, or not yet."""

    ranges: int = 0
    ended: int = 0
    documents: int = 0

    def note(self, answered: Mapping[str, Any]) -> None:
        """Count what one call of the function has answered: a plan, a turn of a range, or the last of one."""
        if "ranges" in answered:
            self.ranges += len(answered["ranges"])
        elif "resume" not in answered and self.ended < self.ranges:
            self.ended += 1
            self.documents += int(answered.get("count", 0))

    def __str__(self) -> str:
        if not self.ranges:
            return "scanning"
        return f"{self.ended} of {self.ranges} ranges done, {self.documents:,} documents"


@dataclass(frozen=True, slots=True)
class Ended:
    """An execution that succeeded. `output`: its totals, as functions/full_scan/answer.py tells them."""

    execution: str
    seconds: float
    output: Mapping[str, Any]


class Machine:
    """One stack's."""

    def __init__(self, aws: Aws, stack: Reached, sleep: Callable[[float], None] = time.sleep) -> None:
        self._states, self._arn = aws.states, stack.outputs["FullScanMachineArn"]
        self._sleep = sleep

    def start(self, asked: Mapping[str, Any]) -> str:
        """The ARN of an execution that scans what was asked for."""
        return self._states.start_execution(stateMachineArn=self._arn, input=json.dumps(asked))["executionArn"]

    def follow(self, execution: str, tell: Callable[[Progress], None] | None = None) -> Ended:
        """Wait for its end; where it left all of it to an older one, for that one's. Raises ScanFailedError."""
        history = History(self._states, execution)
        for wait in chain(_WAITS, repeat(_EACH)):
            if (found := self._states.describe_execution(executionArn=execution))["status"] != "RUNNING":
                break
            if tell:
                tell(history.progress())
            self._sleep(wait)
        ended = _ended(found, execution)
        older = ended.output.get("left_to")
        return self.follow(older, tell) if older else ended


class History:
    """What the calls of one execution have answered; each is read once."""

    def __init__(self, states: "SFNClient", execution: str) -> None:
        self._states, self._execution = states, execution
        self._seen = 0
        self._progress = Progress()

    def progress(self) -> Progress:
        """As of now."""
        fresh = list(self._fresh())
        self._seen = max((event["id"] for event in fresh), default=self._seen)
        for event in reversed(fresh):
            if event["type"] == "TaskSucceeded":
                self._progress.note(_answered(event))
        return self._progress

    def _fresh(self) -> "Iterator[HistoryEventTypeDef]":
        """The latest first."""
        pages = self._states.get_paginator("get_execution_history").paginate(
            executionArn=self._execution, reverseOrder=True, PaginationConfig={"PageSize": _MOST_EVENTS}
        )
        for event in (event for page in pages for event in page["events"]):
            if event["id"] <= self._seen:
                return
            yield event


def _answered(event: "HistoryEventTypeDef") -> dict[str, Any]:
    answer = json.loads(event.get("taskSucceededEventDetails", {}).get("output", "{}"))
    body: dict[str, Any] = json.loads(answer.get("Payload", {}).get("body", "{}"))
    return body


def _ended(found: "DescribeExecutionOutputTypeDef", execution: str) -> Ended:
    if found["status"] != "SUCCEEDED":
        raise ScanFailedError(f"The full scan {execution} has {why(found)}.")
    seconds = (found["stopDate"] - found["startDate"]).total_seconds()
    return Ended(execution, seconds, json.loads(found.get("output", "{}")))


def why(found: "DescribeExecutionOutputTypeDef") -> str:
    """How it ended, and the cause: `failed: FullScanFailed 1 failed, …`; without a full stop."""
    told = " ".join(filter(None, (found.get("error"), found.get("cause"))))
    how = found["status"].lower().replace("_", " ")
    return f"{how}: {told}".rstrip(".") if told else how

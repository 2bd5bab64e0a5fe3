"""The circuit breaker: neither function runs, and nothing is lost meanwhile; and the way back.

Events wait in their queue. Their mapping is off before the function is: messages that are received in vain would count
as tried, and end in the dead-letter queue.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.deployed.aws import Aws
from local.deployed.choice import Choice
from local.deployed.reached import Reached
from local.deployed.template import read
from local.operating.asked import Asked, OperatingError
from local.operating.concurrency import is_stopped, restore, stop

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef as Mapping
    from types_boto3_scheduler.literals import ScheduleStateType

_PATIENCE = 300.0  # seconds for a mapping to change: a minute is usual
_EACH = 1.0
_BEFORE = timedelta(hours=1)  # an event may have waited, and been tried, so long before it was paused
_SCHEDULES = {"NightlyScheduleName": "Nightly", "RefreshScheduleName": "Refresh"}
_KEPT = (
    "Name", "GroupName", "Description", "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate",
    "FlexibleTimeWindow", "KmsKeyArn", "Target", "ActionAfterCompletion",
)  # fmt: skip
"""What is not told anew when a schedule changes is lost:
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"""


class Breaker:
    """One stack's. What is half done when it is interrupted is done by the next one."""

    def __init__(self, aws: Aws, stack: Reached, sleep: Callable[[float], None] = time.sleep) -> None:
        self._aws, self._stack, self._sleep = aws, stack, sleep

    def pause(self) -> None:
        """No scan begins, no event is taken, and then neither function runs. Raises OperatingError."""
        for name in _SCHEDULES:
            self._schedule(name, "DISABLED")
        stop(self._aws, self._stack.outputs["FullScanFunction"])
        self._switch(on=False)
        stop(self._aws, self._stack.outputs["OnCreatedFunction"])

    def resume(self) -> timedelta | None:
        """As the stack was deployed; how long events had not been taken, where they had not. Raises OperatingError."""
        restore(self._aws, self._stack.outputs["OnCreatedFunction"], "")
        restore(
            self._aws, self._stack.outputs["FullScanFunction"], self._stack.parameters.get("FullScanConcurrency", "")
        )
        since = min((each["LastModified"] for each in self._mappings() if each["State"] == "Disabled"), default=None)
        self._switch(on=True)
        template = read()
        deployed = Choice(template, **self._stack.parameters)
        for name, logical in _SCHEDULES.items():
            self._schedule(name, deployed.value(template["Resources"][logical]["Properties"]["State"]))
        return datetime.now(UTC) - since if since else None

    def kept(self) -> timedelta:
        """How long an event may wait."""
        return timedelta(seconds=int(self._attribute("MessageRetentionPeriod")))

    def paused(self) -> list[str]:
        """What is off, for a person."""
        off = ["events are not taken"] if any(each["State"] != "Enabled" for each in self._mappings()) else []
        functions = {"OnCreatedFunction": "updates are stopped", "FullScanFunction": "full scans are stopped"}
        return off + [text for name, text in functions.items() if is_stopped(self._aws, self._stack.outputs[name])]

    def _switch(self, *, on: bool) -> None:
        """Have events taken, or not, and wait until it is so."""
        for each in self._mappings():
            self._aws.lambda_.update_event_source_mapping(UUID=each["UUID"], Enabled=on)
        self._wait_for("Enabled" if on else "Disabled")

    def _wait_for(self, state: str) -> None:
        left = _PATIENCE
        while any(each["State"] != state for each in self._mappings()):
            if left <= 0:
                raise OperatingError(
                    f"Lambda has not turned the event source mapping of {self._stack.name} {state} within "
                    f"{_PATIENCE:.0f} s. Run this again: it goes on."
                )
            self._sleep(_EACH)
            left -= _EACH

    def _mappings(self) -> "list[Mapping]":
        """By their queue: with an alias they are not listed under the function's own name."""
        found = self._aws.lambda_.get_paginator("list_event_source_mappings")
        pages = found.paginate(EventSourceArn=self._attribute("QueueArn"))
        return [each for page in pages for each in page["EventSourceMappings"]]

    def _attribute(self, name: Any) -> str:  # noqa: ANN401 -- one of SQS's literals
        answer = self._aws.sqs.get_queue_attributes(QueueUrl=self._stack.outputs["QueueUrl"], AttributeNames=[name])
        return answer["Attributes"][name]

    def _schedule(self, output: str, state: "ScheduleStateType") -> None:
        scheduler = self._aws.scheduler
        found: dict[str, Any] = dict(scheduler.get_schedule(Name=self._stack.outputs[output]))
        if found["State"] != state:
            told = {name: found[name] for name in _KEPT if found.get(name)}
            scheduler.update_schedule(**told, State=state)


def pause(asked: Asked) -> int:
    """What `make pause` does."""
    aws, stack = asked.stack()
    breaker = Breaker(aws, stack)
    with asked.waiting("no event is to be taken …"):
        breaker.pause()
    running = _running(aws, stack)
    text = (
        f"Stack {stack.name} is paused: no event is taken, no scan begins, neither function runs. Events wait "
        f"{_days(breaker.kept())} at most; presigned links end meanwhile. `make resume{asked.typed}` ends that."
    )
    cut = f"\nScans under way: {running}. Their next call is tried for a quarter of an hour or so, then they fail."
    asked.answer({"stack": stack.name, "state": "paused", "scans_under_way": running}, text + (cut if running else ""))
    return 0


def resume(asked: Asked) -> int:
    """What `make resume` does."""
    aws, stack = asked.stack()
    breaker = Breaker(aws, stack)
    with asked.waiting("events are to be taken …"):
        lasted = breaker.resume()
    lost = lasted is not None and lasted + _BEFORE > breaker.kept()
    told = {"stack": stack.name, "state": "running", "paused_seconds": lasted and lasted.total_seconds()}
    asked.answer(told | {"events_lost": lost}, "\n".join(_resumed(asked, lasted, breaker.kept(), lost=lost)))
    return 0


def _resumed(asked: Asked, lasted: timedelta | None, kept: timedelta, *, lost: bool) -> Iterable[str]:
    yield f"Stack {asked.name} runs again, as it was deployed; events that waited are taken now."
    if lost and lasted:
        yield (
            f"It was paused for {_days(lasted)}, and the queue keeps events for {_days(kept)}: some may be gone. "
            f"Run `make scan{asked.typed}`: it finds what they told."
        )


def _running(aws: Aws, stack: Reached) -> int:
    machine = stack.outputs["FullScanMachineArn"]
    return len(aws.states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"])


def _days(time: timedelta) -> str:
    days = time / timedelta(days=1)
    return f"{days:.0f} days" if days >= 1 else f"{time.total_seconds() / 60:.0f} minutes"

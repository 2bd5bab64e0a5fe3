"""The circuit breaker: neither function runs, and nothing is lost meanwhile; and the way back.

Events wait in their queue. Their mapping is off before the function is: messages that are received in vain would count
as tried, and end in the dead-letter queue.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.deployed.aws import Aws
from local.deployed.reached import Reached
from local.deployed.template import once
from local.operating.asked import Asked, OperatingError
from local.operating.concurrency import is_stopped, restore, stop
from local.operating.executions import Executions

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


@dataclass(frozen=True, slots=True)
class Found:
    """How a stack was found that is to run again: what was `off`, and how long events `lasted` untaken, if known."""

    off: list[str]
    lasted: timedelta | None

    def lost(self, kept: timedelta) -> bool | None:
        """Whether some events may be gone; None: not known, for an earlier one was cut off half way."""
        if self.lasted is None:
            return None if self.off else False
        return self.lasted + _BEFORE > kept


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

    def resume(self) -> Found:
        """As the stack was deployed; how it was before. Raises OperatingError."""
        found = Found(self.paused(), self._untaken())
        restore(self._aws, self._stack.outputs["OnCreatedFunction"], "")
        restore(
            self._aws, self._stack.outputs["FullScanFunction"], self._stack.parameters.get("FullScanConcurrency", "")
        )
        self._switch(on=True)
        for name, state in self._deployed().items():
            self._schedule(name, state)
        return found

    def _untaken(self) -> timedelta | None:
        """For how long events have not been taken."""
        off = [each["LastModified"] for each in self._mappings() if each["State"] in ("Disabled", "Disabling")]
        return datetime.now(UTC) - min(off) if off else None

    def _deployed(self) -> "dict[str, ScheduleStateType]":
        """In which state the stack's parameters have each of the schedules, by its output."""
        chosen, resources = self._stack.choice, once()["Resources"]
        return {name: chosen.value(resources[each]["Properties"]["State"]) for name, each in _SCHEDULES.items()}

    def kept(self) -> timedelta:
        """How long an event may wait."""
        return timedelta(seconds=int(self._attribute("MessageRetentionPeriod")))

    def paused(self) -> list[str]:
        """What is not as the stack's parameters have it, and `resume` makes so; for a person."""
        off = ["events are not taken"] if any(each["State"] != "Enabled" for each in self._mappings()) else []
        functions = {"OnCreatedFunction": "updates are stopped", "FullScanFunction": "full scans are stopped"}
        if self._stack.parameters.get("FullScanConcurrency") == "0":
            del functions["FullScanFunction"]
        off += [text for name, text in functions.items() if is_stopped(self._aws, self._stack.outputs[name])]
        return off + list(self._turned())

    def takes_events(self) -> bool:
        """Whether there is anything at all that takes them from their queue, be it off."""
        return bool(self._mappings())

    def _turned(self) -> Iterator[str]:
        for name, state in self._deployed().items():
            now = self._aws.scheduler.get_schedule(Name=self._stack.outputs[name])["State"]
            if now != state:
                yield f"schedule {_SCHEDULES[name]} is {now}, and deployed as {state}"

    def _switch(self, *, on: bool) -> None:
        """Have events taken, or not, and wait until it is so; when what is so already was changed stays known."""
        state, becoming = ("Enabled", "Enabling") if on else ("Disabled", "Disabling")
        for each in self._mappings():
            if each["State"] not in (state, becoming):
                self._aws.lambda_.update_event_source_mapping(UUID=each["UUID"], Enabled=on)
        self._wait_for(state)

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
    running = Executions(aws, stack).running()
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
        found = breaker.resume()
    lost, lasted = found.lost(breaker.kept()), found.lasted
    told = {"stack": stack.name, "state": "running", "paused_seconds": lasted and lasted.total_seconds()}
    asked.answer(told | {"events_lost": lost}, "\n".join(_resumed(asked, found, breaker.kept())))
    return 0


def _resumed(asked: Asked, found: Found, kept: timedelta) -> Iterable[str]:
    yield f"Stack {asked.name} runs again, as it was deployed; events that waited are taken now."
    if found.lost(kept) is False:
        return
    lasted = f"paused for {_days(found.lasted)}" if found.lasted else "half paused, and nobody knows for how long"
    yield (
        f"It was {lasted}, and the queue keeps events for {_days(kept)}: some may be gone. "
        f"Run `make scan{asked.typed}`: it finds what they told."
    )


def _days(time: timedelta) -> str:
    days = time / timedelta(days=1)
    return f"{days:.0f} days" if days >= 1 else f"{time.total_seconds() / 60:.0f} minutes"

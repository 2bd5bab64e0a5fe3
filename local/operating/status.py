"""How a deployed stack is: looked up, told to a person or a script."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from local.deployed.aws import Aws
from local.deployed.deployment import messages
from local.deployed.reached import Reached
from local.operating.asked import Asked
from local.operating.breaker import Breaker
from local.operating.bucket import of_stack
from local.operating.display import shown
from local.operating.drift import Drift
from local.operating.executions import Executions
from local.operating.health import Alarm, Health, Queues, Scans
from local.operating.manifests import manifests
from local.operating.record import on_record
from shared.domain.instant import stamped

_SHOWN = 20
_MOST = 10_000
_AT_ONCE = 100  # alarms that one request names
_LATELY = timedelta(minutes=15)


def status(asked: Asked) -> int:
    """What `make status` does. 1: something needs a person."""
    most = None if asked.env.get("ALL") == "1" else asked.number("MANIFESTS", _SHOWN, _MOST)
    aws, stack = asked.stack()
    with asked.waiting("looking …"):
        health = Looks(aws, stack).health(most)
    if asked.as_json:
        asked.answer(health.told(), "")
    else:
        shown(health)
    return 1 if health.wants() else 0


class Looks:
    """At one stack; read only."""

    def __init__(self, aws: Aws, stack: Reached) -> None:
        self._aws, self._stack = aws, stack

    def health(self, most: int | None) -> Health:
        """`most`: manifests that are to be shown; None: all. Raises what AWS answers."""
        seen = manifests(of_stack(self._aws, self._stack), most)
        paused = tuple(Breaker(self._aws, self._stack).paused())
        now = stamped(datetime.now(UTC)) or ""
        drifted = tuple(Drift(self._aws, self._stack).told())
        return Health(self._stack.name, now, self.queues(), paused, self.scans(), tuple(self.alarms()), seen, drifted)

    def queues(self) -> Queues:
        sqs, outputs = self._aws.sqs, self._stack.outputs
        waiting, working = messages(sqs, outputs["QueueUrl"])
        dead, _ = messages(sqs, outputs["DeadLetterQueueUrl"])
        failed, _ = messages(sqs, outputs["FailedScansQueueUrl"])
        return Queues(waiting, working, self._oldest(), dead, failed)

    def _oldest(self) -> float | None:
        """Only CloudWatch knows, some minutes late."""
        now = datetime.now(UTC)
        found = self._aws.cloudwatch.get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": self._stack.outputs["QueueUrl"].rsplit("/", 1)[-1]}],
            StartTime=now - _LATELY,
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        return max(found, key=lambda each: each["Timestamp"])["Maximum"] if found else None

    def scans(self) -> Scans:
        executions = Executions(self._aws, self._stack)
        return Scans(on_record(self._aws, self._stack), executions.running(), executions.failed())

    def alarms(self) -> Iterator[Alarm]:
        """Those of the stack that are in ALARM."""
        logical = self._alarm_names()
        names = list(logical)
        for start in range(0, len(names), _AT_ONCE):
            few = names[start : start + _AT_ONCE]
            found = self._aws.cloudwatch.describe_alarms(AlarmNames=few, StateValue="ALARM", MaxRecords=_AT_ONCE)
            for each in found["MetricAlarms"]:
                since = each.get("StateTransitionedTimestamp") or each.get("StateUpdatedTimestamp")
                told = stamped(since) if since else None
                yield Alarm(logical[each["AlarmName"]], told, each.get("AlarmDescription", ""))

    def _alarm_names(self) -> dict[str, str]:
        """Those in the template, by the names that CloudFormation gave them."""
        pages = self._aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self._stack.name)
        every = (each for page in pages for each in page["StackResourceSummaries"])
        return {
            each["PhysicalResourceId"]: each["LogicalResourceId"]
            for each in every
            if each["ResourceType"] == "AWS::CloudWatch::Alarm" and each.get("PhysicalResourceId")
        }

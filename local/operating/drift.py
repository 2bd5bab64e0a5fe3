"""What somebody has changed by hand on what a stack was deployed with, so that events or clicks come to nothing.

A deployment that changes nothing of it does not put it back: CloudFormation compares templates, not resources.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from local.deployed.aws import Aws
from local.deployed.reached import Reached
from local.operating.breaker import Breaker
from local.operating.concurrency import is_stopped

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import QueueConfigurationOutputTypeDef

_HOW = "docs/runbook.md#nothing-tells-or-takes-events"
_KINDS = ("s3:ObjectCreated:", "s3:ObjectRemoved:")


class Drift:
    """One stack's; read only."""

    def __init__(self, aws: Aws, stack: Reached) -> None:
        self._aws, self._stack = aws, stack

    def told(self) -> Iterator[str]:
        """A sentence each, with what to do."""
        if not Breaker(self._aws, self._stack).takes_events():
            yield f"Nothing takes events from the queue, its event source mapping is gone; put it back by hand: {_HOW}"
        yield from self._untold()
        if self._links_are_off():
            yield f"No link opens, by make links-off: make links-on STACK={self._stack.name}"

    def _links_are_off(self) -> bool:
        function = self._stack.outputs.get("OpenLinkFunction")
        deployed_so = self._stack.parameters.get("OpenConcurrency") == "0"
        return function is not None and not deployed_so and is_stopped(self._aws, function)

    def _untold(self) -> Iterator[str]:
        """Whom the bucket is to tell of its documents, and does not."""
        found: Mapping[str, Any] = self._aws.s3.get_bucket_notification_configuration(Bucket=self._stack.bucket)
        choice = self._stack.choice
        if choice.holds("Bridged") and "EventBridgeConfiguration" not in found:
            yield self._to_put_back("EventBridge")
        if choice.holds("TellsTheQueue") and not self._tells_the_queue(found.get("QueueConfigurations", [])):
            yield self._to_put_back("the queue")

    def _tells_the_queue(self, found: "list[QueueConfigurationOutputTypeDef]") -> bool:
        own = self._aws.sqs.get_queue_attributes(QueueUrl=self._stack.outputs["QueueUrl"], AttributeNames=["QueueArn"])
        arn = own["Attributes"]["QueueArn"]
        told = [event for each in found if each["QueueArn"] == arn for event in each["Events"]]
        return all(any(event.startswith(kind) for event in told) for kind in _KINDS)

    def _to_put_back(self, whom: str) -> str:
        return (
            f"Bucket {self._stack.bucket} does not tell {whom} of its documents: events are lost; put its "
            f"notifications back by hand: {_HOW}; then make scan STACK={self._stack.name}"
        )

"""When a message that failed is tried again.

SQS hides what was taken for the queue's visibility time-out, which is six minutes and more here, for it must outlast a
function that still works on it (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). Most of what
fails has passed sooner. So a message waits as long as its failures so far suggest: 15 s, 30 s, 60 s and so on.
"""

import re
from dataclasses import dataclass

FIRST = 15  # seconds
MOST = 365  # seconds; the queue's own visibility time-out
_DOUBLINGS = 5  # enough to reach MOST

_ARN = re.compile(r"arn:[a-z-]+:sqs:([a-z0-9-]+):([0-9]+):([A-Za-z0-9_.-]+)")
_COUNT = re.compile(r"[0-9]{1,9}")


def wait_after(receives: int) -> int:
    """Seconds until a message is tried again that has been received so often, 1 or more, and failed each time."""
    return min(MOST, FIRST << min(receives - 1, _DOUBLINGS))


@dataclass(frozen=True, slots=True)
class Queue:
    """Which queue a message came from."""

    region: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What it takes to tell SQS about a message that was received for the `receives`th time."""

    queue: Queue
    handle: str
    receives: int

    @classmethod
    def of(cls, record: object) -> "Receipt | None":
        """From a record of an SQS batch; None where it lacks something, so that its queue's own time-out counts."""
        fields = record if isinstance(record, dict) else {}
        attributes = fields.get("attributes")
        told = attributes.get("ApproximateReceiveCount") if isinstance(attributes, dict) else None
        arn, handle = fields.get("eventSourceARN"), fields.get("receiptHandle")
        if not (isinstance(told, str) and isinstance(arn, str) and isinstance(handle, str) and handle):
            return None
        queue, receives = _ARN.fullmatch(arn), _COUNT.fullmatch(told)
        if not (queue and receives):
            return None
        return cls(Queue(*queue.groups()), handle, max(1, int(receives[0])))

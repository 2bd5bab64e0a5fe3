"""Dead-lettered events, sent back to the queue they came from.

By SQS itself where it can (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html);
else each is received, sent and only then deleted: killed in between, it is there twice, and events may be.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local.deployed.deployment import messages
from local.deployed.reached import Reached
from local.operating.asked import Asked, OperatingError

if TYPE_CHECKING:
    from typing import TypeGuard

    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import ListMessageMoveTasksResultEntryTypeDef as Task
    from types_boto3_sqs.type_defs import MessageTypeDef

_BATCH = 10
_HIDDEN = 60  # seconds in which nobody else receives what is being moved
_EACH = 2.0
_LOOKS = 5  # for a task that another redrive has begun: what is listed may be some moments old
_UNKNOWN = ("InvalidAction", "UnknownOperationException", "NotImplemented")
_RUNS_ALREADY = "UnsupportedOperation"  # with a prefix of the service's, or without

Tell = Callable[[int, int], None]
"""Of how many that are to be moved so many are."""


class Redrive:
    """One stack's."""

    def __init__(self, sqs: "SQSClient", stack: Reached, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sqs, self._sleep = sqs, sleep
        self._queue, self._dead = stack.outputs["QueueUrl"], stack.outputs["DeadLetterQueueUrl"]

    def run(self, tell: Tell) -> int:
        """Move what is there now; how many that were. Raises OperatingError, and what SQS answers."""
        there, _ = messages(self._sqs, self._dead)
        try:
            return self._by_task(there, tell)
        except ClientError as error:
            if error.response["Error"].get("Code") not in _UNKNOWN:
                raise
        return self._by_hand(there, tell)

    def _by_task(self, there: int, tell: Tell) -> int:
        """One that runs already is followed: SQS allows no second."""
        arn = self._arn(self._dead)
        earlier = self._latest(arn)
        if not _runs(earlier):
            if not there:
                return 0
            self._start(arn, earlier)
        while not (task := self._latest(arn)) or _runs(task) or (not _runs(earlier) and task == earlier):
            if _runs(task):
                tell(_moved(task), task.get("ApproximateNumberOfMessagesToMove") or there)
            self._sleep(_EACH)
        if task.get("Status") != "COMPLETED":
            raise OperatingError(
                f"SQS has moved {_moved(task)} events, and then the task is {task.get('Status')}: "
                f"{task.get('FailureReason', 'no reason is told')}. The others are where they were: mend that, and run "
                "this again for them."
            )
        return _moved(task)

    def _start(self, arn: str, earlier: "Task | None") -> None:
        """A task to this queue by its name: what EventBridge dead-lettered itself came from no queue to go back to."""
        try:
            self._sqs.start_message_move_task(SourceArn=arn, DestinationArn=self._arn(self._queue))
        except ClientError as error:
            if not error.response["Error"].get("Code", "").endswith(_RUNS_ALREADY) or not self._begun(arn, earlier):
                raise

    def _begun(self, arn: str, earlier: "Task | None") -> bool:
        """Whether another redrive was quicker."""
        for _ in range(_LOOKS):
            if self._latest(arn) not in (None, earlier):
                return True
            self._sleep(_EACH)
        return False

    def _arn(self, queue: str) -> str:
        return self._sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def _latest(self, arn: str) -> "Task | None":
        return next(iter(self._sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1).get("Results", [])), None)

    def _by_hand(self, there: int, tell: Tell) -> int:
        """No more than there were: what fails again comes back, and is left where it is."""
        sent: set[str] = set()
        while (left := there - len(sent)) > 0 and (batch := self._received(left)):
            fresh = [each for each in batch if each["MessageId"] not in sent]
            if not fresh:
                break
            sent.update(self._moved(fresh))
            tell(len(sent), there)
        return len(sent)

    def _received(self, most: int) -> "list[MessageTypeDef]":
        return self._sqs.receive_message(
            QueueUrl=self._dead,
            MaxNumberOfMessages=min(most, _BATCH),
            VisibilityTimeout=_HIDDEN,
            WaitTimeSeconds=1,
        ).get("Messages", [])

    def _moved(self, batch: "list[MessageTypeDef]") -> list[str]:
        """The ids under which they are in the queue now. What could not be sent stays; it is seen again in a minute."""
        bodies = [{"Id": str(number), "MessageBody": each["Body"]} for number, each in enumerate(batch)]
        answer = self._sqs.send_message_batch(QueueUrl=self._queue, Entries=bodies)  # type: ignore[arg-type]
        if refused := answer.get("Failed"):
            raise OperatingError(f"SQS does not take what it had: {refused[0].get('Message')}. Run this again.")
        self._sqs.delete_message_batch(
            QueueUrl=self._dead,
            Entries=[{"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]} for number, each in enumerate(batch)],
        )
        return [each["MessageId"] for each in answer["Successful"]]


def _runs(task: "Task | None") -> "TypeGuard[Task]":
    return task is not None and task.get("Status") in ("RUNNING", "CANCELLING")


def _moved(task: "Task") -> int:
    return int(task.get("ApproximateNumberOfMessagesMoved", 0))


def redrive(asked: Asked) -> int:
    """What `make redrive` does."""
    aws, stack = asked.stack()
    with asked.waiting("dead-lettered events go back …") as say:
        moved = Redrive(aws.sqs, stack).run(lambda done, of: say(f"{done} of {of} events are back …"))
    failed, _ = messages(aws.sqs, stack.outputs["FailedScansQueueUrl"])
    asked.answer({"moved": moved, "failed_scans": failed}, "\n".join(_told(asked, moved, failed)))
    return 0


def _told(asked: Asked, moved: int, failed: int) -> list[str]:
    status = f"`make status{asked.typed}` tells in half an hour whether they fail again."
    events = f"{moved} dead-lettered events are back in the queue; {status}" if moved else "No event is dead-lettered."
    scans = f"{failed} messages tell of failed scans; they are no events: `make scan{asked.typed}` does what is left."
    return [events, *([scans] if failed else [])]

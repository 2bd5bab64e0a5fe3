"""Have SQS deliver messages that failed again as soon as their failures so far suggest (shared/domain/retry.py).

Nothing depends on it: where a call fails, or there is no time for it, the queue's own visibility time-out counts.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.events import Notice
from shared.domain.retry import Queue, Receipt, wait_after
from shared.store.failures import code_of
from shared.telemetry import logger

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import ChangeMessageVisibilityBatchRequestEntryTypeDef

_MOST = 10  # messages a call takes
_TO_ANSWER = 0.5  # seconds of the invocation that are left alone
_IMPATIENT = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})


def queue_client(session: boto3.Session, region: str) -> "SQSClient":
    """A client for the queues of a region."""
    return session.client("sqs", region_name=region, config=_IMPATIENT)


class Retries:
    """Postpones messages. `client` makes one for a region, when the first message fails: a cold start never pays."""

    def __init__(self, client: Callable[[str], "SQSClient"]) -> None:
        self._make = client
        self._clients: dict[str, SQSClient] = {}

    def postpone(self, failed: Iterable[Notice], deadline: Deadline) -> None:
        """Hide each for as long as it is to wait. Raises nothing, and ends half a second before the invocation."""
        queues: dict[Queue, list[Receipt]] = {}
        for receipt in (notice.receipt for notice in failed if notice.receipt):
            queues.setdefault(receipt.queue, []).append(receipt)
        if not queues:
            return
        pool = ThreadPoolExecutor(1, "postpone")
        running = pool.submit(self._postpone_all, queues, deadline)
        wait([running], timeout=_left(deadline))
        pool.shutdown(wait=False)  # what hangs may end when it likes: the queue's own time-out counts until then
        if not (running.done() and running.result()):
            _tell(next(iter(queues)), "OutOfTimeError")

    def _postpone_all(self, queues: dict[Queue, list[Receipt]], deadline: Deadline) -> bool:
        """Whether there was time for all."""
        for queue, receipts in queues.items():
            for first in range(0, len(receipts), _MOST):
                if not _left(deadline):
                    return False
                self._try(queue, receipts[first : first + _MOST])
        return True

    def _try(self, queue: Queue, receipts: list[Receipt]) -> None:
        try:
            self._ask(queue, receipts)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the batch's answer matters more
            _tell(queue, f"{type(error).__name__} {code_of(error)}".strip())

    def _ask(self, queue: Queue, receipts: list[Receipt]) -> None:
        client = self._client(queue.region)
        answer = client.change_message_visibility_batch(
            # Its address, and not one asked for, which would take a right more and a request.
            QueueUrl=f"{client.meta.endpoint_url}/{queue.account}/{queue.name}",
            Entries=[_entry(number, receipt) for number, receipt in enumerate(receipts)],
        )
        if refused := answer.get("Failed"):
            _tell(queue, f"{len(refused)} refused: {refused[0]['Code']}")

    def _client(self, region: str) -> "SQSClient":
        if region not in self._clients:
            self._clients[region] = self._make(region)
        return self._clients[region]


def _entry(number: int, receipt: Receipt) -> "ChangeMessageVisibilityBatchRequestEntryTypeDef":
    seconds = wait_after(receipt.receives)
    return {"Id": str(number), "ReceiptHandle": receipt.handle, "VisibilityTimeout": seconds}


def _left(deadline: Deadline) -> float:
    """Seconds that may still be spent on this, the reserve included."""
    return max(0.0, deadline.left() + RESERVE - _TO_ANSWER)


def _tell(queue: Queue, error: str) -> None:
    logger.warning("failed messages keep the queue's own visibility time-out", queue=queue.name, error=error)

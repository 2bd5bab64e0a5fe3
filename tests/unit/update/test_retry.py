"""Messages that failed are hidden for as long as their failures suggest, and nothing ever fails by that."""

import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, UnknownServiceError

from shared.domain.deadline import Deadline
from shared.domain.events import Notice
from shared.domain.retry import Queue, Receipt
from shared.update.retry import Retries, queue_client
from tests.conftest import Log

UPLOADS = Queue("eu-west-1", "111122223333", "uploads")
URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/uploads"


class FakeQueue:
    """SQS as boto3's client for a region shows it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.regions: list[str] = []
        self.failure: Exception | None = None
        self.failed: list[dict[str, Any]] = []
        self.release = threading.Event()
        self.release.set()
        self.meta = self
        self.endpoint_url = "https://sqs.eu-west-1.amazonaws.com"

    def in_region(self, region: str) -> Any:
        self.regions.append(region)
        return self

    def change_message_visibility_batch(self, **request: Any) -> dict[str, Any]:
        self.release.wait(20)
        self.asked.append(request)
        if self.failure:
            raise self.failure
        return {"Successful": [], "Failed": self.failed}


@pytest.fixture
def queue() -> Iterator[FakeQueue]:
    fake = FakeQueue()
    yield fake
    fake.release.set()


def notice(number: int, receives: int = 1, queue: Queue = UPLOADS) -> Notice:
    return Notice(f"message-{number}", (), receipt=Receipt(queue, f"handle-{number}", receives))


def in_time(seconds: float = 60.0) -> Deadline:
    return Deadline(lambda: seconds)


def test_a_message_is_hidden_by_how_often_it_was_received(queue: FakeQueue) -> None:
    Retries(queue.in_region).postpone([notice(1), notice(2, receives=3), notice(3, receives=9)], in_time())
    assert queue.asked == [
        {
            "QueueUrl": URL,
            "Entries": [
                {"Id": "0", "ReceiptHandle": "handle-1", "VisibilityTimeout": 15},
                {"Id": "1", "ReceiptHandle": "handle-2", "VisibilityTimeout": 60},
                {"Id": "2", "ReceiptHandle": "handle-3", "VisibilityTimeout": 365},
            ],
        }
    ]


def test_a_call_names_ten_messages_of_one_queue_at_most(queue: FakeQueue) -> None:
    other = Queue("eu-west-1", "111122223333", "others")
    Retries(queue.in_region).postpone([*map(notice, range(23)), notice(99, queue=other)], in_time())
    assert [(request["QueueUrl"].rpartition("/")[2], len(request["Entries"])) for request in queue.asked] == [
        ("uploads", 10),
        ("uploads", 10),
        ("uploads", 3),
        ("others", 1),
    ]


def test_no_client_is_made_before_a_message_fails_and_then_one_for_all(queue: FakeQueue) -> None:
    retries = Retries(queue.in_region)
    retries.postpone([], in_time())
    retries.postpone([Notice("message-1", ())], in_time())
    assert queue.regions == []
    for _ in range(2):
        retries.postpone([notice(1)], in_time())
    assert queue.regions == ["eu-west-1"]


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "secret"}}, "Any"), "ClientError AccessDenied"),
        (UnknownServiceError(service_name="sqs", known_service_names=""), "UnknownServiceError"),
        (RuntimeError("secret"), "RuntimeError"),
    ],
)
def test_a_call_that_fails_is_logged_and_fails_nothing(
    queue: FakeQueue, log: Log, failure: Exception, told: str
) -> None:
    queue.failure = failure
    Retries(queue.in_region).postpone([notice(1)], in_time())
    (line,) = log()
    assert (line["level"], line["queue"], line["error"]) == ("WARNING", "uploads", told)
    assert "secret" not in str(line)


def test_a_client_that_cannot_be_made_is_logged_and_fails_nothing(log: Log) -> None:
    def broken(_: str) -> Any:
        raise UnknownServiceError(service_name="sqs", known_service_names="s3")

    Retries(broken).postpone([notice(1)], in_time())
    assert [line["error"] for line in log()] == ["UnknownServiceError"]


def test_messages_that_sqs_did_not_hide_are_logged(queue: FakeQueue, log: Log) -> None:
    queue.failed = [{"Id": "1", "Code": "ReceiptHandleIsInvalid", "SenderFault": True}]
    Retries(queue.in_region).postpone([notice(1), notice(2)], in_time())
    assert [line["error"] for line in log()] == ["1 refused: ReceiptHandleIsInvalid"]


def test_a_call_that_hangs_is_not_waited_for_beyond_the_deadline(queue: FakeQueue, log: Log) -> None:
    queue.release.clear()
    Retries(queue.in_region).postpone([notice(1)], in_time(0.6))  # a tenth of a second more than it takes to answer
    assert [line["error"] for line in log()] == ["OutOfTimeError"]


def test_without_time_nothing_is_asked(queue: FakeQueue, log: Log) -> None:
    Retries(queue.in_region).postpone([notice(1)], in_time(0.3))
    assert queue.asked == []
    assert [line["error"] for line in log()] == ["OutOfTimeError"]


def test_the_queues_address_is_that_of_its_region_also_where_an_emulator_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"):
        monkeypatch.delenv(name, raising=False)
    assert queue_client(boto3.Session(), "cn-north-1").meta.endpoint_url == "https://sqs.cn-north-1.amazonaws.com.cn"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:4566")
    assert queue_client(boto3.Session(), "eu-west-1").meta.endpoint_url == "http://127.0.0.1:4566"

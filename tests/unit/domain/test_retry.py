"""When a message that failed comes again, and what its record must tell for that."""

from typing import Any

import pytest

from shared.domain.events import parse
from shared.domain.retry import Queue, Receipt, wait_after
from tests.event_shapes import sqs_event

HALF_AN_HOUR = 1800


def waits(tries: int) -> list[int]:
    return [wait_after(receives) for receives in range(1, tries + 1)]


def record(**changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = sqs_event("{}")["Records"][0]
    return found | changed


def test_each_wait_is_twice_the_one_before_and_none_is_longer_than_the_queues_own() -> None:
    assert waits(10) == [15, 30, 60, 120, 240, 365, 365, 365, 365, 365]
    assert wait_after(1_000_000) == 365


def test_ten_tries_outlast_half_an_hour_and_nine_do_not() -> None:
    assert sum(waits(10)[:-1]) == 1925 > HALF_AN_HOUR  # from the first try to the tenth
    assert sum(waits(9)[:-1]) == 1560 < HALF_AN_HOUR


def test_a_record_tells_its_queue_its_handle_and_how_often_it_was_received() -> None:
    queue = Queue("eu-west-1", "111122223333", "uploads")
    assert Receipt.of(record(attributes={"ApproximateReceiveCount": "3"})) == Receipt(
        queue, "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", 3
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"attributes": {}},
        {"attributes": None},
        {"attributes": {"ApproximateReceiveCount": 3}},
        {"attributes": {"ApproximateReceiveCount": "-1"}},
        {"attributes": {"ApproximateReceiveCount": "9" * 5000}},
        {"receiptHandle": ""},
        {"receiptHandle": None},
        {"eventSourceARN": None},
        {"eventSourceARN": "arn:aws:sns:eu-west-1:111122223333:uploads"},
        {"eventSourceARN": "arn:aws:sqs:evil.example/x:111122223333:uploads"},
    ],
)
def test_a_record_that_lacks_something_has_no_receipt(changed: dict[str, Any]) -> None:
    assert Receipt.of(record(**changed)) is None


@pytest.mark.parametrize("never", [None, "text", []])
def test_what_is_no_record_has_no_receipt(never: object) -> None:
    assert Receipt.of(never) is None


def test_a_message_carries_its_receipt_also_where_it_cannot_be_understood() -> None:
    batch = parse(sqs_event({"Event": "s3:TestEvent"}, "no JSON"))
    assert [notice.receipt for notice in batch.notices] == [Receipt.of(record()), Receipt.of(record())]

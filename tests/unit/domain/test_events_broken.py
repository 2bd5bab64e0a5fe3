"""Documented events, broken in every way: what is said, and what is done with the rest."""

import json
from typing import Any

import pytest

from shared.domain.errors import EventError
from shared.domain.events import Change, Notice, parse
from tests.event_shapes import REPORT, eventbridge_event, s3_event, s3_record, sns_envelope, sns_event, sqs_event


def only(event: object) -> Notice:
    (notice,) = parse(event).notices
    return notice


def error_of(event: object) -> str:
    """What is said of an event that cannot be understood, raised or noted."""
    try:
        error = only(event).error
    except EventError as raised:
        error = raised
    assert error is not None
    return str(error)


@pytest.mark.parametrize("sent", ["100%.pdf", "%", "%2", "%ZZ.pdf", "%é0", "caf%E9.pdf", "%ED%A0%80.pdf", "%C0%AF"])
def test_a_key_that_cannot_be_decoded_is_named_as_it_was_sent(sent: str) -> None:
    assert repr(sent) in error_of(s3_event(s3_record(sent)))


@pytest.mark.parametrize("event", [s3_event(s3_record("\ud800.pdf")), eventbridge_event("\udfff.pdf")])
def test_half_a_surrogate_pair_is_no_key(event: dict[str, Any]) -> None:
    assert "is not Unicode" in error_of(event)
    assert "is not Unicode" in error_of(sqs_event(event))
    error_of(event).encode()


def without(document: dict[str, Any], *path: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(document))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return copy


def replaced(document: dict[str, Any], value: object, *path: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(document))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return copy


S3_PATHS = [
    ("eventName",),
    ("s3",),
    ("s3", "bucket"),
    ("s3", "bucket", "name"),
    ("s3", "object"),
    ("s3", "object", "key"),
]


@pytest.mark.parametrize("path", S3_PATHS, ids=".".join)
def test_an_s3_record_that_lacks_a_part_is_named_with_that_part(path: tuple[str, ...]) -> None:
    error = error_of(s3_event(s3_record(), without(s3_record(), *path)))
    assert error.startswith(f"record 2 of the event: {'.'.join(path)}")


@pytest.mark.parametrize("value", [None, "", 0, 1.5, True, [], {}, ["a"]])
@pytest.mark.parametrize("path", S3_PATHS, ids=".".join)
def test_an_s3_record_with_a_part_of_another_kind_is_an_error(path: tuple[str, ...], value: object) -> None:
    notice = only(s3_event(s3_record(), replaced(s3_record(), value, *path)))
    assert notice.changes == (REPORT,)
    assert "record 2 of the event" in str(notice.error)


@pytest.mark.parametrize("value", [None, "", 0, [], {}])
@pytest.mark.parametrize("path", [("detail",), ("detail", "bucket", "name"), ("detail", "object", "key")], ids=".".join)
def test_an_eventbridge_event_with_a_part_of_another_kind_is_an_error(path: tuple[str, ...], value: object) -> None:
    with pytest.raises(EventError, match=r"the event: detail\."):
        parse(replaced(eventbridge_event(), value, *path))


@pytest.mark.parametrize("bucket", ["a/b", "..", "a", "reports?x", "arn:aws:s3:::b", "-a-", "b" * 256, "bücher"])
def test_a_bucket_s3_cannot_have_is_an_error(bucket: str) -> None:
    assert "s3.bucket.name is no bucket's name" in error_of(s3_event(s3_record(bucket=bucket)))


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        [],
        "text",
        b"{}",
        7,
        [s3_record()],
        {"hello": "world"},
        {"Event": "s3:OtherEvent"},
        {"EventName": "s3:ObjectCreated:Put", "Key": "reports/a.pdf"},
        {"Records": None},
        {"Records": {}},
        {"Records": "text"},
        {"Records": [None]},
        {"Records": [[]]},
        {"Records": [{}]},
        {"Records": [{"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": {}}]},
        {"Records": [{"kinesis": {}}]},
        {"Records": [{"Sns": {}}]},
        {"Records": [{"Sns": {"Message": "hello"}}]},
        {"Records": [{"Sns": {"Message": "{}"}}]},
        {"Records": [{"Sns": None}]},
        {"Type": "Notification"},
        {"Type": "SubscriptionConfirmation", "TopicArn": "arn:aws:sns:::t", "Message": "You have chosen"},
        {"detail-type": "Object Created"},
        eventbridge_event(source="aws.ec2"),
        eventbridge_event(source="my.app"),
        eventbridge_event(kind="AWS API Call via CloudTrail"),
        without(eventbridge_event(), "source"),
        eventbridge_event() | {"detail-type": None},
    ],
    ids=lambda event: json.dumps(event, default=str)[:60],
)
def test_an_event_of_no_known_shape_is_an_error_wherever_it_is(event: object) -> None:
    assert error_of(event)
    if not isinstance(event, bytes):
        assert only(sqs_event(json.dumps(event))).error is not None
        assert only(sqs_event(sns_envelope(event))).error is not None


@pytest.mark.parametrize("event", [{}, None, [], "text", {"hello": "world"}, {"Records": None}])
def test_an_event_nothing_can_be_made_of_is_raised(event: object) -> None:
    with pytest.raises(EventError, match=r"^the event"):
        parse(event)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "{",
        '"text"',
        "\ufeff{}",
        "[" * 100_000,
        '{"Records":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "9" * 5_000,
        f'{{"Records": {"9" * 5_000}}}',
        "NaN",
        "\ud800",
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_a_message_that_cannot_be_understood_fails_alone(body: str) -> None:
    good = s3_event(s3_record())
    first, bad, last = parse(sqs_event(good, body, good)).notices
    assert (first, last) == (Notice("message-1", (REPORT,)), Notice("message-3", (REPORT,)))
    assert (bad.message_id, bad.changes) == ("message-2", ())
    assert str(bad.error).startswith("message message-2")


@pytest.mark.parametrize("value", [None, 7, {}, [], s3_event(s3_record())])
def test_a_message_whose_body_is_no_text_fails_alone(value: object) -> None:
    event = sqs_event(s3_event(s3_record()), "{}")
    event["Records"][1]["body"] = value
    good, bad = parse(event).notices
    assert good.error is None
    assert "message message-2: body must be a text" in str(bad.error)


def test_a_message_without_a_body_fails_alone() -> None:
    event = sqs_event("{}")
    del event["Records"][0]["body"]
    assert parse(event).from_queue
    assert "message message-1: body must be a text" in error_of(event)


@pytest.mark.parametrize("value", [None, "", 7, [], "\ud800"])
def test_a_message_without_an_id_fails_the_whole_event(value: object) -> None:
    event = sqs_event(s3_event(s3_record()), s3_event(s3_record()))
    event["Records"][1]["messageId"] = value
    with pytest.raises(EventError, match="record 2 of the event: messageId"):
        parse(event)


@pytest.mark.parametrize("stranger", [s3_record(), None, "text", []])
def test_a_record_among_messages_that_is_none_fails_the_whole_event(stranger: object) -> None:
    event = sqs_event(s3_event(s3_record()))
    event["Records"].append(stranger)
    with pytest.raises(EventError, match="record 2 of the event: messageId"):
        parse(event)


def test_a_bad_record_does_not_spoil_its_neighbours() -> None:
    body = s3_event(s3_record("a.pdf"), s3_record("%"), s3_record("b.pdf"), {}, s3_record(name="ObjectTagging:Put"))
    notice = only(sqs_event(body))
    assert notice.changes == (Change("reports", "a.pdf"), Change("reports", "b.pdf"))
    assert notice.ignored == 1
    assert str(notice.error).startswith("record 2 of message message-1: the key '%' ")
    assert str(notice.error).endswith("1 more could not be understood either.")


def test_a_bad_topic_message_does_not_spoil_its_neighbours() -> None:
    notice = only(sns_event({}, s3_event(s3_record())))
    assert notice.changes == (REPORT,)
    assert str(notice.error).startswith("record 1 of the event is no event of ")


def test_envelopes_in_envelopes_are_opened_up_to_a_limit() -> None:
    event = s3_event(s3_record())
    for _ in range(4):
        event = sns_envelope(event)
    assert only(event).changes == (REPORT,)
    assert "more than 4 envelopes" in error_of(sns_envelope(event))


def test_a_queue_s_event_inside_a_message_is_an_error() -> None:
    assert "record 1 of message message-1 is no record" in error_of(sqs_event(sqs_event(s3_event(s3_record()))))


@pytest.mark.parametrize(
    "event",
    [
        {"x" * 10_000: 1},
        {"Records": "x" * 10_000},
        s3_event(s3_record("%" + "x" * 10_000)),
        eventbridge_event(source="x" * 10_000),
        sqs_event("x" * 10_000),
        {"Records": [{"messageId": "x" * 10_000, "body": ""}]},
    ],
)
def test_an_error_quotes_little_of_the_input(event: object) -> None:
    assert len(error_of(event)) < 500


def test_an_error_never_shows_a_link_s_signature() -> None:
    link = (
        "http://h/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20260402%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20260402T081150Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bb"
    )
    for event in (link, {link: 1}, s3_event(s3_record("%" + link)), sqs_event(link), eventbridge_event(source=link)):
        assert "aeeed9bb" not in error_of(event)

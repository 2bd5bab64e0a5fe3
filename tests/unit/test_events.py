"""Every envelope AWS and MinIO document, as documented, and then broken in every way."""

import json
from typing import Any

import pytest

from shared.errors import EventError
from shared.events import Batch, Change, Notice, parse

REPORT = Change("reports", "2026/04/acme/q1.pdf")


def s3_record(key: str = REPORT.key, name: str = "ObjectCreated:Put", bucket: str = REPORT.bucket) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html."""
    return {
        "eventVersion": "2.3",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-04-02T08:11:43.000Z",
        "eventName": name,
        "userIdentity": {"principalId": "AWS:AROAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "192.0.2.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "pdf",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": key, "size": 48213, "eTag": "9b2c", "sequencer": "0055AED6DCD90281E5"},
        },
    }


def s3_event(*records: object) -> dict[str, Any]:
    return {"Records": list(records)}


def minio_event(key: str = REPORT.key, name: str = "s3:ObjectCreated:Put") -> dict[str, Any]:
    """What MinIO's webhook target posts."""
    record = s3_record(key, name) | {"eventSource": "minio:s3", "awsRegion": ""}
    return {"EventName": name, "Key": f"reports/{key}", "Records": [record]}


def eventbridge_event(key: str = REPORT.key, kind: str = "Object Created", source: str = "aws.s3") -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": kind,
        "source": source,
        "account": "111122223333",
        "time": "2026-04-02T08:11:43Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:s3:::reports"],
        "detail": {
            "version": "0",
            "bucket": {"name": "reports"},
            "object": {"key": key, "size": 48213, "etag": "9b2c", "sequencer": "0055AED6DCD90281E5"},
            "reason": "PutObject",
        },
    }


def sns_envelope(document: object) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html."""
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:uploads",
        "Subject": "Amazon S3 Notification",
        "Message": json.dumps(document),
        "Timestamp": "2026-04-02T08:11:44.000Z",
        "SignatureVersion": "1",
    }


def sns_event(*documents: object) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html."""
    return {
        "Records": [
            {"EventVersion": "1.0", "EventSource": "aws:sns", "Sns": sns_envelope(document)} for document in documents
        ]
    }


def sqs_event(*bodies: object) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html; a body that is no text is sent as JSON."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:uploads",
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies, 1)
        ]
    }


TEST_EVENT = {
    "Service": "Amazon S3",
    "Event": "s3:TestEvent",
    "Time": "2026-04-02T08:11:43.000Z",
    "Bucket": "reports",
    "RequestId": "5582815E1AEA5ADF",
    "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
}


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


DIRECT = {
    "S3": s3_event(s3_record()),
    "MinIO": minio_event(),
    "SNS": sns_event(s3_event(s3_record())),
    "SNS of EventBridge": sns_event(eventbridge_event()),
    "EventBridge": eventbridge_event(),
}
QUEUED = {
    "S3": s3_event(s3_record()),
    "MinIO": minio_event(),
    "SNS of S3": sns_envelope(s3_event(s3_record())),
    "SNS of EventBridge": sns_envelope(eventbridge_event()),
    "EventBridge": eventbridge_event(),
}


@pytest.mark.parametrize("event", DIRECT.values(), ids=DIRECT)
def test_an_event_invoked_directly_is_one_notice(event: object) -> None:
    assert parse(event) == Batch((Notice(None, (REPORT,)),), from_queue=False)


@pytest.mark.parametrize("body", QUEUED.values(), ids=QUEUED)
def test_a_queue_s_message_is_a_notice_with_its_id(body: object) -> None:
    assert parse(sqs_event(body)) == Batch((Notice("message-1", (REPORT,)),), from_queue=True)


def test_all_records_of_all_messages_are_used() -> None:
    first = s3_event(s3_record("a.pdf"), s3_record("b.pdf"))
    second = sns_envelope(s3_event(s3_record("c.pdf"), s3_record("a.pdf")))
    keys = [[change.key for change in notice.changes] for notice in parse(sqs_event(first, second)).notices]
    assert keys == [["a.pdf", "b.pdf"], ["c.pdf", "a.pdf"]]


def test_all_records_of_an_sns_event_are_used() -> None:
    event = sns_event(s3_event(s3_record("a.pdf"), s3_record("b.pdf")), eventbridge_event("c.pdf"))
    assert [change.key for change in only(event).changes] == ["a.pdf", "b.pdf", "c.pdf"]


@pytest.mark.parametrize("prefix", ["", "s3:"])
@pytest.mark.parametrize(
    "name",
    [
        "ObjectCreated:Put",
        "ObjectCreated:Post",
        "ObjectCreated:Copy",
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "LifecycleExpiration:Delete",
        "LifecycleExpiration:DeleteMarkerCreated",
        "ObjectRestore:Completed",
    ],
)
def test_names_that_change_which_objects_there_are_are_looked_at(prefix: str, name: str) -> None:
    assert only(s3_event(s3_record(name=prefix + name))) == Notice(None, (REPORT,))


@pytest.mark.parametrize(
    "name",
    [
        "ObjectRestore:Post",
        "ObjectRestore:Delete",
        "ObjectTagging:Put",
        "ObjectAcl:Put",
        "ReducedRedundancyLostObject",
        "Replication:OperationFailedReplication",
        "s3:ObjectAccessed:Get",
        "s3:BucketCreated:*",
    ],
)
def test_other_names_are_ignored_and_counted(name: str) -> None:
    event = s3_event(s3_record(name=name), s3_record(), s3_record(name=name))
    assert only(event) == Notice(None, (REPORT,), ignored=2)


@pytest.mark.parametrize("kind", ["Object Created", "Object Deleted", "Object Restore Completed"])
def test_eventbridge_kinds_that_change_which_objects_there_are_are_looked_at(kind: str) -> None:
    assert only(eventbridge_event(kind=kind)) == Notice(None, (REPORT,))


@pytest.mark.parametrize("kind", ["Object Tags Added", "Object Restore Expired", "Object Storage Class Changed"])
def test_other_eventbridge_kinds_are_ignored_and_counted(kind: str) -> None:
    assert only(eventbridge_event(kind=kind)) == Notice(None, (), ignored=1)


@pytest.mark.parametrize("nothing", [TEST_EVENT, {"Records": []}], ids=["test event", "no records"])
def test_what_asks_for_nothing_is_acknowledged_at_any_depth(nothing: object) -> None:
    for event in (nothing, sns_event(nothing), sns_envelope(nothing)):
        assert parse(event) == Batch((Notice(None, ()),), from_queue=False)
    for body in (nothing, sns_envelope(nothing)):
        assert parse(sqs_event(body)) == Batch((Notice("message-1", ()),), from_queue=True)


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("my+file.pdf", "my file.pdf"),
        ("my%20file.pdf", "my file.pdf"),
        ("a%2Bb.pdf", "a+b.pdf"),
        ("100%25.pdf", "100%.pdf"),
        ("in%2Fmy+file.pdf", "in/my file.pdf"),
        ("caf%C3%A9.pdf", "café.pdf"),
        ("caf%c3%a9.pdf", "café.pdf"),
        ("cafe%CC%81.pdf", "cafe\u0301.pdf"),
        ("café.pdf", "café.pdf"),
        ("%F0%9F%A7%BE.pdf", "🧾.pdf"),
        ("a%0Ab%00.pdf", "a\nb\x00.pdf"),
        ("a%2520b.pdf", "a%20b.pdf"),
        ("..%2F.%2F%2F.pdf", ".././/.pdf"),
    ],
)
def test_keys_of_s3_records_are_decoded_once(sent: str, key: str) -> None:
    assert only(s3_event(s3_record(sent))).changes == (Change("reports", key),)


@pytest.mark.parametrize("key", ["my+file.pdf", "a%20b.pdf", "100%.pdf", "%ZZ.pdf", "caf%E9.pdf"])
def test_keys_of_eventbridge_events_are_taken_as_they_are(key: str) -> None:
    assert only(eventbridge_event(key)).changes == (Change("reports", key),)


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
    event = sqs_event(s3_event(s3_record()), "{}")
    del event["Records"][1]["body"]
    assert [notice.error is None for notice in parse(event).notices] == [True, False]


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

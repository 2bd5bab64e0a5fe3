"""Every envelope AWS and MinIO document is understood."""

import pytest

from shared.domain.events import Batch, Change, Notice, parse
from tests.event_shapes import (
    REPORT,
    TEST_EVENT,
    eventbridge_event,
    minio_event,
    s3_event,
    s3_record,
    sns_envelope,
    sns_event,
    sqs_event,
)


def only(event: object) -> Notice:
    (notice,) = parse(event).notices
    return notice


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


@pytest.mark.parametrize("mark", ["eventSource", "attributes"])
def test_a_message_is_known_by_its_body(mark: str) -> None:
    event = sqs_event(s3_event(s3_record()))
    del event["Records"][0][mark]
    assert parse(event) == Batch((Notice("message-1", (REPORT,)),), from_queue=True)


@pytest.mark.parametrize("mark", ["Type", "TopicArn"])
def test_a_topic_s_envelope_is_known_without_one_of_its_marks(mark: str) -> None:
    envelope = sns_envelope(s3_event(s3_record()))
    del envelope[mark]
    assert only(sqs_event(envelope)).changes == (REPORT,)


def test_any_store_s_record_is_known_by_its_s3_part() -> None:
    assert only(s3_event(s3_record() | {"eventSource": "ceph:s3"})).changes == (REPORT,)


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
        "LifecycleTransition",
        "ObjectRestore:Completed",
        "ObjectRestore:Delete",
    ],
)
def test_names_that_change_which_objects_there_are_or_can_be_read_are_looked_at(prefix: str, name: str) -> None:
    assert only(s3_event(s3_record(name=prefix + name))) == Notice(None, (REPORT,))


@pytest.mark.parametrize(
    "name",
    [
        "ObjectRestore:Post",
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


@pytest.mark.parametrize(
    "kind",
    [
        "Object Created",
        "Object Deleted",
        "Object Storage Class Changed",
        "Object Restore Completed",
        "Object Restore Expired",
    ],
)
def test_eventbridge_kinds_that_change_which_objects_there_are_or_can_be_read_are_looked_at(kind: str) -> None:
    assert only(eventbridge_event(kind=kind)) == Notice(None, (REPORT,))


@pytest.mark.parametrize("kind", ["Object Tags Added", "Object Restore Initiated", "Object ACL Updated"])
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

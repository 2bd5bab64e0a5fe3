"""Any key survives any envelope; whatever arrives, EventError is all that is raised.

FUZZ_EXAMPLES says how many are tried of each property.
"""

import copy
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import EventError
from shared.domain.events import Change, parse

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))

Event = dict[str, Any]


def notification(sent: str, bucket: str = "reports", name: str = "ObjectCreated:Put") -> Event:
    s3 = {"bucket": {"name": bucket}, "object": {"key": sent}}
    return {"Records": [{"eventSource": "aws:s3", "eventName": name, "s3": s3}]}


def bridged(key: str, bucket: str = "reports", kind: str = "Object Created") -> Event:
    detail = {"bucket": {"name": bucket}, "object": {"key": key}}
    return {"source": "aws.s3", "detail-type": kind, "detail": detail}


def to_queue(document: object) -> Event:
    return {"Records": [{"messageId": "7f3a", "eventSource": "aws:sqs", "body": json.dumps(document)}]}


def to_topic(document: object) -> Event:
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": json.dumps(document)}


def from_topic(document: object) -> Event:
    return {"Records": [{"EventSource": "aws:sns", "Sns": to_topic(document)}]}


Wrap = Callable[[Event], Event]
ENVELOPES: dict[str, Wrap] = {
    "none": lambda event: event,
    "SQS": to_queue,
    "SNS": from_topic,
    "SNS in SQS": lambda event: to_queue(to_topic(event)),
}
every_envelope = pytest.mark.parametrize("wrap", ENVELOPES.values(), ids=ENVELOPES)

characters = st.characters(exclude_categories=["Cs"])
keys = st.text(characters, min_size=1) | st.text('a/+ %25é\u0301🧾\n\x00"\\', min_size=1)
buckets = st.from_regex(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", fullmatch=True)
encodings = st.sampled_from(
    [
        lambda key: quote_plus(key, safe="/"),  # AWS
        quote_plus,  # slashes too
        quote,  # spaces as %20
        lambda key: quote(key).lower() if key.islower() else quote(key),  # lower-case hex digits
    ]
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "%", "{}", "[]", '{"Records": []}', "s3:TestEvent", "x" * 2000]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(
    ["Records", "s3", "Sns", "Message", "TopicArn", "Type", "Event", "eventName", "eventSource", "messageId"]
) | st.sampled_from(["body", "source", "detail-type", "detail", "bucket", "object", "name", "key"])
events_of_known_fields = st.recursive(
    json_values | st.sampled_from(["aws:sqs", "aws:s3", "aws.s3", "Object Created", "ObjectCreated:Put"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(field_names, inner, max_size=5),
    max_leaves=20,
)
valid_events = st.sampled_from(
    [wrap(event) for wrap in ENVELOPES.values() for event in (notification("a+b.pdf"), bridged("a b.pdf"))]
)


def parsed(event: object) -> None:
    """Let nothing but EventError pass for a refusal, and no answer without what it must say."""
    try:
        batch = parse(event)
    except EventError as refusal:
        str(refusal).encode()  # a log is UTF-8
        return
    assert batch.notices
    for notice in batch.notices:
        assert (notice.message_id is not None) == batch.from_queue
        assert all(change.bucket and change.key.encode() for change in notice.changes)
        str(notice.error).encode()


@every_envelope
@settings(max_examples=EXAMPLES, deadline=None)
@given(key=keys, bucket=buckets, encode=encodings)
def test_any_key_of_a_notification_survives(wrap: Wrap, key: str, bucket: str, encode: Callable[[str], str]) -> None:
    (notice,) = parse(wrap(notification(encode(key), bucket))).notices
    assert (notice.changes, notice.error) == ((Change(bucket, key),), None)


@every_envelope
@settings(max_examples=EXAMPLES, deadline=None)
@given(key=keys, bucket=buckets)
def test_any_key_of_an_eventbridge_event_survives(wrap: Wrap, key: str, bucket: str) -> None:
    (notice,) = parse(wrap(bridged(key, bucket))).notices
    assert (notice.changes, notice.error) == ((Change(bucket, key),), None)


@settings(max_examples=EXAMPLES, deadline=None)
@given(json_values | events_of_known_fields)
def test_any_json_is_read_or_refused(event: object) -> None:
    parsed(event)


@every_envelope
@settings(max_examples=EXAMPLES, deadline=None)
@given(event=events_of_known_fields)
def test_any_json_in_an_envelope_is_read_or_refused(wrap: Callable[[object], Event], event: object) -> None:
    parsed(wrap(event))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(st.characters()) | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_any_text_as_a_message_fails_alone(body: str) -> None:
    event = to_queue(notification("a.pdf"))
    event["Records"].append({"messageId": "bad", "body": body})
    good, _ = parse(event).notices
    assert (good.changes, good.error) == ((Change("reports", "a.pdf"),), None)
    parsed(event)


def places(document: object) -> list[tuple[Any, Any]]:
    """Every (container, index or field name) in a document."""
    if isinstance(document, dict):
        names: list[Any] = list(document)
    elif isinstance(document, list):
        names = list(range(len(document)))
    else:
        return []
    inner = [(document, name) for name in names]
    return inner + [place for name in names for place in places(document[name])]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), valid_events, st.none() | json_values | st.text("\ud800%a+{}", max_size=5))
def test_a_valid_event_with_one_part_replaced_or_gone_is_read_or_refused(
    data: st.DataObject, event: Event, value: object
) -> None:
    broken = copy.deepcopy(event)
    container, name = data.draw(st.sampled_from(places(broken)))
    if value is None:
        del container[name]
    else:
        container[name] = value
    parsed(broken)


@settings(max_examples=EXAMPLES, deadline=None)
@given(valid_events, st.integers(0, 2000), st.integers(0, 5), st.text(st.characters(), max_size=5))
def test_a_message_with_some_characters_changed_is_read_or_refused(
    event: Event, start: int, length: int, inserted: str
) -> None:
    body = json.dumps(event)
    start %= len(body)
    parsed({"Records": [{"messageId": "7f3a", "body": body[:start] + inserted + body[start + length :]}]})

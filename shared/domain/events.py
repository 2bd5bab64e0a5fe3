"""What an event asks to be looked at, whatever it came wrapped in. Shapes are recognised by what they hold.

    S3 notification       {"Records": [{"eventName", "s3"}]}    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    SQS batch             {"Records": [{"messageId", "body"}]}  https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    SNS, to a function    {"Records": [{"Sns": {"Message"}}]}   https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    SNS, to a queue       {"Type", "TopicArn", "Message"}       https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
    EventBridge           {"source", "detail-type", "detail"}   https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    S3's test             {"Event": "s3:TestEvent"}

An event is a hint: whether an object came, went or can be read is seen at the object, so all are one kind of change.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes

from shared.domain.documents import BUCKET_NAME
from shared.domain.errors import EventError, shown
from shared.domain.instant import instant
from shared.domain.retry import Receipt

_LOOKED_AT = (
    "ObjectCreated:",
    "ObjectRemoved:",
    "LifecycleExpiration:",
    "LifecycleTransition",
    "ObjectRestore:Completed",
    "ObjectRestore:Delete",
)
_LOOKED_AT_BRIDGED = (
    "Object Created",
    "Object Deleted",
    "Object Storage Class Changed",
    "Object Restore Completed",
    "Object Restore Expired",
)
_S3_SOURCES = ("aws:s3", "minio:s3")
_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})").search
_MOST_ENVELOPES = 4  # AWS's longest chain has two: EventBridge or S3, in SNS, in SQS
_MOST_SHOWN = 150  # characters of input in a message: a presigned link's signature begins after more than these


@dataclass(frozen=True, slots=True)
class Change:
    """An object that came, changed or went, into an archive or out of one too. `key` is decoded."""

    bucket: str
    key: str
    at: datetime | None = field(default=None, compare=False)
    """When it did, as the event has it; None where that cannot be read."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one SQS message says, or the whole of any other event (`message_id` None)."""

    message_id: str | None
    changes: tuple[Change, ...]
    ignored: int = 0
    """How many records have an event name that says nothing about which objects there are, or can be read."""
    error: EventError | None = None
    """Why a part of it cannot be understood; what can be, is in `changes` all the same."""
    receipt: Receipt | None = field(default=None, compare=False)
    """By which its queue is told when to deliver it again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """All of an event. `from_queue`: it is SQS's, and the answer names the messages that failed."""

    notices: tuple[Notice, ...]
    from_queue: bool


_Outcome = Change | EventError | None  # of one record; None: ignored


def parse(event: object) -> Batch:
    """Read an event, in any envelope. Raises EventError, and nothing else, where nothing can be made of it.

    A message that cannot be understood does not spoil its neighbours: its notice carries the error.
    """
    records = event.get("Records") if isinstance(event, dict) else None
    if isinstance(records, list) and any(_is_queued(record) for record in records):
        return Batch(tuple(_message(record, n) for n, record in enumerate(records, 1)), from_queue=True)
    return Batch((_notice(None, _read(event, "the event", _MOST_ENVELOPES)),), from_queue=False)


def _is_queued(record: object) -> bool:
    return isinstance(record, dict) and (record.get("eventSource") == "aws:sqs" or "body" in record)


def _message(record: object, number: int) -> Notice:
    message_id = _text(record, "messageId", f"record {number} of the event")  # nothing to report a failure by: raise
    where = f"message {message_id[:_MOST_SHOWN]}"
    receipt = Receipt.of(record)
    try:
        return _notice(message_id, _opened(_text(record, "body", where), where, _MOST_ENVELOPES), receipt)
    except EventError as error:
        return Notice(message_id, (), error=error, receipt=receipt)


def _notice(message_id: str | None, outcomes: list[_Outcome], receipt: Receipt | None = None) -> Notice:
    changes = tuple(outcome for outcome in outcomes if isinstance(outcome, Change))
    errors = [outcome for outcome in outcomes if isinstance(outcome, EventError)]
    return Notice(message_id, changes, outcomes.count(None), _first(errors), receipt)


def _first(errors: list[EventError]) -> EventError | None:
    if len(errors) > 1:
        return EventError(f"{errors[0]} {len(errors) - 1} more could not be understood either.")
    return errors[0] if errors else None


def _opened(text: str, where: str, envelopes: int) -> list[_Outcome]:
    """Read what an envelope holds: JSON in a string."""
    if not envelopes:
        raise EventError(f"{where} is wrapped in more than {_MOST_ENVELOPES} envelopes.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:  # no JSON or a number of too many digits; or brackets without end
        raise EventError(f"{where} cannot be read as JSON ({error}): {_shown(text)}.") from None
    return _read(document, where, envelopes - 1)


def _read(document: object, where: str, envelopes: int) -> list[_Outcome]:
    if not isinstance(document, dict):
        raise EventError(f"{where} must be a JSON object, but is {_shown(document)}.")
    if document.get("Event") == "s3:TestEvent":
        return []
    if "Records" in document:
        return _records(document["Records"], where, envelopes)
    if "detail-type" in document:
        return [_bridged(document, where)]
    if "TopicArn" in document or document.get("Type") == "Notification":
        return _opened(_text(document, "Message", where), where, envelopes)
    fields = ", ".join(map(_shown, list(document)[:5])) or "nothing"
    raise EventError(f"{where} is no event of S3, SQS, SNS or EventBridge: it holds {fields[:_MOST_SHOWN]}.")


def _records(records: object, where: str, envelopes: int) -> list[_Outcome]:
    if not isinstance(records, list):
        raise EventError(f"{where}: Records must be a list, but is {_shown(records)}.")
    outcomes: list[_Outcome] = []
    for number, record in enumerate(records, 1):
        try:
            outcomes += _record(record, f"record {number} of {where}", envelopes)
        except EventError as error:
            outcomes.append(error)
    return outcomes


def _record(record: object, where: str, envelopes: int) -> list[_Outcome]:
    if isinstance(record, dict) and "Sns" in record:
        return _opened(_text(record, "Sns.Message", where), where, envelopes)
    if isinstance(record, dict) and ("s3" in record or record.get("eventSource") in _S3_SOURCES):
        return [_notified(record, where)]
    raise EventError(f"{where} is no record of S3 or SNS.")


def _notified(record: dict[Any, Any], where: str) -> Change | None:
    if not _text(record, "eventName", where).removeprefix("s3:").startswith(_LOOKED_AT):
        return None
    key = _text(record, "s3.object.key", where)
    return Change(_bucket(record, "s3.bucket.name", where), _decoded(key, where), _time(record.get("eventTime")))


def _bridged(event: dict[Any, Any], where: str) -> Change | None:
    source, kind = _text(event, "source", where), _text(event, "detail-type", where)
    if source != "aws.s3" or not kind.startswith("Object "):
        raise EventError(f"{where} is no event of an S3 object: {_shown(kind)} from {_shown(source)}.")
    if kind not in _LOOKED_AT_BRIDGED:
        return None
    key = _text(event, "detail.object.key", where)
    return Change(_bucket(event, "detail.bucket.name", where), key, _time(event.get("time")))


def _time(value: object) -> datetime | None:
    """Such as 2026-04-02T08:11:43.123Z. It is for a metric: whatever else it is, is no error."""
    return instant(value) if isinstance(value, str) else None


def _bucket(document: object, path: str, where: str) -> str:
    bucket = _text(document, path, where)
    if not BUCKET_NAME.fullmatch(bucket):
        raise EventError(f"{where}: {path} is no bucket's name: {_shown(bucket)}.")
    return bucket


def _decoded(key: str, where: str) -> str:
    """Undo the encoding of keys in S3's notifications: `+` is a space, `%XX` a byte of UTF-8."""
    if _MALFORMED(key):
        raise EventError(f"{where}: the key {_shown(key)} has a '%' that is not followed by two hex digits.")
    try:
        return unquote_to_bytes(key.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise EventError(f"{where}: the key {_shown(key)} does not decode to UTF-8.") from None


def _text(document: object, path: str, where: str) -> str:
    """The text at a dotted path: not empty, and Unicode, which half of a surrogate pair is not."""
    value = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value:
        raise EventError(f"{where}: {path} must be a text, but is {_shown(value)}.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise EventError(f"{where}: {path} is not Unicode: {_shown(value)}.") from None
    return value


def _shown(value: object) -> str:
    """Show input in a message: texts cut short, anything else by its kind, because it may be nested without end."""
    if isinstance(value, str):
        return f"{shown(value)[:_MOST_SHOWN]!r}{'…' if len(value) > _MOST_SHOWN else ''}"
    return "missing" if value is None else f"of type {type(value).__name__}"

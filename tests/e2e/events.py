"""Events as S3 sends them, put into the deployed queue by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from local.deployed.deployment import LIVE
from local.deployed.library import Library, seconds_until

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


def created(bucket: str, key: str) -> str:
    """What S3 tells a queue about an upload:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    s3 = {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/")}}
    record = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}
    return json.dumps({"Records": [record]})


@contextmanager
def one_batch(library: Library) -> Iterator[None]:
    """What is sent to the queue within the block is delivered together, after it."""
    function = library.aws.lambda_
    called = f"{library.stack.on_created_function}:{LIVE}"
    (mapping,) = function.list_event_source_mappings(FunctionName=called)["EventSourceMappings"]
    function.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        function.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def send(library: Library, *bodies: str) -> None:
    entries: list[SendMessageBatchRequestEntryTypeDef]
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    answer = library.aws.sqs.send_message_batch(QueueUrl=library.stack.queue_url, Entries=entries)
    assert not answer.get("Failed")


def settle(library: Library) -> None:
    """Wait until every event has been handled."""
    seconds_until(lambda: library.waiting_events() == 0, "every event handled", at_most=30)

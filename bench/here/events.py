"""Events of new documents, in batches as SQS delivers them, to a warm function: events, seconds, CPU seconds.

Event i is of document i // folders in folder i % folders: a batch meets as many folders as it can. What comes before,
the imports and a first event, is not timed.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from bench.fake.keys import document
from bench.here.counts import forget_counts
from functions.on_created.handler import handler


def batches(events: int, folders: int, most: int, shape: str) -> Iterator[dict[str, Any]]:
    keys = (document(number % folders, number // folders, shape) for number in range(events))
    waiting: list[dict[str, Any]] = []
    for number, key in enumerate(keys, 1):
        waiting.append(message(key))
        if len(waiting) == most or number == events:
            yield {"Records": waiting}
            waiting = []


def message(key: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, around an event of S3."""
    said = {"bucket": {"name": os.environ["BUCKET_NAME"]}, "object": {"key": quote_plus(key), "size": 48_212}}
    record = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": said}
    return {
        "messageId": key,
        "receiptHandle": "h",
        "body": json.dumps({"Records": [record]}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:uploads",
        "awsRegion": "us-east-1",
    }


def deliver(event: dict[str, Any]) -> None:
    if failed := handler(event, None)["batchItemFailures"]:
        raise SystemExit(f"{len(failed)} of {len(event['Records'])} messages failed, such as {failed[0]}")


def main(events: int, folders: int, most: int, shape: str) -> None:
    told = list(batches(events, folders, most, shape))
    deliver({"Records": [message("warm/up.pdf")]})
    forget_counts()
    began, cpu = time.perf_counter(), time.process_time()
    for event in told:
        deliver(event)
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    print(json.dumps(spent | {"events": events}))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=10_000)
    options.add_argument("--folders", type=int, default=50)
    options.add_argument("--batch", type=int, default=200)
    options.add_argument("--shape", default="spaces")
    chosen = options.parse_args()
    main(chosen.events, chosen.folders, chosen.batch, chosen.shape)

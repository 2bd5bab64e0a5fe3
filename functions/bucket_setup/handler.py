"""CloudFormation's request about an existing bucket → the bucket set up, or taken back → CloudFormation's answer.

In a stack with ExistingBucketName only. It knows nothing of the settings that the other functions share.
"""

import os
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from functions.bucket_setup.answer import body, send
from functions.bucket_setup.bucket import ExistingBucket
from functions.bucket_setup.faithful import refuse_what_is_lost
from functions.bucket_setup.memory import Memory
from functions.bucket_setup.refused import Asked
from functions.bucket_setup.request import Caller, Request
from functions.bucket_setup.settled import settled
from functions.bucket_setup.setup import Setup
from shared.domain.deadline import Deadline
from shared.store.client import make_client, quiet
from shared.telemetry import invocation

# A request takes 26 s at most: bucket.py counts on it.
_PATIENCE: dict[str, Any] = {"read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 2}}

endpoint_url = os.environ.get("S3_ENDPOINT_URL") or None
quiet()
session = boto3.Session()
client = make_client(session, endpoint_url, **_PATIENCE)
refuse_what_is_lost(client)


def handler(event: Any, context: Any) -> None:  # noqa: ANN401 -- Lambda's own types
    """Answer one request."""
    with invocation(context):
        caller = Caller.of(event)
        outcome = settled(event, caller, partial(_prepared, Deadline.of(context)))
        send(caller.url, body(caller, outcome.physical_id, outcome.failure), tls=endpoint_url is None)


def _prepared(deadline: Deadline, request: Request, before: Memory | None) -> Setup:
    asked = Asked(request.bucket, request.account, request.region)
    return Setup(request, before, ExistingBucket(client, asked, deadline), _rules)


def _rules() -> Iterable[Mapping[str, Any]]:
    """All of the default event bus, https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html."""
    events = session.client("events", config=Config(connect_timeout=2, **_PATIENCE))
    token: dict[str, Any] = {}
    while True:
        page = events.list_rules(**token)
        yield from page["Rules"]
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}

"""The deployed project as the people around it use it: they put and delete PDFs, read manifests and follow links."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

from local.deployed.aws import Aws
from local.deployed.deployment import LIVE, Stack, waiting_events
from local.deployed.reached import reached
from local.sharing.target import Target, of_stack
from shared.domain.documents import Folder, Layout, Place
from shared.domain.manifest import Line, read_lines

if TYPE_CHECKING:
    from types_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef


class LibraryError(Exception):
    """What should have happened did not; the message says what was waited for."""


class Library:
    """A deployed stack, and what one does with it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.aws = Aws(stack.endpoint_url, stack.region, stack.access_key_id, stack.secret_access_key)

    def target(self) -> Target:
        """What there is to be shared. Raises StackError where nothing opens shares."""
        return of_stack(self.aws, reached(self.aws, self.stack.name))

    @cached_property
    def layout(self) -> Layout:
        """Where its manifests are."""
        return reached(self.aws, self.stack.name).layout

    def place(self, prefix: str) -> Place:
        """Where a prefix's manifest is."""
        return self.layout.manifest_of(Folder(self.stack.bucket, prefix))

    def upload(self, key: str, content: bytes) -> None:
        self.aws.s3.put_object(Bucket=self.stack.bucket, Key=key, Body=content, ContentType="application/pdf")

    def delete(self, key: str) -> None:
        self.aws.s3.delete_object(Bucket=self.stack.bucket, Key=key)

    def manifest(self, prefix: str) -> dict[str, Line]:
        """The documents a prefix's manifest shows, by key; none where there is no manifest yet."""
        place = self.place(prefix)
        try:
            found = self.aws.s3.get_object(Bucket=place.bucket, Key=place.key)
        except self.aws.s3.exceptions.NoSuchKey:
            return {}
        lines = read_lines(found["Body"].read())
        return {key: line for key, line in lines.items() if line.shown}

    def line(self, key: str) -> Line | None:
        """A document's line, where its manifest has one."""
        return self.manifest(prefix_of(key)).get(key)

    def shows(self, key: str) -> bool:
        return self.line(key) is not None

    def awake(self) -> None:
        """Have the version that is live start before an event needs it: it is not the one that S3's test events met."""
        function = self.stack.on_created_function
        self.aws.lambda_.invoke(FunctionName=function, Qualifier=LIVE, Payload=json.dumps({"Event": "s3:TestEvent"}))

    def scan(self, prefix: str = "") -> dict[str, Any]:
        """Invoke the full scan and wait; what it answered, its body decoded. LibraryError where it failed."""
        event = json.dumps({"prefix": prefix})
        function = self.stack.full_scan_function
        answer = self.aws.lambda_.invoke(FunctionName=function, Qualifier=LIVE, Payload=event)
        payload = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise LibraryError(f"The full scan failed: {payload}")
        body: dict[str, Any] = json.loads(payload["body"])
        return body

    def start(self, **asked: object) -> str:
        """Start the state machine; the execution's ARN."""
        machine = self.stack.full_scan_machine
        return self.aws.states.start_execution(stateMachineArn=machine, input=json.dumps(asked))["executionArn"]

    def ended(self, execution: str, at_most: float = 60) -> "DescribeExecutionOutputTypeDef":
        """Wait for its end, and describe it. LibraryError where it takes longer."""
        seconds_until(lambda: self.has_ended(execution), execution, at_most)
        return self.aws.states.describe_execution(executionArn=execution)

    def has_ended(self, execution: str) -> bool:
        """Well or not."""
        return self.aws.states.describe_execution(executionArn=execution)["status"] != "RUNNING"

    def output_of(self, execution: str) -> dict[str, Any]:
        """Wait for its end; what it tells. LibraryError where it did not succeed."""
        ended = self.ended(execution)
        if ended["status"] != "SUCCEEDED":
            raise LibraryError(f"The full scan {ended['status'].lower()}: {ended.get('error')} {ended.get('cause')}")
        output: dict[str, Any] = json.loads(ended["output"])
        return output

    def execute(self, **asked: object) -> dict[str, Any]:
        """Run the state machine to its end."""
        return self.output_of(self.start(**asked))

    def answers(self, execution: str) -> Iterator[dict[str, Any]]:
        """What the full scan has answered to an execution, call by call."""
        pages = self.aws.states.get_paginator("get_execution_history").paginate(executionArn=execution)
        for event in (event for page in pages for event in page["events"]):
            if event["type"] == "TaskSucceeded":
                answered = json.loads(event["taskSucceededEventDetails"]["output"])["Payload"]
                yield json.loads(answered["body"])

    def log_of(self, function: str) -> list[str]:
        """What a function has written to its log group."""
        configuration = self.aws.lambda_.get_function_configuration(FunctionName=function)
        events = self.aws.logs.filter_log_events(logGroupName=configuration["LoggingConfig"]["LogGroup"])["events"]
        return [event["message"] for event in events]

    def waiting_events(self) -> int:
        """How many messages are in the queue or being worked on."""
        return waiting_events(self.aws, self.stack.queue_url)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Within the block the bucket tells nobody what happens to it."""
        s3, bucket = self.aws.s3, self.stack.bucket
        answered = s3.get_bucket_notification_configuration(Bucket=bucket)
        told: Any = {name: value for name, value in answered.items() if name != "ResponseMetadata"}
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
        try:
            yield
        finally:
            s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration=told, SkipDestinationValidation=True
            )


def prefix_of(key: str) -> str:
    """A key's folder: `2026/04/acme/q1.pdf` → `2026/04/acme/`."""
    return key[: key.rfind("/") + 1]


def fetch(url: str) -> bytes:
    """What is behind a link."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - links are http(s)
        content: bytes = answer.read()
        return content


def status_of(url: str) -> int:
    """What a link is answered with, redirects followed."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - links are http(s)
            return int(answer.status)
    except HTTPError as error:
        return error.code


def seconds_until(holds: Callable[[], bool], what: str, at_most: float = 15) -> float:
    """Look again and again until it holds; how long that took. LibraryError naming `what` after `at_most` seconds."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > at_most:
            raise LibraryError(f"{what}: not within {at_most:g} s.")
        time.sleep(0.01)
    return time.monotonic() - began

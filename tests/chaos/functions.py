"""The two real handlers, in this process, as a cold start would make them, pointed at any S3."""

import importlib.util
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import cache, partial
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote_plus

import aioboto3
import boto3
import botocore.retries.standard
import pytest

import shared.store.client
import shared.store.quick
from shared.domain.errors import LinkManifestError
from shared.telemetry import SERVICE, logger
from tests.chaos.library import Library

_ROOT = Path(__file__).parents[2]
READ_TIMEOUT = 0.6  # seconds; the functions wait for 15, and a test of what hangs has no time for that


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler said. `error` is what it raised, or None; `failed` names the messages of a batch that failed."""

    error: Exception | None = None
    failed: tuple[str, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        return self.error is None and not self.failed

    @property
    def foreseen(self) -> bool:
        """Whether it ended in one of the ways the project promises."""
        return self.error is None or isinstance(self.error, LinkManifestError)


@dataclass(frozen=True, slots=True)
class Functions:
    """Both handlers of one deployment."""

    on_created: ModuleType
    full_scan: ModuleType

    def deliver(self, *keys: str, context: object = None) -> Answer:
        """One SQS batch, a message for each of these keys."""
        event = {"Records": [_message(self.bucket, key, n) for n, key in enumerate(keys, 1)]}
        try:
            answer = self.on_created.handler(event, context)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked at
            return Answer(error)
        return Answer(failed=tuple(each["itemIdentifier"] for each in answer["batchItemFailures"]))

    def notify(self, *keys: str, context: object = None) -> Answer:
        """One S3 notification with a record for each of these keys."""
        event = {"Records": [record(self.bucket, key) for key in keys]}
        return _answered(self.on_created, event, context)

    def scan(self, prefix: str, context: object = None) -> Answer:
        return _answered(self.full_scan, {"prefix": prefix}, context)

    @property
    def bucket(self) -> str:
        name: str = self.on_created.settings.bucket_name
        return name


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation of one function: `deliver` with keys, or `scan` with a prefix."""

    function: str
    arguments: tuple[str, ...]

    @classmethod
    def of(cls, function: str, *arguments: str) -> "Invocation":
        return cls(function, arguments)

    def __call__(self, functions: Functions) -> Answer:
        answer: Answer = getattr(functions, self.function)(*self.arguments)
        return answer

    def vouches_for(self, key: str) -> bool:
        """Whether a successful answer says that the manifest is right about this key."""
        return self.function == "scan" or key in self.arguments

    def left_out(self, answer: Answer) -> frozenset[str]:
        """The keys whose messages the answer says have failed."""
        told = {f"message-{number}": key for number, key in enumerate(self.arguments, 1)}
        return frozenset(told[message_id] for message_id in answer.failed)


def record(bucket: str, key: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html."""
    about = {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}}
    return {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": about}


def _message(bucket: str, key: str, number: int) -> dict[str, Any]:
    body = json.dumps({"Records": [record(bucket, key)]})
    return {"messageId": f"message-{number}", "eventSource": "aws:sqs", "body": body}


def _answered(module: ModuleType, event: dict[str, Any], context: object) -> Answer:
    try:
        return Answer(body=json.loads(module.handler(event, context)["body"]))
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked at
        return Answer(error)


def environment(library: Library, endpoint_url: str | None = None) -> dict[str, str]:
    """What both functions and the SDK read from it, to work on this library: directly, or where `endpoint_url` says."""
    endpoint = {"S3_ENDPOINT_URL": endpoint_url} if endpoint_url else {}
    return library.server.environment() | {"BUCKET_NAME": library.bucket, "PREFIX": ""} | endpoint


def cold_start() -> Functions:
    """Both handlers made anew from the environment: other clients, no memory of earlier invocations."""
    return Functions(executed("on_created"), executed("full_scan"))


def executed(name: str) -> ModuleType:
    """One handler's module, made anew."""
    path = f"functions/{name}/handler.py"
    spec = importlib.util.spec_from_file_location(path.replace("/", ".").removesuffix(".py"), _ROOT / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def hurried() -> Iterator[None]:
    """The SDK without its waits, and with what it reads from disk kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.retries.standard.ExponentialBackoff, "delay_amount", lambda _self, _context: 0.0)
        patch.setattr(shared.store.quick, "_jitter", lambda: 0.0)
        patch.setattr(boto3, "Session", partial(_session, boto3.Session))
        patch.setattr(aioboto3, "Session", partial(_session, aioboto3.Session))
        yield


@contextmanager
def impatient() -> Iterator[None]:
    """With a short time-out: only where something hangs, for a busy machine may stall that long by itself."""
    with pytest.MonkeyPatch.context() as patch:
        options = shared.store.client._options  # noqa: SLF001 -- the one place where both clients' time-outs are set
        patch.setattr(shared.store.client, "_options", lambda url: options(url) | {"read_timeout": READ_TIMEOUT})
        yield


def _session(kind: Callable[..., Any], *arguments: str, **options: str) -> Any:
    """One for all cold starts with the same credentials: making it takes longer than all else."""
    if arguments or options:
        return kind(*arguments, **options)
    return _remembered(kind, os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


@cache
def _remembered(kind: Callable[..., Any], _id: str, _secret: str) -> Any:
    return kind()


@contextmanager
def output() -> Iterator[StringIO]:
    """What the functions log and count meanwhile, instead of seeing it printed."""
    written = StringIO()
    log = logging.getLogger(SERVICE)
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    printing, log.handlers, log.propagate = log.handlers, [handler], False
    try:
        with redirect_stdout(written):
            yield written
    finally:
        log.handlers, log.propagate = printing, True


def silence() -> None:
    """The same for all of a process that nobody listens to."""
    logging.getLogger(SERVICE).setLevel(logging.CRITICAL)
    sys.stdout = StringIO()

"""Messages that failed: counted, whatever came of the event, and handed over to be delivered again."""

from collections.abc import Iterable
from typing import Any

import pytest

from functions.on_created import answer
from shared.domain.deadline import Deadline
from shared.domain.documents import Layout
from shared.domain.errors import EventError
from shared.domain.events import Notice, parse
from shared.telemetry import metrics
from shared.update.deliver import deliver
from tests.chaos.functions import cold_start
from tests.event_shapes import s3_event, s3_record, sqs_event
from tests.fake_objects import refusal
from tests.world import World, at, raising


@pytest.fixture
def world() -> World:
    world = World()
    for key in ("a/1.pdf", "b/1.pdf"):
        world.s3.upload(key)
    return world


def told(world: World, *bodies: object) -> tuple[list[str], list[str | None]]:
    """The messages that an answer names, and those that are to be delivered again."""
    event = sqs_event(*bodies)
    batch = parse(event)
    delivery = deliver(batch, world.publisher, world.layout, world.deadline)
    failing = answer.failed(batch, delivery, Layout())
    named = [each["itemIdentifier"] for each in answer.for_queue(failing)["batchItemFailures"]]
    return named, [notice.message_id for notice in failing]


def counted() -> dict[str, list[float]]:
    return {name: each["Value"] for name, each in metrics.metric_set.items()}


def test_the_messages_that_failed_are_counted_and_delivered_again(world: World) -> None:
    world.s3.before = at("head_object", raising(refusal("AccessDenied")), "a/1.pdf", times=9)
    bodies = [s3_event(s3_record(key, bucket="docs")) for key in ("a/1.pdf", "b/1.pdf")]
    named, again = told(world, *bodies, "no JSON")
    assert named == again == ["message-1", "message-3"]
    assert counted() == {"MessagesFailed": [2.0]}


def test_a_batch_without_failures_counts_none(world: World) -> None:
    assert told(world, s3_event(s3_record("b/1.pdf", bucket="docs"))) == ([], [])
    assert counted() == {"MessagesFailed": [0.0]}


class Remembered:
    """Stands where `Retries` does."""

    def __init__(self) -> None:
        self.postponed: list[str | None] = []

    def postpone(self, failed: Iterable[Notice], deadline: Deadline) -> None:
        assert deadline.left() > 0
        self.postponed = [notice.message_id for notice in failed]


@pytest.fixture
def on_created(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "MANIFEST_BUCKET", "PREFIX_DEPTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:9")  # nothing is asked of it
    module: Any = cold_start().on_created
    module.retries = Remembered()
    return module


def test_the_handler_postpones_what_failed_and_says_so(
    on_created: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    answered = on_created.handler(sqs_event("no JSON", {"Event": "s3:TestEvent"}), None)
    assert answered == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert on_created.retries.postponed == ["message-1"]
    shipped = capsys.readouterr().out
    assert '"MessagesFailed":[1.0]' in shipped
    assert '"VersionFailures":[1.0]' in shipped


@pytest.mark.parametrize("event", [{"Records": "no list"}, {"Records": [{"body": "{}"}]}])
def test_an_event_that_is_raised_counts_as_a_message_that_failed(
    on_created: Any, event: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EventError):
        on_created.handler(event, None)
    assert '"MessagesFailed":[1.0]' in capsys.readouterr().out

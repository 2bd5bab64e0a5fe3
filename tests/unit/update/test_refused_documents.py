"""Documents that S3 will not let be looked at: each fails by itself, and the others of its folder do not."""

import json
from typing import Any

import pytest

from functions.on_created import answer
from shared.domain.errors import (
    AccessDeniedError,
    CredentialsError,
    LinkManifestError,
    OutOfTimeError,
    PrefixesFailedError,
    RequestRefusedError,
    StoreUnavailableError,
)
from shared.domain.events import Batch, parse
from shared.update.deliver import Delivery, deliver
from tests.conftest import Log
from tests.event_shapes import s3_event, s3_record, sqs_event
from tests.fake_objects import refusal
from tests.fake_s3 import Hook
from tests.world import MANIFEST, World, at, make_small_manifests_large, raising

KEYS = [f"a/{number}.pdf" for number in range(10)]


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(map(str, range(10)))
    return world


def refusing(refused: dict[str, str]) -> Hook:
    """HEAD and GET of these keys are refused with these codes; a HEAD's answer tells its status alone."""

    def hook(name: str, request: dict[str, Any]) -> None:
        code = refused.get(request.get("Key", ""))
        if code and name in ("head_object", "get_object"):
            bare = name == "head_object" and code not in ("AccessDenied", "InternalError")
            raise refusal("400" if bare else code)

    return hook


def sent(*keys: str) -> tuple[dict[str, Any], Batch]:
    event = sqs_event(*(s3_event(s3_record(key, bucket="docs")) for key in keys))
    return event, parse(event)


def delivered(world: World, batch: Batch) -> Delivery:
    return deliver(batch, world.publisher, world.layout, world.deadline)


def failed_messages(world: World, *keys: str) -> list[str]:
    _, batch = sent(*keys)
    told = answer.for_queue(answer.failed(batch, delivered(world, batch), world.layout))
    return [failure["itemIdentifier"] for failure in told["batchItemFailures"]]


def reasons(world: World, *keys: str) -> dict[str, type[Exception]]:
    delivery = delivered(world, sent(*keys)[1])
    return {key: type(error) for failed in delivery.failed.values() for key, error in failed.items()}


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidRequest"])
def test_of_ten_messages_only_that_of_the_refused_document_fails(world: World, code: str) -> None:
    world.s3.before = refusing({"a/3.pdf": code})
    assert failed_messages(world, *KEYS) == ["message-4"]
    assert world.latest().keys() == set(KEYS) - {"a/3.pdf"}
    assert {line.revision for line in world.latest().values()} == {1}


def test_the_line_that_a_refused_document_has_stays_as_it_is(world: World) -> None:
    world.publish(*KEYS)
    before = world.latest()["a/3.pdf"]
    world.s3.upload("a/3.pdf", b"another")
    world.s3.before = refusing({"a/3.pdf": "AccessDenied"})
    assert failed_messages(world, *KEYS) == ["message-4"]
    assert world.latest()["a/3.pdf"] == before
    assert {line.revision for key, line in world.latest().items() if key != "a/3.pdf"} == {2}


def test_a_refused_document_gets_no_line_at_the_end_of_a_large_manifest_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small_manifests_large(monkeypatch)
    world.rebuild()
    world.s3.before = refusing({"a/3.pdf": "AccessDenied"})
    assert failed_messages(world, "a/2.pdf", "a/3.pdf", "a/gone.pdf") == ["message-2"]
    assert [line["key"] for line in world.lines() if line["revision"] == 2] == ["a/2.pdf", "a/gone.pdf"]
    assert world.head().lines == 12


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidRequest"])
def test_a_refused_document_that_is_alone_fails_and_nothing_is_written(world: World, code: str) -> None:
    world.s3.before = refusing({"a/3.pdf": code})
    assert failed_messages(world, "a/3.pdf") == ["message-1"]
    assert MANIFEST not in world.s3.buckets["docs"]


def test_where_all_are_refused_nothing_is_written_and_each_is_told_its_own_reason(world: World) -> None:
    world.s3.before = refusing({"a/1.pdf": "AccessDenied", "a/2.pdf": "InvalidRequest"})
    assert reasons(world, "a/1.pdf", "a/2.pdf") == {"a/1.pdf": AccessDeniedError, "a/2.pdf": RequestRefusedError}
    assert MANIFEST not in world.s3.buckets["docs"]


@pytest.mark.parametrize(
    ("code", "why"), [("InternalError", StoreUnavailableError), ("ExpiredToken", CredentialsError)]
)
def test_what_is_not_one_documents_fault_fails_its_whole_folder(
    world: World, code: str, why: type[LinkManifestError]
) -> None:
    world.s3.before = refusing({"a/1.pdf": "AccessDenied", "a/3.pdf": code})
    assert reasons(world, *KEYS) == dict.fromkeys(KEYS, why)
    assert MANIFEST not in world.s3.buckets["docs"]


def test_a_caller_is_told_each_refused_document_by_its_name(world: World) -> None:
    world.s3.before = refusing({"a/1.pdf": "AccessDenied", "a/2.pdf": "InvalidRequest"})
    _, batch = sent(*KEYS)
    with pytest.raises(PrefixesFailedError, match=r"2 failed: 'docs/a/1\.pdf': AccessDeniedError: .*'docs/a/2\.pdf'"):
        answer.for_caller(batch, delivered(world, batch))


def test_every_reason_is_logged_once_beside_the_manifest_that_was_updated(world: World, log: Log) -> None:
    world.s3.before = refusing({"a/1.pdf": "AccessDenied", "a/2.pdf": "InvalidRequest"})
    _, batch = sent(*KEYS)
    answer.tell(batch, delivered(world, batch))
    told = [(line["level"], line.get("error"), line.get("documents")) for line in log()]
    assert told == [
        ("INFO", None, None), ("ERROR", "AccessDeniedError", 1), ("ERROR", "RequestRefusedError", 1)
    ]  # fmt: skip
    assert "X-Amz" not in json.dumps(log())


def test_the_answer_is_that_of_the_commit_that_landed_and_not_of_a_later_look(world: World) -> None:
    """The first write, without the refused document's line, lands when the second, with it, is under way."""
    refused = {"a/1.pdf": "AccessDenied"}
    held: list[dict[str, Any]] = []

    def before(name: str, request: dict[str, Any]) -> None:
        refusing(refused)(name, request)
        if name != "put_object":
            return
        if held:
            world.s3.before = lambda _name, _request: None
            world.s3.put_object(**held[0])
            return
        held.append(request)
        refused.clear()
        raise refusal("InternalError")

    world.s3.before = before
    assert world.publish("a/1.pdf", "a/2.pdf").failed.keys() == {"a/1.pdf"}
    assert world.latest().keys() == {"a/2.pdf"}


# Batches in parts


@pytest.fixture
def many() -> World:
    """Forty documents in a folder where every batch of more than twenty loses."""
    world = World()
    world.fill(f"{number:02}" for number in range(40))
    world.s3.before = at("put_object", raising(refusal("PreconditionFailed")), times=4)
    return world


def test_parts_of_a_batch_that_are_refused_do_not_stop_the_rest(many: World) -> None:
    keys = sorted(many.bucket_view())
    lose, refuse = many.s3.before, refusing(dict.fromkeys(keys[:20], "AccessDenied"))

    def before(name: str, request: dict[str, Any]) -> None:
        lose(name, request)
        refuse(name, request)

    many.s3.before = before
    published = many.publish(*keys)
    assert published.failed.keys() == set(keys[:20])
    assert published.conflicts == 4
    assert many.latest().keys() == set(keys[20:])


def test_what_a_batch_has_committed_before_its_time_ran_out_is_told_beside_the_rest(many: World) -> None:
    keys = sorted(many.bucket_view())

    def spend() -> None:
        many.seconds_left = 0

    many.s3.after = at("put_object", spend)
    published = many.publish(*keys)
    assert {type(error) for error in published.failed.values()} == {OutOfTimeError}
    assert published.failed.keys() == set(keys[20:])
    assert many.latest().keys() == set(keys[:20])

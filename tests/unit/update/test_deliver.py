"""From a batch of messages to manifests: one commit a prefix, each failure told for its own messages."""

from typing import Any

import pytest

from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError, EventError, OutOfTimeError
from shared.domain.events import Batch, Change, Notice
from shared.domain.merge import Tally
from shared.update.deliver import Delivery, Router, deliver
from tests.conftest import Log
from tests.fake_objects import refusal
from tests.world import MANIFEST, World, at, raising


@pytest.fixture
def world() -> World:
    world = World()
    for key in ("a/1.pdf", "a/2.pdf", "b/1.pdf"):
        world.s3.upload(key)
    return world


def batch_of(*messages: tuple[str, ...], bucket: str = "docs") -> Batch:
    notices = [
        Notice(str(number), tuple(Change(bucket, key) for key in keys)) for number, keys in enumerate(messages, 1)
    ]
    return Batch(tuple(notices), from_queue=True)


def delivered(world: World, batch: Batch) -> Delivery:
    return deliver(batch, world.publisher, world.layout, world.deadline)


def failures(world: World, batch: Batch, delivery: Delivery) -> dict[str | None, type[Exception]]:
    router = Router(world.layout)
    told = {notice.message_id: router.failure_of(notice, delivery) for notice in batch.notices}
    return {message_id: type(error) for message_id, error in told.items() if error}


def test_a_batch_is_one_commit_a_prefix(world: World) -> None:
    delivery = delivered(world, batch_of(("a/1.pdf",), ("a/2.pdf", "b/1.pdf"), ("a/1.pdf",)))
    assert world.s3.calls.count("put_object") == 2
    told = {each.folder.prefix: each.tally for each in delivery.published}
    assert told == {"a/": Tally(added=2), "b/": Tally(added=1)}


def test_what_is_no_document_is_counted_as_ignored(world: World) -> None:
    batch = batch_of(("a/1.txt", "manifests/a/manifest.jsonl", ".staging/1.pdf"))
    assert delivered(world, batch).ignored == 3
    assert world.s3.calls == []


def test_events_of_no_interest_are_counted_as_ignored(world: World) -> None:
    batch = Batch((Notice("1", (), ignored=2), Notice("2", (Change("docs", "x.txt"),), ignored=1)), from_queue=True)
    assert delivered(world, batch).ignored == 4


@pytest.mark.parametrize("key", ["x" * 1021 + ".pdf", "x" * 1004 + "/a.pdf", "é" * 500 + "/a.pdf"])
def test_a_document_whose_manifest_could_have_no_name_is_ignored_with_an_error_in_the_log(
    world: World, key: str, log: Log
) -> None:
    delivery = delivered(world, batch_of((key, "a/1.pdf")))
    assert (delivery.ignored, delivery.failed, len(delivery.published)) == (1, {}, 1)
    (line,) = log()
    assert (line["level"], line["bucket"], line["prefix"]) == ("ERROR", "docs", world.layout.prefix_of(key))


def test_a_prefix_that_fails_does_not_fail_the_others(world: World) -> None:
    world.s3.before = at("get_object", raising(refusal("AccessDenied")), MANIFEST)
    batch = batch_of(("a/1.pdf",), ("b/1.pdf",), ("b/1.pdf", "a/2.pdf"), ("x.txt",))
    delivery = delivered(world, batch)
    assert delivery.failed.keys() == {Folder("docs", "a/")}
    assert failures(world, batch, delivery) == {"1": AccessDeniedError, "3": AccessDeniedError}
    assert world.view("manifests/b/manifest.jsonl") == world.bucket_view("b/")


def test_a_message_that_cannot_be_understood_fails_and_its_good_part_is_published(world: World) -> None:
    batch = Batch(
        (Notice("1", (Change("docs", "a/1.pdf"),), error=EventError("half")), Notice("2", ())), from_queue=True
    )
    delivery = delivered(world, batch)
    assert failures(world, batch, delivery) == {"1": EventError}
    assert world.view().keys() == {"a/1.pdf"}


def test_when_time_has_run_out_every_message_is_told(world: World) -> None:
    world.seconds_left = 1
    batch = batch_of(("a/1.pdf",), ("b/1.pdf",))
    delivery = delivered(world, batch)
    assert failures(world, batch, delivery) == {"1": OutOfTimeError, "2": OutOfTimeError}


def test_buckets_are_told_apart(world: World) -> None:
    world.s3.buckets["other"] = {}
    world.s3.upload("a/1.pdf", bucket="other")
    batch = Batch((Notice("1", (Change("docs", "a/1.pdf"), Change("other", "a/1.pdf"))),), from_queue=True)
    delivered(world, batch)
    assert world.s3.buckets["other"].keys() == {"a/1.pdf", "manifests/a/manifest.jsonl"}


def test_manifests_in_a_bucket_of_their_own_are_named_after_the_documents_bucket() -> None:
    world = World(layout=Layout(manifest_bucket="links"))
    world.s3.buckets["links"] = {}
    world.s3.upload("a/1.pdf")
    delivered(world, batch_of(("a/1.pdf",)))
    assert world.s3.buckets["links"].keys() == {"manifests/docs/a/manifest.jsonl"}


def test_prefix_depth_gathers_folders_into_one_commit() -> None:
    world = World(layout=Layout(prefix_depth=1))
    for key in ("a/1.pdf", "a/b/2.pdf"):
        world.s3.upload(key)
    delivered(world, batch_of(("a/1.pdf", "a/b/2.pdf")))
    assert world.view().keys() == {"a/1.pdf", "a/b/2.pdf"}


def test_an_empty_batch_is_no_work(world: World) -> None:
    empty: Any = Batch((), from_queue=False)
    delivery = delivered(world, empty)
    assert (delivery.published, delivery.failed, delivery.ignored) == ([], {}, 0)


def test_an_update_warns_once_of_each_key_whose_link_clients_will_not_follow(world: World, log: Log) -> None:
    world.s3.upload("../1.pdf")
    batch = batch_of(("../1.pdf", "a/1.pdf"), ("../1.pdf",))

    delivered(world, batch)

    (line,) = log()
    assert (line["level"], line["bucket"], line["prefix"], line["key"]) == ("WARNING", "docs", "../", "../1.pdf")
    assert "X-Amz" not in str(line)

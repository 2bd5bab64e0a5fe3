"""Publishing changes to one prefix: every rule of the commit protocol, and what it answers."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.merge import Tally
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import MANIFEST, World, at, raising


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1", "2"])
    return world


def test_the_first_upload_makes_a_manifest_of_revision_one(world: World) -> None:
    published = world.publish("a/1.pdf")
    assert (published.revision, published.tally, published.lines) == (1, Tally(added=1), 1)
    assert published.manifest.key == MANIFEST
    assert published.first_expiry == "2026-04-02T08:15:00Z"
    assert world.view() == {"a/1.pdf": world.bucket_view()["a/1.pdf"]}


def test_the_metadata_of_the_first_commit_are_complete(world: World) -> None:
    world.publish("a/1.pdf", "a/gone.pdf")
    metadata = world.stored().metadata
    assert re.fullmatch(r"[0-9a-f]{32}", metadata.pop("commit"))
    assert metadata == {
        "schema": "1",
        "revision": "1",
        "rebuilt-from": "-1",
        "lines": "2",
        "documents": "1",
        "first-expiry": "2026-04-02T08:15:00Z",
    }


def test_documents_are_looked_at_after_the_manifest_was_read(world: World) -> None:
    for _ in range(2):  # the first makes the manifest
        world.s3.calls.clear()
        world.publish("a/1.pdf")
        assert world.s3.calls == ["get_object", "head_object", "put_object"]


def test_a_put_that_loses_the_race_reads_and_heads_again(world: World) -> None:
    other = World(world.s3)

    def overtake() -> None:
        world.s3.remove("a/1.pdf")
        other.publish("a/1.pdf", "a/2.pdf")

    world.s3.before = at("put_object", overtake, MANIFEST)
    published = world.publish("a/1.pdf")
    assert (published.revision, published.conflicts) == (2, 1)
    assert world.view() == world.bucket_view()
    assert world.lines() == [
        world.lines()[0] | {"key": "a/2.pdf", "revision": 1},
        {"key": "a/1.pdf", "deleted": True, "revision": 2},
    ]


def test_two_that_create_one_manifest_at_once_both_come_through(world: World) -> None:
    other = World(world.s3)
    world.s3.before = at("put_object", lambda: other.publish("a/2.pdf"), MANIFEST)
    world.publish("a/1.pdf")
    assert world.view() == world.bucket_view()


def test_a_refused_write_waits_before_it_is_tried_again(world: World) -> None:
    world.s3.before = at("put_object", raising(refusal("PreconditionFailed")), times=3)

    def spend() -> None:
        world.clock += 0.1

    world.s3.after = at("head_object", spend, times=100)
    assert world.publish("a/1.pdf").conflicts == 3
    assert world.waits
    assert max(world.waits) > 0


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])
def test_a_refusal_of_every_kind_leads_to_another_look(world: World, code: str) -> None:
    world.publish("a/1.pdf")
    world.s3.before = at("put_object", raising(refusal(code)))
    assert world.publish("a/2.pdf").conflicts == 1
    assert world.view() == world.bucket_view()


def test_a_manifest_removed_meanwhile_is_made_anew(world: World) -> None:
    world.publish("a/1.pdf")
    world.s3.before = at("put_object", lambda: world.s3.remove(MANIFEST), MANIFEST)
    assert world.publish("a/2.pdf").revision == 1


def test_a_manifest_removed_between_look_and_read_is_looked_at_again(world: World) -> None:
    world.publish("a/1.pdf")
    world.s3.before = at("get_object", lambda: world.s3.remove(MANIFEST), MANIFEST)
    world.publish("a/2.pdf")
    assert list(world.view()) == ["a/2.pdf"]


def test_every_key_is_stamped_even_where_nothing_changed(world: World) -> None:
    world.publish("a/1.pdf", "a/2.pdf")
    published = world.publish("a/1.pdf")
    assert (published.revision, published.tally) == (2, Tally(unchanged=1))
    assert {key: line.revision for key, line in world.latest().items()} == {"a/2.pdf": 1, "a/1.pdf": 2}


def test_a_key_nobody_knows_is_stamped_as_deleted(world: World) -> None:
    published = world.publish("a/never.pdf")
    assert published.tally == Tally(unchanged=1)
    assert world.lines() == [{"key": "a/never.pdf", "deleted": True, "revision": 1}]


def test_a_slower_writer_that_saw_the_opposite_fails_and_looks_again(world: World) -> None:
    """Its commit would bring the deleted document back, had the quick one skipped its write."""
    quick = World(world.s3)

    def delete_and_tell() -> None:
        world.s3.remove("a/1.pdf")
        quick.publish("a/1.pdf")

    world.s3.before = at("put_object", delete_and_tell, MANIFEST)
    world.publish("a/1.pdf")
    assert world.view() == {}


def test_a_removal_is_counted_and_its_line_is_kept_as_deleted(world: World) -> None:
    world.publish("a/1.pdf", "a/2.pdf")
    world.s3.remove("a/1.pdf")
    assert world.publish("a/1.pdf").tally == Tally(removed=1)
    assert world.head().documents == 1
    assert world.head().lines == 2


def test_rebuilt_from_is_carried_along(world: World) -> None:
    world.publish("a/1.pdf")
    world.rebuild()
    world.publish("a/2.pdf")
    assert (world.head().revision, world.head().rebuilt_from) == (3, 1)


def test_links_are_kept_while_they_are_fresh_and_signed_anew_otherwise(world: World) -> None:
    world.publish("a/1.pdf")
    first = world.latest()["a/1.pdf"]
    world.s3.tick(449)
    world.publish("a/2.pdf")
    assert world.latest()["a/1.pdf"] == first
    world.s3.tick(1)
    world.publish("a/2.pdf")
    anew = world.latest()["a/1.pdf"]
    assert (anew.url != first.url, anew.expires_at, anew.revision) == (True, "2026-04-02T08:22:30Z", 1)


def test_a_touched_but_unchanged_document_keeps_its_fresh_link(world: World) -> None:
    world.publish("a/1.pdf")
    first = world.latest()["a/1.pdf"]
    world.s3.tick(60)
    world.publish("a/1.pdf")
    assert (world.latest()["a/1.pdf"].url, world.latest()["a/1.pdf"].revision) == (first.url, 2)


def test_below_five_mebibytes_no_key_has_two_lines(world: World) -> None:
    for _ in range(3):
        world.publish("a/1.pdf", "a/2.pdf")
    assert sorted(line["key"] for line in world.lines()) == ["a/1.pdf", "a/2.pdf"]


def test_a_batch_that_keeps_losing_is_committed_in_halves() -> None:
    world = World()
    world.fill(map(str, range(40)))
    keys = sorted(world.bucket_view())
    world.s3.before = at("put_object", raising(refusal("PreconditionFailed")), times=4)
    published = world.publish(*keys)
    assert (published.revision, published.conflicts, published.tally) == (2, 4, Tally(added=40))
    assert world.view() == world.bucket_view()


def test_a_batch_that_others_overtake_while_it_looks_is_committed_in_halves() -> None:
    """One refused write, and from then on every loss is seen before it is written: still it must get smaller."""
    world = World()
    world.fill(map(str, range(40)))
    keys = sorted(world.bucket_view())
    other, looked = World(world.s3), 0

    def overtake(name: str, request: dict[str, Any]) -> None:
        nonlocal looked
        looked += name == "head_object" and request["Key"] in keys
        if looked == 25:  # documents: nobody looks at more of them before somebody else commits
            looked = 0
            world.seconds_left -= 1
            other.publish("a/of-another.pdf")

    world.s3.before = overtake
    published = world.publish(*keys)
    assert published.conflicts == 1
    assert world.view() == world.bucket_view()


def test_a_fresh_link_survives_the_clock_of_another_process() -> None:
    s3 = FakeS3()
    world = World(s3)
    world.fill(["1"])
    world.publish("a/1.pdf")
    s3.now -= timedelta(seconds=30)
    first = world.latest()["a/1.pdf"].url
    world.publish("a/1.pdf")
    assert world.latest()["a/1.pdf"].url == first

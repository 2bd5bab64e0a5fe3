"""Archived documents: a line without a link, until they are restored, and again when the copy has ended."""

from typing import Any

import pytest

from tests.world import MANIFEST, World, at, make_small_manifests_large

KEY = "a/1.pdf"


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1"])
    return world


@pytest.fixture(params=["update", "rebuild"])
def look(request: pytest.FixtureRequest, world: World) -> Any:
    """Either way to see a document and to commit what was seen."""
    return (lambda: world.publish(KEY)) if request.param == "update" else world.rebuild


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_document_has_a_line_without_a_link(world: World, look: Any, storage_class: str) -> None:
    world.s3.archive(KEY, storage_class)
    look()
    (line,) = world.lines()
    etag = world.s3.buckets["docs"][KEY].etag.strip('"')
    assert list(line.items()) == [
        ("key", KEY),
        ("size", 1),
        ("etag", etag),
        ("last_modified", "2026-04-02T08:00:00Z"),
        ("archived", True),
        ("revision", 1),
    ]
    assert (world.head().documents, world.head().first_expiry) == (1, None)


@pytest.mark.parametrize("storage_class", ["GLACIER_IR", "STANDARD_IA", "INTELLIGENT_TIERING"])
def test_what_answers_at_once_has_a_link(world: World, look: Any, storage_class: str) -> None:
    world.s3.archive(KEY, storage_class)
    look()
    assert world.latest()[KEY].shown


def test_a_document_that_moves_into_the_archive_loses_its_link_and_gets_one_when_it_is_restored(
    world: World, look: Any
) -> None:
    look()
    world.s3.archive(KEY)
    look()
    assert (world.view(), world.latest()[KEY].access.archived) == ({}, True)
    world.s3.unarchive(KEY)
    look()
    assert world.view() == world.bucket_view()
    assert world.lines()[0]["restored_until"] == "2026-04-03T08:00:00Z"
    world.s3.archive(KEY)
    look()
    assert world.view() == {}


def test_a_link_ends_with_the_restored_copy_also_when_it_is_signed_anew(world: World, look: Any) -> None:
    world.s3.archive(KEY)
    world.s3.unarchive(KEY, seconds=600)
    look()
    assert world.latest()[KEY].expires_at == world.head().first_expiry == "2026-04-02T08:10:00Z"
    world.s3.tick(400)
    world.publish("a/2.pdf")
    assert world.latest()[KEY].expires_at == world.head().first_expiry == "2026-04-02T08:10:00Z"


def test_a_copy_that_is_kept_longer_is_no_unchanged_document(world: World) -> None:
    world.s3.archive(KEY)
    world.s3.unarchive(KEY, seconds=600)
    world.publish(KEY)
    world.s3.unarchive(KEY, seconds=6000)
    assert world.publish(KEY).tally.added == 1
    assert world.latest()[KEY].expires_at == "2026-04-02T08:15:00Z"


def test_a_move_into_the_archive_is_counted_as_a_change_and_a_second_look_is_not(world: World) -> None:
    world.publish(KEY)
    world.s3.archive(KEY)
    assert [world.publish(KEY).tally.added for _ in range(2)] == [1, 0]


def test_who_did_not_look_gives_an_archived_document_no_link(world: World) -> None:
    world.s3.archive(KEY)
    world.publish(KEY)
    world.s3.tick(600)
    world.publish("a/2.pdf")
    assert not world.latest()[KEY].shown
    world.s3.after = at("list_objects_v2", lambda: World(world.s3).publish(KEY))
    world.rebuild()
    assert not world.latest()[KEY].shown


def test_looking_at_an_archived_document_takes_no_request_more(world: World) -> None:
    world.publish(KEY)
    usual = world.s3.calls.copy()
    world.s3.calls.clear()
    del world.s3.buckets["docs"][MANIFEST]
    world.s3.archive(KEY)
    world.publish(KEY)
    assert world.s3.calls == usual


def test_a_large_manifest_tells_the_same(world: World, look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_manifests_large(monkeypatch)
    world.fill(map(str, range(2, 9)))
    world.rebuild()
    world.s3.archive(KEY)
    look()
    assert KEY not in world.view()
    world.s3.unarchive(KEY)
    look()
    assert world.view() == world.bucket_view()

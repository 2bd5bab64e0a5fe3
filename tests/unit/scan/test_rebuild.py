"""Rebuilding one prefix: what a listing replaces, what is newer than it, and meeting other rebuilds."""

import pytest

from shared.domain.errors import OutOfTimeError, StoreUnavailableError
from shared.scan.spool import Spool
from tests.fake_objects import refusal
from tests.world import FOLDER, MANIFEST, World, at, make_small_manifests_large, raising


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1", "2"])
    return world


@pytest.fixture
def other(world: World) -> World:
    """Another process at work in the same bucket."""
    return World(world.s3)


def test_a_rebuild_shows_the_bucket_in_listing_order_with_one_revision(world: World) -> None:
    world.fill(["ä", "Z", "é", "\U0001f9fe", "\uffee"])
    rebuilt = world.rebuild()
    keys = [line["key"] for line in world.lines()]
    assert keys == sorted(keys, key=str.encode)
    assert {line["revision"] for line in world.lines()} == {1}
    assert world.view() == world.bucket_view()
    assert (rebuilt.count, rebuilt.previous_count, rebuilt.revision, rebuilt.superseded) == (7, 0, 1, False)


def test_a_rebuild_notes_what_it_was_rebuilt_from(world: World) -> None:
    world.publish("a/1.pdf")
    world.publish("a/2.pdf")
    world.rebuild()
    head = world.head()
    assert (head.revision, head.rebuilt_from, head.documents, head.lines) == (3, 2, 2, 2)
    assert head.first_expiry == "2026-04-02T08:15:00Z"


def test_a_rebuild_signs_every_link_anew(world: World) -> None:
    world.publish("a/1.pdf")
    first = world.latest()["a/1.pdf"].url
    world.s3.tick(1)
    world.rebuild()
    assert world.latest()["a/1.pdf"].url != first


def test_a_rebuild_drops_old_deleted_lines_and_keeps_new_ones(world: World, other: World) -> None:
    world.publish("a/never.pdf")

    def remove() -> None:
        world.s3.remove("a/2.pdf")
        other.publish("a/2.pdf")

    world.s3.after = at("list_objects_v2", remove)
    world.rebuild()
    assert world.view() == world.bucket_view()
    assert [line["key"] for line in world.lines()] == ["a/1.pdf", "a/2.pdf", ""]
    assert world.lines()[1] == {"key": "a/2.pdf", "deleted": True, "revision": 2}


@pytest.mark.parametrize("large", [False, True])
def test_a_rebuild_keeps_lines_observed_after_its_listing_began(
    world: World,
    other: World,
    monkeypatch: pytest.MonkeyPatch,
    large: bool,  # noqa: FBT001 -- pytest's way to say it
) -> None:
    if large:
        make_small_manifests_large(monkeypatch)
    world.publish("a/1.pdf")

    def arrive() -> None:
        world.s3.upload("a/3.pdf", b"new")
        other.publish("a/3.pdf")

    world.s3.after = at("list_objects_v2", arrive)
    rebuilt = world.rebuild()
    assert world.view() == world.bucket_view()
    assert rebuilt.conflicts <= 1
    assert (world.head().revision, world.head().rebuilt_from) == (3, 1)
    assert world.listings == 1
    assert world.left_over() == []


def test_a_kept_line_is_signed_anew_and_keeps_its_revision(world: World, other: World) -> None:
    world.publish("a/1.pdf")
    world.s3.after = at("list_objects_v2", lambda: other.publish("a/1.pdf"))
    world.s3.before = at("list_objects_v2", world.s3.tick)
    world.rebuild()
    line = world.latest()["a/1.pdf"]
    assert (line.revision, line.expires_at) == (2, "2026-04-02T08:15:01Z")


def test_a_rebuild_with_publishes_in_between_ends_with_a_marker_of_its_own(world: World, other: World) -> None:
    world.publish("a/1.pdf")
    world.s3.after = at("list_objects_v2", lambda: other.publish("a/2.pdf"))
    world.rebuild()
    assert world.lines()[-1] == {"key": "", "deleted": True, "revision": 3}
    assert world.head().documents == 2


def test_an_emptied_prefix_ends_with_a_marker_of_its_own_revision(world: World) -> None:
    world.publish("a/1.pdf")
    for name in ("1", "2"):
        world.s3.remove(f"a/{name}.pdf")
    etags = set()
    for revision in (2, 3):
        rebuilt = world.rebuild()
        assert (rebuilt.count, rebuilt.revision, rebuilt.first_expiry) == (0, revision, None)
        assert world.lines() == [{"key": "", "deleted": True, "revision": revision}]
        assert world.stored().metadata["first-expiry"] == "none"
        etags.add(world.stored().etag)
    assert len(etags) == 2


def test_the_next_update_drops_the_marker(world: World) -> None:
    world.s3.remove("a/1.pdf")
    world.s3.remove("a/2.pdf")
    world.rebuild()
    world.fill(["1"])
    world.publish("a/1.pdf")
    assert [line["key"] for line in world.lines()] == ["a/1.pdf"]


def test_a_refused_rebuild_commits_again_without_another_listing(world: World, other: World) -> None:
    world.publish("a/1.pdf")
    world.s3.before = at("put_object", lambda: other.publish("a/2.pdf"), MANIFEST)
    assert world.rebuild().conflicts == 1
    assert world.listings == 1
    assert world.view() == world.bucket_view()


@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])
def test_a_rebuild_meets_every_refusal_by_looking_again(world: World, code: str) -> None:
    world.publish("a/1.pdf")
    world.s3.before = at("put_object", raising(refusal(code)), MANIFEST)
    world.rebuild()
    assert world.view() == world.bucket_view()


def test_a_rebuild_whose_answer_was_lost_knows_its_commit(world: World) -> None:
    world.s3.after = at("put_object", raising(OSError("cut")), MANIFEST)
    assert world.rebuild().revision == 1
    assert world.listings == 1


def test_a_spool_is_closed_where_its_manifest_cannot_be_looked_at(world: World) -> None:
    closed: list[bool] = []

    class Watched(Spool):
        def close(self) -> None:
            closed.append(True)

    world.publish("a/1.pdf")
    world.s3.before = at("head_object", raising(refusal("InternalError")), MANIFEST)
    with pytest.raises(StoreUnavailableError):
        world.rebuilder.rebuild_listed(FOLDER, "etag", Watched.empty(), world.deadline)
    assert closed


def test_nothing_is_written_when_a_rebuilds_time_has_run_out(world: World) -> None:
    world.seconds_left = 1
    with pytest.raises(OutOfTimeError):
        world.rebuild()
    assert MANIFEST not in world.s3.buckets["docs"]

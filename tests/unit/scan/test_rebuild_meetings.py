"""A rebuild that meets other rebuilds, or a manifest that somebody changed by hand."""

from collections.abc import Callable

import pytest

from shared.domain.errors import ScanOverlapError
from tests.world import FOLDER, MANIFEST, World, at


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1", "2"])
    return world


@pytest.fixture
def other(world: World) -> World:
    """Another process at work in the same bucket."""
    return World(world.s3)


def while_listing(world: World, act: Callable[[], object]) -> None:
    world.s3.before = at("list_objects_v2", act)


def test_a_rebuild_that_began_earlier_yields_to_one_that_began_later(world: World, other: World) -> None:
    world.publish("a/1.pdf")

    def later() -> None:
        other.publish("a/2.pdf")
        other.rebuild()

    while_listing(world, later)
    rebuilt = world.rebuild()
    assert (rebuilt.superseded, rebuilt.revision, rebuilt.count, rebuilt.previous_count) == (True, 3, 2, 2)
    assert world.head().rebuilt_from == 2


def test_a_rebuild_that_another_of_the_same_age_overtook_starts_over(world: World, other: World) -> None:
    world.publish("a/1.pdf")
    while_listing(world, other.rebuild)
    rebuilt = world.rebuild()
    assert (rebuilt.superseded, rebuilt.revision, world.listings) == (False, 3, 2)


def test_a_scan_that_is_overtaken_at_every_start_says_so(world: World, other: World) -> None:
    busy = at("list_objects_v2", other.rebuild, times=9)
    asked_by_the_other = False

    def overtake(name: str, request: dict[str, object]) -> None:
        nonlocal asked_by_the_other
        if not asked_by_the_other:
            asked_by_the_other = True
            busy(name, request)
            asked_by_the_other = False

    world.s3.before = overtake
    with pytest.raises(ScanOverlapError, match="further apart"):
        world.rebuild()
    assert world.listings == 5


def test_a_manifest_removed_while_listing_is_rebuilt_from_a_new_listing(world: World) -> None:
    world.publish("a/1.pdf")
    while_listing(world, lambda: world.s3.remove(MANIFEST))
    assert world.rebuild().revision == 1
    assert world.listings == 2


def test_a_manifest_restored_to_an_older_version_is_rebuilt_from_a_new_listing(world: World) -> None:
    world.publish("a/1.pdf")
    older = world.stored()
    world.publish("a/2.pdf")

    def restore() -> None:
        world.s3.buckets["docs"][MANIFEST] = older

    while_listing(world, restore)
    world.rebuild()
    assert world.listings == 2
    assert world.view() == world.bucket_view()


def test_a_prefix_whose_manifest_is_as_the_survey_showed_needs_no_listing_of_its_own(world: World) -> None:
    world.publish("a/1.pdf")
    etag = world.stored().etag.strip('"')
    world.rebuilder.rebuild_listed(FOLDER, etag, world.spooled(world.found()), world.deadline)
    assert world.listings == 0
    assert world.view() == world.bucket_view()


def test_a_prefix_whose_manifest_changed_since_the_survey_is_listed_alone(world: World) -> None:
    world.publish("a/1.pdf")
    etag, listed = world.stored().etag, world.spooled(world.found())
    world.s3.remove("a/2.pdf")
    world.publish("a/2.pdf")
    world.rebuilder.rebuild_listed(FOLDER, etag, listed, world.deadline)
    assert world.listings == 1
    assert world.view() == world.bucket_view()


def test_a_manifest_made_since_the_survey_keeps_its_lines(world: World) -> None:
    listed = world.spooled(world.found())
    world.s3.upload("a/3.pdf", b"new")
    world.s3.remove("a/1.pdf")
    world.publish("a/1.pdf", "a/3.pdf")
    world.rebuilder.rebuild_listed(FOLDER, None, listed, world.deadline)
    assert world.view() == world.bucket_view()

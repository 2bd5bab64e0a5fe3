"""A rebuild's staged object, which takes a large manifest's place: made once, and never left behind."""

import pytest

from shared.domain.errors import AccessDeniedError, OutOfTimeError, StoreUnavailableError
from tests.fake_objects import refusal
from tests.world import MANIFEST, SMALL_LARGE, World, at, raising

STEPS = ["create_multipart_upload", "upload_part", "upload_part_copy", "complete_multipart_upload"]


def test_a_rebuild_stages_once_and_deletes_what_it_staged(world: World) -> None:
    other = World(world.s3)
    world.s3.before = at("complete_multipart_upload", lambda: other.publish("a/2.pdf"), MANIFEST)
    assert world.rebuild().conflicts == 1
    assert world.listings == 2  # of this world: the fixture's, and this one's
    assert world.view() == world.bucket_view()
    assert world.left_over() == []


@pytest.mark.parametrize("step", [*STEPS, "delete_object"])
def test_nothing_staged_is_left_when_a_rebuild_is_denied_at_any_step(world: World, step: str) -> None:
    before = world.stored()
    world.s3.before = at(step, raising(refusal("AccessDenied")))
    if step == "delete_object":
        world.rebuild()
    else:
        with pytest.raises(AccessDeniedError):
            world.rebuild()
        assert world.stored() == before
    assert world.left_over() == []


@pytest.mark.parametrize("step", STEPS)
def test_nothing_staged_is_left_when_a_rebuilds_time_runs_out(world: World, step: str) -> None:
    def spend() -> None:
        world.seconds_left = 1

    world.s3.before = at(step, spend)
    with pytest.raises(OutOfTimeError):
        world.rebuild()
    assert world.left_over() == []


def test_what_was_staged_and_is_gone_is_an_error(world: World) -> None:
    def sweep() -> None:
        for key in [key for key in world.s3.buckets["docs"] if "/.staging/" in key]:
            world.s3.remove(key)

    world.s3.before = at("upload_part_copy", sweep)
    with pytest.raises(StoreUnavailableError, match="staged"):
        world.rebuild()
    assert world.left_over() == []


def test_a_superseded_rebuild_deletes_what_it_staged(world: World) -> None:
    other = World(world.s3)

    def overtake() -> None:
        other.publish("a/1.pdf")
        other.rebuild()

    world.s3.before = at("create_multipart_upload", overtake, MANIFEST)
    assert world.rebuild().superseded
    assert world.left_over() == []


def test_a_rebuild_that_shrinks_and_one_that_grows_cross_the_boundary(world: World) -> None:
    large = world.stored().body
    for number in range(1, 10):
        world.s3.remove(f"a/{number}.pdf")
    world.rebuild()
    assert len(world.stored().body) < SMALL_LARGE < len(large)
    assert world.view() == world.bucket_view()
    world.publish("a/0.pdf", "a/1.pdf")
    assert [line["key"] for line in world.lines()] == ["a/0.pdf", "a/1.pdf"]
    world.fill(map(str, range(10)))
    world.publish(*sorted(world.bucket_view()))
    assert world.view() == world.bucket_view()
    world.publish("a/0.pdf")
    assert len(world.lines()) == 11

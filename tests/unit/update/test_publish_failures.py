"""Publishing when S3 does not play along: what is read into an answer, what is not, and what is said."""

import pytest

from shared.domain.documents import Folder
from shared.domain.errors import AccessDeniedError, BucketMissingError, OutOfTimeError, StoreUnavailableError
from shared.domain.merge import Tally
from tests.fake_objects import refusal
from tests.world import MANIFEST, World, at, raising


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1", "2"])
    return world


def test_a_lost_answer_is_known_by_its_commit_id(world: World) -> None:
    world.s3.after = at("put_object", raising(refusal("PreconditionFailed")))  # the SDK's own retry was refused
    published = world.publish("a/1.pdf")
    assert (published.revision, published.tally) == (1, Tally(added=1))
    assert world.s3.calls.count("put_object") == 1


@pytest.mark.parametrize("error", [refusal("InternalError"), OSError("cut")])
def test_a_failed_write_that_came_through_is_known_too(world: World, error: Exception) -> None:
    world.s3.after = at("put_object", raising(error))
    assert world.publish("a/1.pdf").revision == 1
    assert world.s3.calls.count("put_object") == 1


def test_a_commit_covered_by_another_is_written_once_more(world: World) -> None:
    other = World(world.s3)

    def lose() -> None:
        other.publish("a/2.pdf")
        raise refusal("PreconditionFailed")

    world.s3.after = at("put_object", lose)
    assert world.publish("a/1.pdf").revision == 3
    assert world.view() == world.bucket_view()


def test_a_403_on_head_is_never_read_as_gone(world: World) -> None:
    world.publish("a/1.pdf")
    before = world.stored()
    world.s3.before = at("head_object", raising(refusal("AccessDenied")), "a/1.pdf")
    with pytest.raises(AccessDeniedError, match=r"a/1\.pdf.*403"):
        world.publish("a/1.pdf")
    assert world.stored() == before


def test_a_403_on_the_manifest_is_never_read_as_none(world: World) -> None:
    world.publish("a/1.pdf")
    before = world.stored()
    world.s3.before = at("get_object", raising(refusal("AccessDenied")), MANIFEST)
    with pytest.raises(AccessDeniedError, match=MANIFEST):
        world.publish("a/2.pdf")
    assert world.stored() == before


def test_a_refused_write_by_403_is_said_at_once(world: World) -> None:
    world.s3.before = at("put_object", raising(refusal("AccessDenied")), times=9)
    with pytest.raises(AccessDeniedError, match=MANIFEST):
        world.publish("a/1.pdf")
    assert world.s3.calls.count("put_object") == 1


def test_a_bucket_that_does_not_exist_is_no_empty_prefix(world: World) -> None:
    with pytest.raises(BucketMissingError, match="nowhere"):
        world.publish("a/1.pdf", folder=Folder("nowhere", "a/"))


def test_a_store_that_keeps_failing_is_named_after_three_writes(world: World) -> None:
    world.s3.before = at("put_object", raising(refusal("InternalError")), times=9)
    with pytest.raises(StoreUnavailableError, match="500"):
        world.publish("a/1.pdf")
    assert world.s3.calls.count("put_object") == 3


def test_nothing_is_written_when_time_has_run_out(world: World) -> None:
    world.seconds_left = 1
    with pytest.raises(OutOfTimeError):
        world.publish("a/1.pdf")
    assert "put_object" not in world.s3.calls


def test_endless_refusals_end_when_time_does(world: World) -> None:
    def refuse() -> None:
        world.seconds_left -= 10
        raise refusal("PreconditionFailed")

    world.s3.before = at("put_object", refuse, times=99)
    with pytest.raises(OutOfTimeError):
        world.publish("a/1.pdf")
    assert world.s3.calls.count("put_object") == 6

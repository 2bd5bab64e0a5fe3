"""One manifest in S3: looking, reading, and the one door every change goes through."""

from typing import Any

import pytest

from shared.domain.documents import Place
from shared.domain.errors import AccessDeniedError, BucketMissingError, StoreUnavailableError
from shared.domain.head import Head
from shared.domain.manifest import Line, encode
from shared.store.stored import Draft, ManifestChanged, OutOfPatience, Stored
from tests.fake_objects import refusal
from tests.world import FOLDER, MANIFEST, World, at, raising

PLACE = Place("docs", MANIFEST)


@pytest.fixture
def world() -> World:
    return World()


def draft_of(stored: Stored) -> Draft:
    revision = stored.head.revision + 1
    return Draft(Head(revision=revision, lines=1), encode([Line.gone("a/1.pdf", revision)]))


def test_where_there_is_none_it_is_to_be_created(world: World) -> None:
    stored = world.store.look(PLACE)
    assert (stored.etag, stored.size, stored.head, stored.large) == (None, 0, Head(), False)
    assert stored.condition() == {"IfNoneMatch": "*"}
    assert world.store.read(stored) == b""


def test_where_there_is_one_it_is_to_be_replaced(world: World) -> None:
    world.publish("a/1.pdf")
    stored = world.store.look(PLACE)
    assert stored.condition() == {"IfMatch": world.stored().etag}
    assert (stored.size, stored.head) == (len(world.stored().body), world.head())
    assert world.store.read(stored) == world.stored().body
    assert world.store.read(stored, 10) == world.stored().body[10:]


def test_nothing_lies_beyond_the_end(world: World) -> None:
    world.publish("a/1.pdf")
    stored = world.store.look(PLACE)
    assert world.store.read(stored, stored.size) == b""


def test_a_missing_bucket_is_not_a_missing_manifest(world: World) -> None:
    with pytest.raises(BucketMissingError):
        world.store.look(Place("nowhere", MANIFEST))


def test_a_manifest_that_came_between_two_looks_is_seen(world: World) -> None:
    world.s3.before = at("get_object", lambda: World(world.s3).publish("a/1.pdf"))
    assert world.store.look(PLACE).head.revision == 1


@pytest.mark.parametrize("change", [lambda world: world.publish("a/2.pdf"), lambda world: world.s3.remove(MANIFEST)])
def test_another_manifest_is_never_read_for_the_one_that_was_seen(world: World, change: Any) -> None:
    world.publish("a/1.pdf")
    stored = world.store.look(PLACE)
    change(world)
    with pytest.raises(ManifestChanged):
        world.store.read(stored)


class Cut:
    """A body that breaks off."""

    def read(self, _: int) -> bytes:
        raise OSError("cut")

    def close(self) -> None:
        pass


def test_a_body_that_breaks_off_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish("a/1.pdf")
    stored = world.store.look(PLACE)
    whole, answers = world.s3.get_object, [Cut(), Cut()]

    def get_object(**request: Any) -> Any:
        return {"Body": answers.pop()} if answers else whole(**request)

    monkeypatch.setattr(world.s3, "get_object", get_object, raising=False)
    assert world.store.read(stored) == world.stored().body


@pytest.mark.parametrize(
    ("code", "meaning", "reads"), [("InternalError", StoreUnavailableError, 3), ("AccessDenied", AccessDeniedError, 1)]
)
def test_a_read_that_keeps_failing_is_said(world: World, code: str, meaning: type[Exception], reads: int) -> None:
    world.publish("a/1.pdf")
    stored = world.store.look(PLACE)
    world.s3.calls.clear()
    world.s3.before = at("get_object", raising(refusal(code)), times=9)
    with pytest.raises(meaning, match=MANIFEST):
        world.store.read(stored)
    assert world.s3.calls.count("get_object") == reads


def test_every_commit_has_an_id_of_its_own(world: World) -> None:
    ids = set()
    for _ in range(3):
        world.store.commit(PLACE, draft_of, world.deadline)
        ids.add(world.head().commit)
    assert len(ids) == 3


def test_a_commit_tells_what_it_replaced(world: World) -> None:
    world.store.commit(PLACE, draft_of, world.deadline)
    done = world.store.commit(PLACE, draft_of, world.deadline)
    assert done
    assert (done.replaced.head.revision, done.draft.head.revision, done.conflicts) == (1, 2, 0)


def test_a_commit_gives_up_after_as_many_losses_as_it_was_given(world: World) -> None:
    world.s3.before = at("put_object", raising(refusal("PreconditionFailed")), times=99)
    with pytest.raises(OutOfPatience) as lost:
        world.store.commit(PLACE, draft_of, world.deadline, patience=3)
    assert lost.value.conflicts == world.s3.calls.count("put_object") == 3


def test_a_loss_that_is_seen_before_the_write_counts_as_a_refused_one_does(world: World) -> None:
    def overtaken(stored: Stored) -> Draft:
        World(world.s3).publish("a/2.pdf")
        world.seconds_left -= 1
        return draft_of(stored)

    with pytest.raises(OutOfPatience) as lost:
        world.store.commit(PLACE, overtaken, world.deadline, patience=3)
    assert lost.value.conflicts == 1


def test_a_start_that_is_given_is_not_looked_at_again(world: World) -> None:
    world.store.commit(PLACE, draft_of, world.deadline, start=Stored(PLACE))
    assert world.s3.calls == ["put_object"]


def test_a_start_that_is_out_of_date_is_refused_and_looked_at(world: World) -> None:
    old = world.store.look(PLACE)
    world.publish("a/1.pdf")
    done = world.store.commit(PLACE, draft_of, world.deadline, start=old)
    assert done
    assert (done.conflicts, done.draft.head.revision) == (1, 2)


def test_where_others_write_too_a_look_is_taken_before_a_write_is_wasted(world: World) -> None:
    world.s3.before = at("put_object", raising(refusal("PreconditionFailed")))
    decided = 0

    def decide(stored: Stored) -> Draft:
        nonlocal decided
        decided += 1
        if decided == 2:
            World(world.s3).publish("a/2.pdf")
        return draft_of(stored)

    world.s3.after = at("head_object", lambda: setattr(world, "clock", world.clock + 0.5), times=9)
    done = world.store.commit(PLACE, decide, world.deadline)
    assert done
    assert (done.conflicts, decided, done.draft.head.revision) == (1, 3, 2)


def test_what_decides_may_end_the_commit(world: World) -> None:
    def decide(_: Stored) -> Draft:
        raise LookupError("no")

    with pytest.raises(LookupError):
        world.store.commit(PLACE, decide, world.deadline)
    assert "put_object" not in world.s3.calls


def test_the_body_is_sent_as_json_lines(world: World) -> None:
    sent: list[dict[str, Any]] = []
    world.s3.before = lambda name, request: sent.append(request) if name == "put_object" else None
    world.publish("a/1.pdf", folder=FOLDER)
    assert sent[0]["ContentType"] == "application/x-ndjson"
    assert sent[0]["IfNoneMatch"] == "*"

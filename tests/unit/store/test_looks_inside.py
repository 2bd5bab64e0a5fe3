"""A look that brings the manifest's bytes along: what it costs, and what it does where they do not come."""

from typing import Any

import pytest

from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError, StoreUnfitError
from shared.store import manifests
from tests.fake_objects import refusal
from tests.world import MANIFEST, World, at, raising

PLACE = Place("docs", MANIFEST)


@pytest.fixture
def world() -> World:
    """With a manifest of ten lines, some 2 KB, that no store has looked at."""
    world = World()
    world.fill(map(str, range(10)))
    world.publish(*(f"a/{number}.pdf" for number in range(10)))
    return World(world.s3)


def calls(world: World) -> list[str]:
    world.s3.calls.clear()
    world.publish("a/1.pdf")
    return world.s3.calls


def test_a_lone_event_costs_three_requests(world: World) -> None:
    assert calls(world) == ["get_object", "head_object", "put_object"]


def test_the_rest_of_a_manifest_is_read_under_its_etag(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_FIRST", 100)
    asked: list[dict[str, Any]] = []
    world.s3.before = lambda name, request: asked.append(request) if name == "get_object" else None
    stored = world.store.look_inside(PLACE)
    assert world.store.read(stored) == world.stored().body
    assert world.store.read(stored, 50) == world.stored().body[50:]
    assert [request["Range"] for request in asked] == ["bytes=0-99", "bytes=100-", "bytes=100-"]
    assert [request.get("IfMatch") for request in asked] == [None, stored.etag, stored.etag]


def test_one_whose_size_is_known_is_read_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_FIRST", 100)
    assert calls(world) == ["get_object", "get_object", "head_object", "put_object"]
    assert calls(world) == ["get_object", "head_object", "put_object"]


def test_sizes_of_so_many_manifests_are_remembered_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_FIRST", 100)
    monkeypatch.setattr(manifests, "_REMEMBERED", 2)
    calls(world)
    others = [Place("docs", f"manifests/{name}/manifest.jsonl") for name in "bc"]
    world.store.look_inside(others[0])
    assert calls(world).count("get_object") == 1
    for other in others:
        world.store.look_inside(other)
    assert calls(world).count("get_object") == 2


class Broken:
    """A body that breaks off."""

    def read(self, _: int) -> bytes:
        raise OSError("cut")

    def close(self) -> None:
        pass


def test_bytes_that_break_off_are_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, broken = world.s3.get_object, [Broken()]

    def get_object(**request: Any) -> Any:
        answer = whole(**request)
        return answer | {"Body": broken.pop()} if broken else answer

    monkeypatch.setattr(world.s3, "get_object", get_object, raising=False)
    world.s3.upload("a/new.pdf")
    world.publish("a/new.pdf")
    assert world.view() == world.bucket_view()


def test_a_store_that_knows_no_ranges_is_read_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world.s3.get_object

    def get_object(Range: str, **request: Any) -> Any:  # noqa: ARG001, N803 -- S3's name
        return whole(**request)

    monkeypatch.setattr(world.s3, "get_object", get_object, raising=False)
    monkeypatch.setattr(manifests, "_FIRST", 100)
    stored = world.store.look_inside(PLACE)
    assert (stored.size, len(stored.beginning)) == (len(world.stored().body), 100)
    world.publish("a/1.pdf")
    assert world.view() == world.bucket_view()


@pytest.mark.parametrize("told", ["bytes 0-99/*", "bytes 5-104/2000", "items 0-9/10"])
def test_bytes_that_may_be_of_elsewhere_or_not_all_are_not_taken(
    world: World, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    whole = world.s3.get_object

    def get_object(**request: Any) -> Any:
        answer = whole(**request)
        return answer | {"ContentRange": told} if request["Range"] == "bytes=0-99" else answer

    monkeypatch.setattr(world.s3, "get_object", get_object, raising=False)
    monkeypatch.setattr(manifests, "_FIRST", 100)
    stored = world.store.look_inside(PLACE)
    assert (stored.size, stored.beginning) == (len(world.stored().body), b"")
    world.publish("a/1.pdf")
    assert world.view() == world.bucket_view()


def test_a_part_that_does_not_tell_of_what_is_not_taken_for_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world.s3.get_object

    def get_object(**request: Any) -> Any:
        answer = whole(**request)
        if request["Range"] == "bytes=0-99":
            del answer["ContentRange"]
            answer["ResponseMetadata"] = {"HTTPStatusCode": 206}
        return answer

    monkeypatch.setattr(world.s3, "get_object", get_object, raising=False)
    monkeypatch.setattr(manifests, "_FIRST", 100)
    assert world.store.look_inside(PLACE).size == len(world.stored().body)


def test_a_rest_that_begins_elsewhere_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world.s3.get_object
    monkeypatch.setattr(manifests, "_FIRST", 100)
    stored = world.store.look_inside(PLACE)
    elsewhere = {"ContentRange": "bytes 0-99/2000"}
    monkeypatch.setattr(world.s3, "get_object", lambda **request: whole(**request) | elsewhere, raising=False)
    with pytest.raises(StoreUnfitError, match="asked from byte 100 on, the store answered bytes 0-99/2000"):
        world.store.read(stored)


def test_an_empty_object_has_no_first_byte(world: World) -> None:
    world.s3.upload(MANIFEST, b"")
    world.publish("a/1.pdf")
    assert world.view().keys() == {"a/1.pdf"}


def test_one_that_came_between_the_refusal_of_a_range_and_the_look_is_seen(world: World) -> None:
    world.s3.before = at("get_object", raising(refusal("InvalidRange")), MANIFEST)
    assert world.store.look_inside(PLACE).size == len(world.stored().body)


def test_one_that_is_gone_by_then_is_none(world: World) -> None:
    world.s3.before = at("get_object", raising(refusal("InvalidRange")), MANIFEST)
    world.s3.remove(MANIFEST)
    assert world.store.look_inside(PLACE).etag is None


def test_a_store_that_does_not_answer_is_said(world: World) -> None:
    world.s3.before = at("get_object", raising(refusal("SlowDown")), MANIFEST)
    with pytest.raises(StoreUnavailableError, match=MANIFEST):
        world.store.look_inside(PLACE)

"""Manifests with stable links: written, kept, taken over from presigned ones, and turned back into such."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.documents import Folder
from shared.domain.errors import ConfigError
from shared.domain.events import parse
from shared.telemetry import expires_in, metrics
from shared.update.deliver import deliver
from tests.event_shapes import s3_event, s3_record, sqs_event
from tests.world import MANIFEST, SMALL_LARGE, STABLE, TREE, Scanned, World, at, make_small_manifests_large, manifest_of

KEYS = ("a/1.pdf", "a/2.pdf")
Pair = tuple[World, World]


@pytest.fixture
def world() -> World:
    world = World(stable=True)
    world.fill(["1", "2"])
    return world


@pytest.fixture(params=["to stable", "to presigned"])
def pair(request: pytest.FixtureRequest) -> Pair:
    """One bucket before LINKS is changed, and after."""
    before = World(stable=request.param == "to presigned")
    before.fill(["1", "2"])
    return before, World(before.s3, stable=request.param == "to stable")


@pytest.fixture(params=["update", "rebuild"])
def look(request: pytest.FixtureRequest) -> Callable[[World], Any]:
    """Either way to see two documents and to commit what was seen."""
    return (lambda world: world.publish(*KEYS)) if request.param == "update" else World.rebuild


def link_of(key: str) -> str:
    return STABLE.signing("docs").link(key)


def kinds(world: World, manifest: str = MANIFEST) -> dict[str, str]:
    """By key, the kind of every link that there is; whatever is neither, or both, is a kind of its own."""
    found = {}
    for line in world.lines(manifest):
        if "url" in line:
            is_stable = line["url"] == link_of(line["key"]) and "expires_at" not in line
            is_presigned = "X-Amz-Signature=" in line["url"] and "expires_at" in line
            found[line["key"]] = {(True, False): "stable", (False, True): "presigned"}.get(
                (is_stable, is_presigned), "?"
            )
    return found


def kind_of(world: World) -> str:
    return "stable" if world.signing.expires_at is None else "presigned"


def test_a_line_has_the_documents_link_and_no_expiry(world: World, look: Callable[[World], Any]) -> None:
    look(world)
    first = world.lines()[0]
    assert list(first) == ["key", "url", "size", "etag", "last_modified", "revision"]
    assert [line["url"] for line in world.lines()] == [link_of(key) for key in KEYS]
    assert world.view() == world.bucket_view()


def test_the_metadata_say_that_nothing_expires_and_so_does_the_answer(
    world: World, look: Callable[[World], Any]
) -> None:
    assert look(world).first_expiry is None
    assert world.stored().metadata["first-expiry"] == "none"


def test_no_expiry_is_counted(world: World, look: Callable[[World], Any]) -> None:
    expires_in(look(world).first_expiry)
    assert "SecondsToFirstExpiry" not in metrics.metric_set


def test_an_update_leaves_stable_links_as_they_are_however_old(world: World) -> None:
    world.publish(*KEYS)
    before = world.latest()
    world.s3.tick(1_000_000)
    world.publish("a/2.pdf")
    after = world.latest()
    assert after["a/1.pdf"] == before["a/1.pdf"]
    assert (after["a/2.pdf"].url, after["a/2.pdf"].revision) == (before["a/2.pdf"].url, 2)


def test_an_update_turns_every_line_of_a_small_manifest(pair: Pair) -> None:
    before, after = pair
    before.publish(*KEYS)
    assert kinds(before) == dict.fromkeys(KEYS, kind_of(before))
    after.publish("a/2.pdf")
    assert kinds(after) == dict.fromkeys(KEYS, kind_of(after))
    assert after.head().first_expiry == after.signing.expires_at


@pytest.mark.parametrize("large", [False, True])
def test_a_rebuild_turns_every_line(pair: Pair, monkeypatch: pytest.MonkeyPatch, large: bool) -> None:  # noqa: FBT001 -- pytest's way to say it
    before, after = pair
    keys = [f"a/{number}.pdf" for number in range(9)]
    before.fill(map(str, range(9)))
    if large:
        make_small_manifests_large(monkeypatch)
    before.publish(*keys[:5])
    before.publish(*keys[5:])
    assert kinds(before) == dict.fromkeys(keys, kind_of(before))
    after.rebuild()
    assert kinds(after) == dict.fromkeys(keys, kind_of(after))
    assert after.head().first_expiry == after.signing.expires_at


@pytest.mark.parametrize("large", [False, True])
def test_a_rebuild_turns_what_the_other_kind_wrote_while_it_listed(
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    large: bool,  # noqa: FBT001 -- pytest's way to say it
) -> None:
    """A function that is still warm writes links as it was told when it started."""
    before, after = pair
    before.fill(map(str, range(9)))
    if large:
        make_small_manifests_large(monkeypatch)
    before.rebuild()
    after.s3.after = at("list_objects_v2", lambda: before.publish("a/3.pdf", "a/new.pdf", "a/4.pdf"))
    after.s3.upload("a/new.pdf", b"new")
    after.rebuild()
    assert after.head().revision == 3
    assert set(kinds(after).values()) == {kind_of(after)}
    assert after.view() == after.bucket_view()
    assert after.head().first_expiry == after.signing.expires_at


def test_what_is_appended_to_a_large_manifest_is_of_the_new_kind_and_the_rest_until_the_next_rebuild_of_the_old(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = pair
    before.fill(map(str, range(9)))
    make_small_manifests_large(monkeypatch)
    before.rebuild()
    assert len(before.stored().body) > SMALL_LARGE
    after.publish("a/3.pdf")
    assert kinds(after) == {f"a/{number}.pdf": kind_of(before) for number in range(9)} | {"a/3.pdf": kind_of(after)}
    assert after.head().first_expiry == (before.signing.expires_at or after.signing.expires_at)


def test_a_scan_turns_every_manifest(pair: Pair) -> None:
    stable = kind_of(pair[1]) == "stable"
    before = Scanned(*TREE, stable=not stable)
    before.scan()
    after = Scanned(s3=before.s3, stable=stable)
    after.scan()
    for prefix in ("", "a/", "a/b/", "d/"):
        assert set(kinds(after, manifest_of(prefix)).values()) == {kind_of(after)}


def test_a_restored_copy_has_its_end_and_its_link_none(world: World, look: Callable[[World], Any]) -> None:
    """It opens as long as the copy is there; then the address says that it is archived."""
    world.s3.archive("a/1.pdf")
    look(world)
    assert "url" not in world.lines()[0]
    world.s3.unarchive("a/1.pdf")
    look(world)
    line = {line["key"]: line for line in world.lines()}["a/1.pdf"]
    assert list(line) == ["key", "url", "size", "etag", "last_modified", "restored_until", "revision"]
    assert (line["url"], line["restored_until"]) == (link_of("a/1.pdf"), "2026-04-03T08:00:00Z")
    assert world.head().first_expiry is None


def test_archived_and_restored_lines_are_turned_as_well(pair: Pair, look: Callable[[World], Any]) -> None:
    before, after = pair
    before.fill(["3"])
    before.s3.archive("a/1.pdf")
    before.s3.archive("a/3.pdf")
    before.s3.unarchive("a/3.pdf", seconds=60)
    before.rebuild()
    look(after)
    assert kinds(after) == {"a/2.pdf": kind_of(after), "a/3.pdf": kind_of(after)}
    assert "url" not in {line["key"]: line for line in after.lines()}["a/1.pdf"]
    presigned = kind_of(after) == "presigned"
    assert after.head().first_expiry == ("2026-04-02T08:01:00Z" if presigned else None)


def test_a_restored_copy_that_an_update_did_not_look_at_keeps_its_link_and_its_end(world: World) -> None:
    world.s3.archive("a/1.pdf")
    world.s3.unarchive("a/1.pdf")
    world.publish(*KEYS)
    before = world.latest()["a/1.pdf"]
    world.publish("a/2.pdf")
    assert world.latest()["a/1.pdf"] == before


def test_an_event_of_another_bucket_fails_by_name_before_anything_is_asked_and_comes_again() -> None:
    world = World(stable=True)
    world.s3.buckets["other"] = {}
    batch = parse(sqs_event(s3_event(s3_record("a/1.pdf", bucket="other"))))
    delivery = deliver(batch, world.publisher, world.layout, world.deadline)
    (error,) = {error for failed in delivery.failed.values() for error in failed.values()}
    assert isinstance(error, ConfigError)
    assert "'docs'" in str(error)
    assert "'other'" in str(error)
    assert world.s3.calls == []


def test_the_other_messages_of_its_batch_are_served() -> None:
    world = World(stable=True)
    world.fill(["1"])
    batch = parse(sqs_event(*(s3_event(s3_record("a/1.pdf", bucket=each)) for each in ("other", "docs"))))
    delivery = deliver(batch, world.publisher, world.layout, world.deadline)
    assert list(delivery.failed) == [Folder("other", "a/")]
    assert kinds(world) == {"a/1.pdf": "stable"}


def test_a_rebuild_of_another_bucket_fails_by_name_and_writes_nothing() -> None:
    world = Scanned(*TREE, stable=True)
    world.s3.buckets["other"] = dict(world.s3.buckets["docs"])
    with pytest.raises(ConfigError, match="'other'"):
        world.rebuild(Folder("other", "a/"))
    assert MANIFEST not in world.s3.buckets["other"]

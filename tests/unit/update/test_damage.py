"""Manifests this software did not write: too new, damaged, by earlier tools. And who may replace them."""

import pytest

from shared.domain.errors import ManifestDamagedError, SchemaTooNewError
from shared.domain.head import Head
from tests.world import MANIFEST, World, at, make_small_manifests_large


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1", "2"])
    return world


def test_a_manifest_of_a_higher_schema_is_never_overwritten(world: World) -> None:
    world.write_manifest(b'{"key": "a/1.pdf"}\n', Head(revision=7).metadata() | {"schema": "2"})
    before = world.stored()
    with pytest.raises(SchemaTooNewError, match="schema 2"):
        world.publish("a/1.pdf")
    assert world.stored() == before


@pytest.mark.parametrize("body", [b"not JSON\n", b'["key"]\n', b'{"url": "u"}\n', b'{"key": 7}\n', b"\xff\n"])
def test_a_manifest_that_is_no_json_lines_is_left_byte_for_byte(world: World, body: bytes) -> None:
    world.write_manifest(body)
    before = world.stored()
    with pytest.raises(ManifestDamagedError, match=r"manifest\.jsonl.*full scan"):
        world.publish("a/1.pdf")
    assert world.stored() == before


@pytest.mark.parametrize("name", ["revision", "rebuilt-from", "lines", "documents", "schema"])
def test_damaged_metadata_are_refused_by_the_update(world: World, name: str) -> None:
    world.write_manifest(b'{"key": "a/1.pdf"}\n', Head(revision=7).metadata() | {name: "seven"})
    before = world.stored()
    with pytest.raises(ManifestDamagedError, match=name):
        world.publish("a/1.pdf")
    assert world.stored() == before


def test_a_manifest_of_earlier_tools_is_taken_over(world: World) -> None:
    world.write_manifest(b'{"key": "a/2.pdf", "url": "https://elsewhere/a/2.pdf"}')
    world.publish("a/1.pdf")
    old, new = world.lines()
    assert old["url"].startswith("https://docs.s3.eu-west-1.amazonaws.com/a/2.pdf?")
    assert (old["revision"], new["revision"], world.head().revision) == (0, 1, 1)


def test_a_large_manifest_of_earlier_tools_is_appended_to_even_without_its_last_newline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small_manifests_large(monkeypatch)
    old = [f'{{"key": "a/{number}.pdf", "url": "{"u" * 200}"}}'.encode() for number in range(9)]
    world.write_manifest(b"\n".join(old))
    world.publish("a/1.pdf")
    assert world.stored().body.startswith(b"\n".join(old))
    assert world.latest()["a/1.pdf"].revision == 1
    assert world.left_over() == []


def test_a_time_in_another_form_does_no_damage_to_what_an_update_makes_of_it(world: World) -> None:
    world.publish("a/1.pdf")
    written = world.stored().body
    for time in (b"2026-04-02T08:15:00+00:00", b"2026-04-02T10:14:59.5+02:00", b"2026-04-02T08:15:00", b"soon"):
        world.write_manifest(written.replace(b"2026-04-02T08:15:00Z", time))
        world.publish("a/2.pdf")
        world.publish("a/2.pdf")
        ends = {line["expires_at"] for line in world.lines()}
        assert ends <= {"2026-04-02T08:15:00Z", "2026-04-02T08:14:59Z"}
        assert world.head().first_expiry == min(ends)


def test_a_large_manifest_of_earlier_tools_is_counted_when_it_is_taken_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small_manifests_large(monkeypatch)
    old = [f'{{"key": "a/{number % 8}.pdf", "url": "{"u" * 200}"}}\n'.encode() for number in range(9)]
    world.write_manifest(b"\n".join(old) + b'{"key": "a/8.pdf", "deleted": true}\n')
    assert world.publish("a/1.pdf").lines == 11
    assert (world.head().lines, world.head().documents) == (11, 8)
    assert world.publish("a/2.pdf").lines == 12
    assert world.stored().body.count(b"\n\n") == 8  # its own blank lines, and none of ours


@pytest.mark.parametrize("name", ["documents", "lines", "schema", "rebuilt-from", "first-expiry"])
def test_a_rebuild_counts_on_from_the_revision_of_damaged_metadata(world: World, name: str) -> None:
    metadata = Head(revision=3, rebuilt_from=1).metadata()
    for damaged in ({**metadata, name: "many"}, {key: value for key, value in metadata.items() if key != name}):
        if name == "first-expiry" and name not in damaged:
            continue
        world.write_manifest(b'{"key": "a/x.pdf"}\n', damaged)
        assert world.rebuild().revision == 4
        assert (world.head().rebuilt_from, world.view()) == (3, world.bucket_view())


def test_where_the_revision_is_lost_too_it_is_above_the_one_the_last_rebuild_began_from(world: World) -> None:
    world.write_manifest(b'{"key": "a/x.pdf"}\n', Head(rebuilt_from=5).metadata() | {"revision": "three"})
    assert world.rebuild().revision == 7


def test_metadata_damage_is_replaced_by_the_rebuild_under_its_own_etag(world: World) -> None:
    world.write_manifest(b'{"key": "a/x.pdf"}\n', Head(revision=7).metadata() | {"revision": "seven"})
    conditions = []
    world.s3.before = lambda name, request: conditions.append(request["IfMatch"]) if name == "put_object" else None
    damaged = world.stored().etag
    world.rebuild()
    assert conditions == [damaged]
    assert world.view() == world.bucket_view()


@pytest.mark.parametrize("body", [b"no JSON\n", b"", b'{"key": null}\n'])
def test_damaged_lines_are_replaced_by_the_rebuild(world: World, body: bytes) -> None:
    world.s3.upload(MANIFEST, body)
    assert world.rebuild().revision == 1
    assert world.view() == world.bucket_view()


def test_damage_that_arrives_while_listing_is_replaced_by_a_new_listing(world: World) -> None:
    world.publish("a/1.pdf")
    metadata = world.head().metadata()
    world.s3.before = at("list_objects_v2", lambda: world.write_manifest(b"no JSON\n", metadata))
    world.rebuild()
    assert world.listings == 2
    assert world.view() == world.bucket_view()


def test_a_manifest_of_a_higher_schema_is_never_replaced(world: World) -> None:
    world.write_manifest(b'{"key": "a/1.pdf"}\n', Head(revision=7).metadata() | {"schema": "2"})
    before = world.stored()
    with pytest.raises(SchemaTooNewError):
        world.rebuild()
    assert world.stored() == before

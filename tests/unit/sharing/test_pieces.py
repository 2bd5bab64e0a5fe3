"""What a share shows, piece after piece."""

import json
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.documents import Folder, Layout
from shared.domain.errors import (
    ManifestDamagedError,
    SchemaTooNewError,
)
from shared.domain.manifest import Line
from shared.domain.opaque import encoded, named
from shared.sharing.cursor import Cursor
from shared.sharing.entries import Rewriting
from shared.store import walk
from shared.store.pages import FIELD
from tests.fake_s3 import FakeS3
from tests.shown import AT, Showing, read, share_of
from tests.world import at, manifest_of

TREE = ("a/1.pdf", "a/2.pdf", "a/b/3.pdf", "a/c/4.pdf", "a-/5.pdf", "a0/6.pdf", "ab/7.pdf", "z/8.pdf")
SMALL = 1  # bytes: an entry a piece


def test_a_line_is_written_anew() -> None:
    world = Showing("a/b/q1.pdf")
    piece = world.piece("a/")
    assert piece.next is None
    assert [json.loads(line) for line in piece.body.splitlines()] == [
        {
            "key": "b/q1.pdf",
            "url": f"{AT}/d/{encoded(b'b/q1.pdf')}/q1.pdf",
            "size": 10,
            "etag": world.latest(manifest_of("a/b/"))["a/b/q1.pdf"].etag,
            "last_modified": "2026-04-02T08:00:00Z",
        }
    ]


@pytest.mark.parametrize("most", [SMALL, 500, 1024 * 1024])
@pytest.mark.parametrize("prefix", ["", "a/", "a/b/", "a-/", "z/"])
def test_pieces_put_together_are_what_lies_below_the_prefix(prefix: str, most: int) -> None:
    world = Showing(*TREE)
    entries = world.entries(prefix, most)
    assert read(entries) == world.expected(prefix) != {}
    assert len(entries) == len(world.expected(prefix))


def test_a_piece_is_one_list_and_a_get_a_manifest() -> None:
    world = Showing("a/1.pdf", "a/2.pdf", "a/b/3.pdf")
    world.piece("a/")
    assert world.s3.calls == ["list_objects_v2", "get_object", "get_object"]


def test_a_prefix_that_begins_alike_is_another() -> None:
    world = Showing("acme/1.pdf", "acme2/2.pdf", "acme.pdf", "acme/x/3.pdf", "acme-/4.pdf")
    assert {entry.key for entry in world.entries("acme/")} == {"1.pdf", "x/3.pdf"}


def test_a_line_of_another_prefix_in_a_manifest_is_not_shown() -> None:
    world = Showing("a/1.pdf")
    strange = ["b/2.pdf", "a/b/3.pdf", "manifests/x.pdf", "a/../b/2.pdf", "a/4.txt", "", "a/"]
    lines = [Line(key, "https://elsewhere/", 1, "e", "2026-04-02T08:00:00Z") for key in [*strange, "a/5.pdf"]]
    world.write_manifest(b"".join(line.encode() for line in lines))
    assert {entry.key for entry in world.entries("a/")} == {"5.pdf"}


def test_what_an_earlier_depth_left_is_not_shown() -> None:
    world = Showing("a/b/1.pdf")
    deep = Showing("a/b/1.pdf", s3=world.s3, layout=Layout(prefix_depth=1))
    assert [entry.key for entry in deep.entries("a/")] == ["b/1.pdf"]
    assert deep.entries("a/b/") == []


def test_archived_and_deleted_documents_have_no_address() -> None:
    world = Showing("a/1.pdf", "a/2.pdf")
    world.s3.archive("a/1.pdf")
    world.s3.remove("a/2.pdf")
    world.publish("a/1.pdf", "a/2.pdf")
    (entry,) = world.entries("a/")
    assert (entry.key, entry.url, entry.archived) == ("1.pdf", None, True)
    assert json.loads(entry.encode())["archived"] is True


def test_a_vanished_manifest_is_skipped() -> None:
    world = Showing(*TREE)
    world.s3.before = at("get_object", lambda: world.s3.remove(manifest_of("a/b/")), manifest_of("a/b/"))
    assert {entry.key for entry in world.entries("a/")} == {"1.pdf", "2.pdf", "c/4.pdf"}


def test_a_folder_that_vanishes_while_it_is_read_in_pieces_ends_there() -> None:
    world = Showing(*TREE)
    first = world.piece("a/", None, SMALL)
    second = world.piece("a/", first.next, SMALL)
    third = world.piece("a/", second.next, SMALL)
    assert [piece.entries[0].key for piece in (first, second, third)] == ["b/3.pdf", "c/4.pdf", "1.pdf"]
    world.s3.remove(manifest_of("a/"))
    assert world.piece("a/", third.next, SMALL).entries == []


def test_what_appears_behind_the_cursor_is_not_missed() -> None:
    world = Showing("a/b/1.pdf", "a/d/2.pdf")
    first = world.piece("a/", None, SMALL)
    for key in ("a/b/0.pdf", "a/b/9.pdf", "a/c/3.pdf"):
        world.s3.upload(key)
        world.commit(key)
    later = [entry.key for entry in world.entries("a/")]
    assert later == ["b/0.pdf", "b/1.pdf", "b/9.pdf", "c/3.pdf", "d/2.pdf"]
    rest = []
    cursor = first.next
    while cursor:
        piece = world.piece("a/", cursor, SMALL)
        rest += [entry.key for entry in piece.entries]
        cursor = piece.next
    assert rest == ["c/3.pdf", "d/2.pdf"]


def test_time_ends_a_piece_and_the_next_goes_on() -> None:
    world = Showing(*TREE)

    def pass_time() -> None:
        world.clock += 1.5

    world.s3.before = at("get_object", pass_time, times=100)
    sizes = [len(piece.entries) for piece in world.pieces("a/")]
    assert sizes == [1, 1, 2]


def test_a_damaged_manifest_is_an_error_and_no_piece() -> None:
    world = Showing(*TREE)
    world.s3.upload(manifest_of("a/c/"), b'{"key": 7}\n')
    with pytest.raises(ManifestDamagedError, match=r"manifests/a/c/manifest\.jsonl"):
        world.piece("a/")


def test_a_manifest_of_a_newer_schema_is_an_error() -> None:
    world = Showing("a/1.pdf")
    world.write_manifest(b"{}\n", {"schema": "2"})
    with pytest.raises(SchemaTooNewError):
        world.piece("a/")


def test_the_same_listing_has_the_same_etag_and_any_commit_another() -> None:
    world = Showing(*TREE)
    begun = world.shown.begin(share_of("a/"), AT)
    assert begun.etag == world.shown.begin(share_of("a/"), AT).etag
    assert begun.etag != world.shown.begin(share_of("a/"), AT, begun.piece().next or Cursor("b/").encode()).etag
    world.commit("a/1.pdf")
    assert begun.etag != world.shown.begin(share_of("a/"), AT).etag


def test_what_an_earlier_depth_has_left_is_passed_over_a_folder_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PAGE", 2)
    world = Showing("a/1.pdf", "b/1.pdf", "c/1.pdf", layout=Layout(prefix_depth=1))
    for number in range(40):
        for left in (f"a/{number}/", f"b/{number}/", f"b/manifest.json/{number}/"):
            world.s3.upload(manifest_of(left))
    world.s3.calls.clear()
    assert [entry.key for entry in world.entries("")] == ["a/1.pdf", "b/1.pdf", "c/1.pdf"]
    assert world.s3.calls.count("list_objects_v2") < 30  # not 61


def test_a_line_of_another_folder_hides_none_behind_it() -> None:
    world = Showing("b/1.pdf", "b/2.pdf")
    line = b'{"key": "a/1.pdf", "url": "https://x", "revision": 1}\n'
    place = manifest_of("b/")
    stored = world.stored(place)
    world.s3.buckets["docs"][place] = replace(stored, body=line + stored.body)
    assert [entry.key for entry in world.entries("b/", most=1)] == ["1.pdf", "2.pdf"]


def test_an_empty_page_of_a_listing_that_goes_on_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Showing("a/1.pdf")
    answered = world.s3.list_objects_v2
    pages = iter([True])

    def list_objects_v2(**request: Any) -> Any:
        answer = answered(**request)
        if next(pages, False):
            return answer | {FIELD: ([], "!")}
        return answer

    monkeypatch.setattr(world.s3, "list_objects_v2", list_objects_v2, raising=False)
    assert [entry.key for entry in world.entries("a/")] == ["1.pdf"]


def test_an_overview_counts_folders() -> None:
    world = Showing(*TREE)
    found = world.shown.overview(share_of("a/"))
    assert (found.folders, found.more, found.updated) == (3, False, "2026-04-02T08:00:00Z")
    assert world.shown.overview(share_of("none/")).updated is None


def test_a_page_of_a_listing_is_as_much_as_a_piece_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "PAGE", 2)
    world = Showing(*TREE)
    for number in range(5):
        world.s3.upload(f"manifests/.staging/{number}")
    world.s3.calls.clear()
    first = world.piece("a/")
    assert world.s3.calls.count("list_objects_v2") == 1
    assert ([entry.key for entry in first.entries], first.next) == (["b/3.pdf", "c/4.pdf"], Cursor("c/").encode())
    assert read(world.entries("")) == world.expected("")
    found = world.shown.overview(share_of("a/"))
    assert (found.folders, found.more) == (2, True)


def test_whatever_a_manifest_is_said_to_be_of_a_line_outside_the_prefix_is_not_shown() -> None:
    rewriting = Rewriting(Layout(), share_of("acme/"), AT)
    for key in ("acme2/1.pdf", "1.pdf", "acme", "other/acme/1.pdf", "manifests/acme/1.pdf"):
        line = Line(key, "https://elsewhere/", 1, "e", "2026-04-02T08:00:00Z")
        assert rewriting.entry(Folder("docs", key[: key.rfind("/") + 1]), line) is None


def test_what_an_earlier_depth_left_is_not_counted() -> None:
    deep = Showing("a/1.pdf", s3=Showing("a/b/1.pdf").s3, layout=Layout(prefix_depth=1))
    assert deep.shown.overview(share_of("")).folders == 1


def test_a_folder_that_is_called_nearly_as_a_manifest_is_not_shown_twice() -> None:
    world = Showing("a/1.pdf", "a/2.pdf", "a/manifest.json/3.pdf", "a/manifest.jsonl/4.pdf")
    shown = [entry.key for entry in world.entries("a/", SMALL)]
    assert shown == ["manifest.json/3.pdf", "1.pdf", "2.pdf", "manifest.jsonl/4.pdf"]


@pytest.mark.parametrize("prefix", ["", "m/"])
def test_manifests_in_a_bucket_of_their_own_are_found_there(prefix: str) -> None:
    world = Showing(*TREE, s3=FakeS3("docs", "lists"), layout=Layout(prefix, "lists"))
    assert {entry.key for entry in world.entries("a/", SMALL)} == {"1.pdf", "2.pdf", "b/3.pdf", "c/4.pdf"}


def test_the_address_is_of_the_key_below_the_prefix() -> None:
    world = Showing("a/b/März & 50%.pdf")
    (entry,) = world.entries("a/")
    assert entry.url == f"{AT}/d/{named('b/März & 50%.pdf')}"

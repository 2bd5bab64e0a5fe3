"""Manifests compared with their bucket: each kind of difference is found, and what is under way is none."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.operating import auditing
from local.operating.asked import Asked, OperatingError
from local.operating.audit import described, folder_of
from local.operating.auditing import Audit, Audited
from local.operating.bucket import Bucket
from local.operating.comparing import Difference, Digest, Lines, mark
from shared.config import Settings
from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError
from shared.domain.manifest import Document, Line
from shared.scan import reading
from shared.scan.reading import Tools
from tests.fake_objects import refusal
from tests.world import TREE, Scanned, at, make_small_manifests_large, manifest_of, raising

NOW = datetime.now(UTC)


def scanned(*keys: str, layout: Layout | None = None) -> Scanned:
    """A bucket whose manifests are as a scan has just left them."""
    world = Scanned(*(keys or TREE), layout=layout)
    world.s3.now = NOW
    world.scan()
    return world


def audit(world: Scanned, prefix: str = "") -> Audited:
    tools = Tools(world.listing, world.store, world.layout, world.signing_of, world.queue_max)

    async def look() -> Audited:
        return await Audit(tools, "docs", 0).of(prefix)

    return asyncio.run(look())


def found(world: Scanned, prefix: str = "") -> dict[str, dict[str, tuple[str, ...]]]:
    """What is different, by folder and kind."""
    return {each.prefix: dict(each.keys) for each in audit(world, prefix).different}


def append(world: Scanned, prefix: str, *lines: Line) -> None:
    """Write lines behind those of a manifest."""
    manifest = world.s3.buckets["docs"][manifest_of(prefix)]
    body = manifest.body + b"".join(each.encode() for each in lines)
    world.s3.buckets["docs"][manifest_of(prefix)] = replace(manifest, body=body, etag=f'"{hash(body)}"')


def test_what_a_scan_has_made_is_the_same() -> None:
    done = audit(scanned())
    assert not done.different
    assert (done.documents, done.folders, done.manifests) == (6, 4, 4)


def test_it_reads_only() -> None:
    world = scanned()
    world.s3.upload("a/9.pdf", b"new")
    world.s3.calls.clear()
    audit(world)
    assert set(world.s3.calls) <= {"list_objects_v2", "get_object", "head_object"}


def test_each_manifest_is_read_once_where_nothing_differs() -> None:
    world = scanned()
    world.s3.calls.clear()
    audit(world)
    assert world.s3.calls.count("get_object") == 4


def test_each_kind_of_difference_is_named_with_its_keys() -> None:
    world = scanned()
    world.s3.upload("a/b/new.pdf", b"no event told of it")
    world.s3.remove("a/c.pdf")
    world.s3.upload("d/4.pdf", b"another content")
    world.s3.upload("e/5.pdf", b"in a folder without a manifest")
    world.s3.remove("top.pdf")
    assert found(world) == {
        "": {"surplus": ("top.pdf",)},
        "a/": {"surplus": ("a/c.pdf",)},
        "a/b/": {"missing": ("a/b/new.pdf",)},
        "d/": {"changed": ("d/4.pdf",)},
        "e/": {"missing": ("e/5.pdf",)},
    }
    assert [each.problem for each in audit(world, "e/").different] == ["there is no manifest"]


def test_links_that_have_ended_are_found_once_a_line() -> None:
    world = Scanned(*TREE)
    world.s3.now = NOW - timedelta(hours=1)
    world.scan()
    world.s3.now = NOW
    assert found(world)["a/b/"] == {"dead": ("a/b/2.pdf", "a/b/3.pdf")}
    world.scan("a/")
    assert set(found(world)) == {"", "d/"}


def test_links_that_do_not_end_are_never_dead() -> None:
    world = Scanned(*TREE, stable=True)
    world.s3.now = NOW - timedelta(days=400)
    world.scan()
    assert not found(world)


def test_a_manifest_that_is_damaged_or_too_new_is_told_with_what_to_do() -> None:
    world = scanned()
    objects = world.s3.buckets["docs"]
    objects[manifest_of("a/")] = replace(objects[manifest_of("a/")], body=b"no JSON\n", etag='"1"')
    newer = objects[manifest_of("d/")].metadata | {"schema": "2"}
    objects[manifest_of("d/")] = replace(objects[manifest_of("d/")], metadata=newer)
    problems = {each.prefix: each.problem or "" for each in audit(world).different}
    assert problems.keys() == {"a/", "d/"}
    assert "Run the full scan of its prefix" in problems["a/"]
    assert "deploy the newer version" in problems["d/"]


def test_the_last_line_of_a_key_counts_deleted_is_gone_and_archived_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_manifests_large(monkeypatch)
    keys = [f"a/{number}.pdf" for number in range(9)]
    world = scanned(*keys)
    for key in keys[:3]:
        world.s3.upload(key, b"another content")
        world.publish(key)
    world.s3.remove(keys[3])
    world.publish(keys[3])
    world.s3.archive(keys[4])
    world.publish(keys[4])
    assert len(world.lines()) > len(keys)
    assert not found(world)
    append(world, "a/", Line.gone(keys[0], 99))
    assert found(world) == {"a/": {"missing": (keys[0],)}}


def test_what_was_archived_before_the_scan_is_a_document() -> None:
    world = Scanned(*TREE)
    world.s3.archive("a/1.pdf")
    world.s3.now = NOW
    world.scan()
    assert not found(world)


def test_what_is_no_document_is_passed_over() -> None:
    world = scanned()
    for key in ("a/picture.png", ".staging/x.pdf", "manifests/a/x.pdf", "manifests/.state/last-scan.json"):
        world.s3.upload(key, b"{}")
    world.s3.upload(f"{'long/' * 202}x.pdf")
    assert not found(world)


def test_only_what_lies_below_the_prefix_is_looked_at() -> None:
    world = scanned()
    world.s3.upload("d/new.pdf")
    world.s3.calls.clear()
    assert not found(world, "a/")
    assert found(world, "d/") == {"d/": {"missing": ("d/new.pdf",)}}


def test_with_a_depth_folders_below_are_their_manifests_documents_and_older_manifests_have_too_many() -> None:
    world = scanned(layout=Layout(prefix_depth=1))
    assert not found(world)
    world.s3.upload("a/b/c/new.pdf")
    assert found(world) == {"a/": {"missing": ("a/b/c/new.pdf",)}}
    deeper = scanned()
    deeper.layout = Layout(prefix_depth=1)
    assert found(deeper)["a/b/"] == {"surplus": ("a/b/2.pdf", "a/b/3.pdf")}


def test_a_line_of_another_folders_document_is_too_many() -> None:
    world = scanned()
    append(world, "a/", Line("d/4.pdf", "https://x", 1, "e", "2026-04-02T08:11:43Z", None, 5))
    assert found(world) == {"a/": {"surplus": ("d/4.pdf",)}}


def test_an_update_under_way_is_no_finding() -> None:
    """The document is there when it is listed, its line when the manifest is looked at again."""
    world = scanned()
    world.s3.after = at("list_objects_v2", lambda: world.s3.upload("a/new.pdf"))
    looked = iter(range(99))

    def publish(name: str, request: dict[str, Any]) -> None:
        if name == "get_object" and request["Key"] == manifest_of("a/") and next(looked) == 2:
            world.s3.before = lambda *_: None
            world.publish("a/new.pdf")

    world.s3.before = publish
    assert not found(world)
    assert "a/new.pdf" in world.view(manifest_of("a/"))


def test_another_update_under_way_at_the_second_look_is_no_finding_either() -> None:
    """At each exact look a document has just come, whose line is there at the next."""
    world = scanned()
    world.s3.upload("a/0.pdf")
    looked = iter(range(99))

    def come(name: str, request: dict[str, Any]) -> None:
        if name == "get_object" and request["Key"] == manifest_of("a/") and (number := next(looked)) < 3:
            world.s3.upload(f"a/{number + 1}-new.pdf")

    def line(name: str, request: dict[str, Any]) -> None:
        if name == "list_objects_v2" and request["Prefix"] == "a/" and "Delimiter" in request:
            world.s3.before = world.s3.after = lambda *_: None
            world.publish("a/0.pdf", "a/1-new.pdf", "a/2-new.pdf")
            world.s3.after = come

    world.s3.after = come
    world.s3.before = line
    assert not found(world)
    assert next(looked) > 2


def test_the_last_line_of_a_key_says_whether_its_link_has_ended() -> None:
    ended, alive = (Line("a/1.pdf", "https://x", 1, "e", None, f"{year}-01-01T00:00:00Z") for year in (2025, 2027))
    assert not Lines("2026-01-01T00:00:00Z").read([ended, alive]).ended
    assert not Lines("2026-01-01T00:00:00Z").read([ended, Line.gone("a/1.pdf", 2)]).ended
    assert len(Lines("2026-01-01T00:00:00Z").read([alive, ended]).ended) == 1


def test_what_came_between_two_looks_is_none_but_what_both_saw_is() -> None:
    before = Difference("a/", None, {"missing": ("a/1.pdf", "a/2.pdf"), "dead": ("a/3.pdf",)})
    now = Difference("a/", None, {"missing": ("a/2.pdf", "a/4.pdf"), "surplus": ("a/3.pdf",)})
    assert now.still(before) == Difference("a/", None, {"missing": ("a/2.pdf",)})
    assert not Difference("a/", "there is no manifest").still(before)


def test_a_manifest_that_is_another_at_every_look_is_left_to_who_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_manifests_large(monkeypatch)
    world = scanned(*(f"a/{number}.pdf" for number in range(9)))
    world.s3.upload("a/new.pdf")
    assert found(world)

    def another(name: str, request: dict[str, Any]) -> None:
        if name == "get_object" and "IfMatch" in request:
            raise refusal("PreconditionFailed")

    world.s3.before = another
    assert not found(world)


def test_so_many_manifests_at_a_time_and_cut_folders_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ("", "a/", "a/b/", "a/b/c/", "a-/", "b/", "b/x/")
    keys = [f"{folder}{number}.pdf" for folder in folders for number in (1, 2)]
    for most in range(1, 7):
        world = scanned(*keys)
        monkeypatch.setattr(reading, "MOST", most)
        done = audit(world)
        assert not done.different
        assert (done.documents, done.folders, done.manifests) == (14, 7, 7)
        world.s3.upload("a/b/3.pdf")
        world.s3.remove("b/1.pdf")
        assert found(world) == {"a/b/": {"missing": ("a/b/3.pdf",)}, "b/": {"surplus": ("b/1.pdf",)}}
        monkeypatch.undo()


def test_what_s3_refuses_ends_it() -> None:
    world = scanned()
    world.s3.before = at("list_objects_v2", raising(refusal("AccessDenied", "ListObjectsV2")), times=99)
    with pytest.raises(AccessDeniedError):
        audit(world)


def test_a_manifest_that_may_not_be_read_ends_it_too() -> None:
    world = scanned()
    world.s3.before = at("get_object", raising(refusal("AccessDenied")), manifest_of("d/"), 99)
    with pytest.raises(AccessDeniedError):
        audit(world)


def test_sums_know_no_order_and_tell_every_change() -> None:
    documents = [Document(f"a/{number}.pdf", number, "e", "") for number in range(50)]

    def summed(seen: list[Document]) -> Digest:
        digest = Digest()
        for each in seen:
            digest.add(mark(each))
        return digest

    whole = summed(documents)
    assert summed(documents[::-1]) == whole
    lines = Lines("2026").read(Line.of(each, "https://x", None) for each in documents)
    assert lines.digest() == whole
    for other in (documents[1:], [*documents[1:], documents[0]._replace(etag="f")], [*documents, documents[0]]):
        assert summed(other) != whole


def where(world: Scanned) -> Bucket:
    client: Any = world.s3
    session: Any = None
    return Bucket(Settings("docs", "", 900, None, 2000, world.layout), session, client)


def test_a_prefix_is_widened_as_a_scan_does_and_none_where_manifests_lie() -> None:
    world = scanned()
    assert folder_of(where(world), "a").prefix == "a/"
    with pytest.raises(OperatingError, match="where manifests lie"):
        folder_of(where(world), "manifests/a/")


def test_a_person_reads_some_names_and_a_script_all() -> None:
    world = scanned()
    for number in range(5):
        world.s3.upload(f"a/\x1b[31m{number}.pdf")
    done = audit(world)
    lines = described(Asked("pdf-links", {}, as_json=False), Folder("docs", ""), done, where(world))
    assert "11 documents in 4 folders of s3://docs/, and 4 manifests; not as the bucket is: 1" in lines[0]
    assert lines[1].startswith("  manifests/a/manifest.jsonl: documents without a line: 5 (a/\\x1b[31m0.pdf")
    assert lines[1].endswith(", …)")
    assert "make scan STACK=pdf-links PREFIX=" in lines[-1]
    assert len(json.loads(json.dumps(done.different[0].told()))["missing"]) == 5


def test_no_link_is_ever_told() -> None:
    world = Scanned(*TREE)
    world.scan()
    assert all("X-Amz" not in json.dumps(each.told()) for each in audit(world).different)
    assert audit(world).different  # all of them are dead


def test_side_by_side_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "_SIDE_BY_SIDE", 1)
    assert not found(scanned())

"""Manifests compared with their bucket while somebody writes: what is under way is no difference; and what is told."""

import json
from dataclasses import replace
from typing import Any

import pytest

from local.operating import auditing
from local.operating.asked import Asked, OperatingError
from local.operating.audit import code, described, folder_of, told
from local.operating.bucket import Bucket
from local.operating.comparing import Difference, Digest, Lines, mark
from shared.config import Settings
from shared.domain.documents import Folder
from shared.domain.errors import AccessDeniedError
from shared.domain.manifest import Document, Line
from shared.scan import reading
from tests.audited import audit, found, scanned
from tests.fake_objects import refusal
from tests.world import TREE, Scanned, at, make_small_manifests_large, manifest_of, raising


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
    assert not Lines("2026-01-01T00:00:00Z").read([ended, alive]).flaws
    assert not Lines("2026-01-01T00:00:00Z").read([ended, Line.gone("a/1.pdf", 2)]).flaws
    assert len(Lines("2026-01-01T00:00:00Z").read([alive, ended]).flaws) == 1


def test_what_came_between_two_looks_is_none_but_what_both_saw_is() -> None:
    before = Difference("a/", None, {"missing": ("a/1.pdf", "a/2.pdf"), "dead": ("a/3.pdf",)})
    now = Difference("a/", None, {"missing": ("a/2.pdf", "a/4.pdf"), "surplus": ("a/3.pdf",)})
    assert now.still(before) == Difference("a/", None, {"missing": ("a/2.pdf",)})
    assert not Difference("a/", "there is no manifest").still(before)


def test_a_manifest_that_is_another_at_every_look_is_told_as_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_manifests_large(monkeypatch)
    world = scanned(*(f"a/{number}.pdf" for number in range(9)))
    world.s3.upload("a/new.pdf")
    assert found(world)

    def another(name: str, request: dict[str, Any]) -> None:
        if name == "get_object" and "IfMatch" in request:
            raise refusal("PreconditionFailed")

    world.s3.before = another
    done = audit(world)
    assert (done.different, done.unseen) == ([], ["a/"])
    asked = Asked("pdf-links", {}, as_json=False)
    same, unseen = described(asked, Folder("docs", ""), done, where(world))
    assert same.endswith("the same, but for what was not looked at.")
    assert unseen.startswith("Not looked at, for they changed all the while: 1 folders ('a/').")
    assert told(Folder("docs", ""), done)["not_looked_at"] == ["a/"]
    assert told(Folder("docs", ""), done)["same"] is False
    assert code(done) == 2
    assert code(replace(done, different=[Difference("b/", "damaged")])) == 1
    assert code(replace(done, unseen=[])) == 0


def test_what_was_too_busy_at_one_look_only_is_no_finding_and_not_known_where_it_differs() -> None:
    busy, well, ill = Difference("a/", busy=True), Difference("a/"), Difference("a/", None, {"missing": ("a/1.pdf",)})
    assert well.still(busy) == well
    assert ill.still(busy) == busy
    assert busy.still(ill) == busy
    assert busy.still(busy) == busy


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

"""Manifests compared with their bucket: each kind of difference is found, by its folder and keys."""

from dataclasses import replace
from datetime import timedelta

import pytest

from local.operating.asked import OperatingError
from local.operating.audit import require_something
from local.operating.comparing import Comparison, Lines
from shared.domain.archive import AT_ONCE, TIERED, Access, by_listing
from shared.domain.documents import Folder, Layout
from shared.domain.manifest import Document, Line
from shared.links.credentials import Links
from tests.audited import NOW, WHERE, append, audit, found, scanned
from tests.fake_objects import described
from tests.world import KEY, TREE, Scanned, make_small_manifests_large, manifest_of


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


def test_what_is_archived_since_and_what_was_restored_is_named() -> None:
    world = scanned()
    world.s3.archive("a/1.pdf")
    assert found(world) == {"a/": {"archived": ("a/1.pdf",)}}
    world.publish("a/1.pdf")
    assert not found(world)
    world.s3.unarchive("a/1.pdf")
    assert found(world) == {"a/": {"archived": ("a/1.pdf",)}}


def test_of_what_is_tiered_a_listing_does_not_say_whether_it_is_archived_and_either_line_is_right() -> None:
    for access in (AT_ONCE, Access(archived=True)):
        comparison = Comparison(Lines("2026").read([Line("a/1.pdf", None, 5, "e", access=access)]))
        comparison.note(Document("a/1.pdf", 5, "e", "", TIERED))
        assert not comparison.archived
        comparison = Comparison(Lines("2026").read([Line("a/1.pdf", None, 5, "e", access=access)]))
        comparison.note(Document("a/1.pdf", 6, "e", "", TIERED))
        assert comparison.changed == ["a/1.pdf"]
    assert by_listing("INTELLIGENT_TIERING", None, None) is TIERED
    assert by_listing("INTELLIGENT_TIERING", "true", None) == Access(archived=True)
    assert by_listing("DEEP_ARCHIVE", "false", None) is not TIERED


@pytest.mark.parametrize("stable", [False, True])
def test_a_line_without_a_link_and_one_whose_link_leads_elsewhere_are_named(*, stable: bool) -> None:
    world = Scanned(*TREE, stable=stable)
    world.s3.now = NOW
    world.scan()
    mine, other = (world.signing.link(key) for key in ("a/1.pdf", "d/4.pdf"))
    for url, kind in [
        (mine, None),
        (None, "unreadable"),
        (other, "astray"),
        ("https://evil.example/a/1.pdf?X-Amz-Date=1", "astray"),
        ("https://evil.example/d/mac/YS8xLnBkZg/1.pdf", "astray"),
    ]:
        document = world.s3.buckets["docs"]["a/1.pdf"]
        line = Line.of(described("a/1.pdf", document), "", None, 99)
        append(world, "a/", replace(line, url=url))
        assert found(world) == ({"a/": {kind: ("a/1.pdf",)}} if kind else {})


@pytest.mark.parametrize("key", ["a/1.pdf", "a b/ü+%.pdf", "x.pdf"])
def test_whatever_a_key_is_called_its_links_lead_to_it(key: str) -> None:
    world, stable = Scanned(), Scanned(stable=True)
    for url in (world.signing.link(key), stable.signing.link(key)):
        assert WHERE.lead(key, url)
        assert not WHERE.lead(f"{key}.pdf", url)
    assert replace(WHERE, opens="https://links.example.com/").lead(key, stable.signing.link(key))
    assert replace(WHERE, opens=None).lead(key, stable.signing.link(key))
    assert not replace(WHERE, opens="https://other.example").lead(key, stable.signing.link(key))
    assert not replace(WHERE, region="eu-west-2").lead(key, world.signing.link(key))


def test_a_store_with_an_endpoint_of_its_own_may_be_reached_by_another_name() -> None:
    within = Links("eu-west-1", "http://minio:9000", 900, lambda: KEY).signing("docs").link("a/ü.pdf")
    outside = replace(WHERE, endpoint_url="http://127.0.0.1:9000")
    assert outside.lead("a/ü.pdf", within)
    assert not outside.lead("a/o.pdf", within)
    assert not replace(outside, bucket="other").lead("a/ü.pdf", within)


def test_a_prefix_below_which_nothing_is_does_not_pass_for_all_being_well() -> None:
    with pytest.raises(OperatingError, match="no document and no manifest below s3://docs/nope/"):
        require_something(Folder("docs", "nope/"), audit(scanned(), "nope/"))
    require_something(Folder("docs", "a/"), audit(scanned(), "a/"))
    require_something(Folder("docs", ""), audit(Scanned()))

"""Every manifest below a prefix from one listing: what is rebuilt, what is emptied, what is left alone."""

from typing import Any

import pytest

from shared.domain.documents import Layout
from tests.world import Scanned, World, manifest_of

TREE = ("a/1.pdf", "a/b/2.pdf", "a/b/3.pdf", "a/c.pdf", "d/4.pdf", "top.pdf")


def test_every_prefix_below_is_rebuilt_from_one_listing() -> None:
    world = Scanned(*TREE)
    report = world.scan()
    assert world.views() == {
        "": ["top.pdf"],
        "a/": ["a/1.pdf", "a/c.pdf"],
        "a/b/": ["a/b/2.pdf", "a/b/3.pdf"],
        "d/": ["d/4.pdf"],
    }
    assert {prefix: rebuilt.count for prefix, rebuilt in report.rebuilt.items()} == {"": 1, "a/": 2, "a/b/": 2, "d/": 1}
    assert (report.failed, report.interrupted) == ({}, None)


def test_manifests_are_surveyed_before_the_first_document_is_listed() -> None:
    world = Scanned(*TREE)
    asked: list[str] = []
    world.s3.before = lambda name, request: asked.append(request["Prefix"]) if name == "list_objects_v2" else None
    world.scan("a/")
    assert asked[0] == "manifests/a/"
    assert set(asked[1:]) == {"a/"}


def test_a_scan_touches_nothing_outside_its_prefix() -> None:
    world = Scanned(*TREE)
    world.scan("a/")
    assert world.views().keys() == {"a/", "a/b/"}


def test_progress_is_told_by_page() -> None:
    world = Scanned(*TREE)
    world.scan()
    assert sum(world.progress) == len(TREE)
    assert max(world.progress) == 3


def test_what_is_no_document_is_counted() -> None:
    world = Scanned("a/1.pdf", "a/1.txt", "b/")
    assert world.scan().ignored == 2


def test_a_prefix_without_documents_left_keeps_a_manifest_with_the_marker() -> None:
    world = Scanned("a/1.pdf", "b/1.pdf")
    world.scan()
    world.s3.remove("a/1.pdf")
    report = world.scan()
    assert world.lines(manifest_of("a/")) == [{"key": "", "deleted": True, "revision": 2}]
    assert (report.rebuilt["a/"].count, report.rebuilt["a/"].previous_count) == (0, 1)


def test_the_prefix_asked_for_gets_a_manifest_even_where_nothing_is() -> None:
    world = Scanned()
    report = world.scan("nothing/")
    assert world.views() == {"nothing/": []}
    assert report.rebuilt["nothing/"].revision == 1


def test_prefix_depth_gathers_what_lies_deeper() -> None:
    world = Scanned(*TREE, layout=Layout(prefix_depth=1))
    world.scan()
    assert world.views()["a/"] == ["a/1.pdf", "a/b/2.pdf", "a/b/3.pdf", "a/c.pdf"]


def test_manifests_of_a_deeper_layout_are_emptied_not_left_behind() -> None:
    world = Scanned(*TREE)
    world.scan()
    shallow = Scanned(s3=world.s3, layout=Layout(prefix_depth=1))
    shallow.scan()
    assert shallow.views()["a/b/"] == []
    assert len(shallow.views()["a/"]) == 4


def test_a_document_that_arrives_while_listing_is_kept() -> None:
    world = Scanned(*TREE)
    world.scan()
    other = World(world.s3)

    def arrive(name: str, request: dict[str, Any]) -> None:
        if name == "list_objects_v2" and request.get("ContinuationToken") == "a/b/3.pdf":
            world.s3.after = lambda _name, _request: None
            world.s3.upload("a/0.pdf", b"late")  # the listing has passed it
            other.publish("a/0.pdf")

    world.s3.after = arrive
    world.scan()
    assert world.views()["a/"] == ["a/0.pdf", "a/1.pdf", "a/c.pdf"]


@pytest.mark.parametrize("queue_max", [1, 2, 5, 2000])
def test_the_bound_of_the_queue_changes_nothing_in_the_result(queue_max: int) -> None:
    world = Scanned(*TREE, queue_max=queue_max)
    world.scan()
    assert world.views().keys() == {"", "a/", "a/b/", "d/"}


def test_many_prefixes_are_settled_without_waiting_for_one_another() -> None:
    world = Scanned(*(f"{number:03}/1.pdf" for number in range(120)))
    assert len(world.scan("").rebuilt) == 121


def test_a_prefix_that_must_be_listed_alone_waits_until_all_is_listed_and_shares_the_window() -> None:
    world = Scanned(*TREE, queue_max=2)
    world.scan()
    asked: list[str] = []

    def change(name: str, request: dict[str, Any]) -> None:
        if name != "list_objects_v2" or request["Prefix"].startswith("manifests/"):
            return
        asked.append(request["Prefix"])
        if len(asked) == 1:  # after the survey, before the first document is listed
            World(world.s3).publish("a/1.pdf")

    world.s3.before = change
    report = world.scan()
    assert report.failed == {}
    assert asked.index("a/") == len(asked) - asked.count("a/")
    assert world.views()["a/"] == ["a/1.pdf", "a/c.pdf"]

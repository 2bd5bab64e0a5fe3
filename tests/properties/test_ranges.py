"""Ranges: every key in exactly one, every folder one's own, and who is cut is known from the strings alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.documents import Folder, Layout
from shared.domain.errors import RangeError
from shared.domain.ranges import Range, before, straddles

SIGNS = "-/0aé\uffff\U0001f9fe"  # what sorts before and after "/"; UTF-16 would put the last before the one before it
TEXTS = st.text(st.sampled_from(SIGNS), max_size=6)
KEYS = st.builds(lambda folder, name: folder + name, TEXTS, st.sampled_from(["a.pdf", "0.PDF", "", "/", "-"]))
FOLDERS = st.builds(lambda text: text and text.rstrip("/") + "/", TEXTS)
BOUNDARIES = st.lists(TEXTS | KEYS | FOLDERS, max_size=5)
LAYOUTS = st.builds(Layout, prefix_depth=st.sampled_from([None, 1, 2]))
PREFIXES = st.sampled_from(["", "a/", "a", "-/a/"])


def the_one(ranges: list[Range], holds: list[bool]) -> Range:
    assert holds.count(True) == 1
    return ranges[holds.index(True)]


@given(st.text(), st.text())
def test_keys_are_ordered_as_their_utf_8_is(one: str, other: str) -> None:
    assert before(one, other) == (one.encode() < other.encode())


def test_an_astral_character_comes_last_as_it_would_not_in_utf_16() -> None:
    assert before("\uffff", "\U0001f9fe")
    assert "\uffff".encode("utf-16-be") > "\U0001f9fe".encode("utf-16-be")


@given(PREFIXES, BOUNDARIES, KEYS)
def test_every_key_below_the_prefix_is_in_exactly_one_range(prefix: str, boundaries: list[str], key: str) -> None:
    ranges = Range(prefix).split(boundaries)
    assert sum(each.contains(prefix + key) for each in ranges) == (1 if prefix + key else 0)
    assert sum(each.contains(key) for each in ranges) == (1 if key and key.startswith(prefix) else 0)


@given(BOUNDARIES, BOUNDARIES)
def test_a_range_is_split_as_the_whole_is(once: list[str], again: list[str]) -> None:
    split_twice = [part for each in Range("").split(once) for part in each.split(again)]
    assert split_twice == Range("").split([*once, *again])


@given(BOUNDARIES, st.integers(0, 10))
def test_a_key_that_is_a_boundary_is_in_the_range_that_ends_there(boundaries: list[str], chosen: int) -> None:
    ranges = Range("").split(boundaries)
    inner = [each for each in ranges if each.until]
    if inner:
        ending = inner[chosen % len(inner)]
        assert the_one(ranges, [each.contains(ending.until or "") for each in ranges]) == ending


@given(PREFIXES, BOUNDARIES, FOLDERS, LAYOUTS)
def test_every_folder_belongs_to_exactly_one_range(
    prefix: str, boundaries: list[str], below: str, layout: Layout
) -> None:
    folder = layout.prefix_of(prefix + below)
    ranges = Range(prefix).split(boundaries)
    if folder.startswith(prefix):
        owner = the_one(ranges, [each.belongs(folder) for each in ranges])
        assert owner.inside(folder) != straddles(folder, owner.until)


@given(BOUNDARIES, KEYS, LAYOUTS)
def test_a_folder_met_in_a_range_is_inside_or_cut(boundaries: list[str], key: str, layout: Layout) -> None:
    folder = layout.prefix_of(key)
    for each in Range("").split(boundaries):
        if each.contains(key) and key != folder:  # a folder's marker is no document
            assert each.inside(folder) != each.straddled(folder)


@given(BOUNDARIES, FOLDERS, KEYS)
def test_all_documents_of_a_folder_inside_are_in_the_range(boundaries: list[str], folder: str, name: str) -> None:
    for each in Range("").split(boundaries):
        if each.inside(folder) and name:
            assert each.contains(folder + name)


@given(BOUNDARIES, FOLDERS)
def test_a_folder_that_is_cut_can_have_a_document_on_either_side(boundaries: list[str], folder: str) -> None:
    for each in Range("").split(boundaries):
        if straddles(folder, each.until):
            assert each.until
            assert not each.contains(each.until + "a.pdf")
            assert each.until + "a.pdf" > each.until > folder


@given(BOUNDARIES, FOLDERS, st.sampled_from([Layout(), Layout("m/", "links"), Layout("", "links")]))
def test_a_manifest_is_surveyed_by_one_range_which_has_its_folder_or_cuts_it(
    boundaries: list[str], folder: str, layout: Layout
) -> None:
    home = layout.home("docs").key
    manifest = layout.manifest_of(Folder("docs", folder)).key
    ranges = Range("").split(boundaries)
    surveying = the_one(ranges, [each.below(home).contains(manifest) for each in ranges])
    assert surveying.inside(folder) != surveying.straddled(folder)


def test_folders_that_sort_around_their_slash_are_told_apart() -> None:
    """`a-/` and `a0/` are no part of `a/`, though `a-/`, `a/`, `a0/` follow one another."""
    first, second = Range("").split(["a/"])
    assert [first.inside(each) for each in ("", "a-/", "a/", "a0/")] == [False, True, False, False]
    assert [second.inside(each) for each in ("", "a-/", "a/", "a0/")] == [False, False, True, True]
    assert [first.straddled(each) for each in ("", "a-/", "a/", "a0/")] == [True, False, False, False]


def test_every_folder_above_a_boundary_is_cut() -> None:
    cut = Range("", until="a/b/c")
    assert [each for each in ("", "a/", "a/b/", "a/b/c/", "a/b-/", "b/") if cut.straddled(each)] == ["", "a/", "a/b/"]


def test_a_folders_marker_is_on_the_other_side_of_its_own_boundary() -> None:
    first, second = Range("a/").split(["a/"])
    assert (first.contains("a/"), second.contains("a/")) == (True, False)
    assert (first.belongs("a/"), second.inside("a/")) == (False, True)


def test_boundaries_outside_or_at_the_ends_split_nothing() -> None:
    whole = Range("a/", "a/c", "a/m")
    assert whole.split(["", "a/", "a/b", "a/c", "a/m", "a/n", "b/"]) == [whole]


@pytest.mark.parametrize(
    ("prefix", "after", "until", "told"),
    [
        ("a/", "b/", None, "'after' 'b/' is not below its prefix 'a/'"),
        ("a/", "", "b/", "'until' 'b/' is not below"),
        ("a/", "a/x", "a/x", "does not come before its 'until' 'a/x'"),
        ("a/", "a/\U0001f9fe", "a/\uffff", "does not come before"),
        ("", "", "", "does not come before"),
        ("", "\ud800", None, "is no UTF-8 text"),
        ("", "", "\ud800", "is no UTF-8 text"),
    ],
)
def test_ends_that_cannot_be_are_refused(prefix: str, after: str, until: str | None, told: str) -> None:
    with pytest.raises(RangeError, match=told):
        Range(prefix, after, until)

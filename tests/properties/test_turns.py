"""Whatever a bucket holds, wherever a scan of it is cut: ranges and turns make the manifests that one scan makes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.documents import Folder, Layout
from shared.domain.errors import NoProgressError
from shared.domain.ranges import Range
from shared.scan.turn import Turn
from tests.turned import Turned

NAMES = st.sampled_from(["a", "a-", "a0", "b", "a b", "é", "\uffee", "\U0001f600", "m", "manifest.jsonl"])
FILES = st.sampled_from(["1.pdf", "x.pdf", "é.PDF", "\U0001f600.pdf", "note.txt", "", "a.pdf", "a-.pdf"])
KEYS = st.builds(
    lambda folders, file: "".join(f"{each}/" for each in folders) + file, st.lists(NAMES, max_size=3), FILES
)
TREES = st.lists(KEYS.filter(bool), min_size=1, max_size=25, unique=True)
LAYOUTS = st.sampled_from([Layout(), Layout(prefix_depth=1), Layout(prefix_depth=2)])
TIMES = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@TIMES
@given(TREES, TREES, LAYOUTS, st.lists(st.integers(4, 14), min_size=1, max_size=5))
def test_a_scan_that_is_cut_anywhere_makes_the_manifests_of_one_that_is_not(
    keys: list[str], gone: list[str], layout: Layout, budget: list[int]
) -> None:
    once, cut = Turned(keys, layout, gone), Turned(keys, layout, gone)
    once.scan()
    cut.scan_in_turns(budget=budget)
    assert cut.manifests() == once.manifests()
    assert not cut.left_over()


@TIMES
@given(TREES, TREES, LAYOUTS, st.lists(KEYS.filter(bool), max_size=6), st.lists(st.integers(4, 14), min_size=1))
def test_ranges_with_any_boundaries_make_the_manifests_of_one_scan(
    keys: list[str], gone: list[str], layout: Layout, boundaries: list[str], budget: list[int]
) -> None:
    once, ranged = Turned(keys, layout, gone), Turned(keys, layout, gone)
    once.scan()
    ends = {*boundaries, *keys[:2], *(key[: key.rfind("/") + 1] for key in keys[:2])} - {""}
    ranged.scan_in_ranges(ends, budget)
    assert ranged.manifests() == once.manifests()
    assert not ranged.left_over()


def test_a_turn_that_lists_no_page_is_an_error_that_says_so() -> None:
    bucket = Turned(["a/1.pdf", "b/2.pdf"], Layout())
    before = bucket.manifests()
    with pytest.raises(NoProgressError, match="s3://docs/"):
        bucket.cut_off(Turn(Folder("docs", ""), Range("")), 0)
    assert bucket.manifests() == before


@pytest.mark.parametrize("requests", [2, 3])
def test_a_folder_that_outlasts_a_turn_of_its_own_is_named_and_not_tried_for_ever(requests: int) -> None:
    bucket = Turned([f"a/{number:02}.pdf" for number in range(30)] + ["b/1.pdf"], Layout())
    turn: Turn | None = Turn(Folder("docs", ""), Range(""), ("a/",)).only(["a/"])
    assert turn
    report = bucket.cut_off(turn, requests)
    assert report.rest is None
    (failure,) = report.failed.values()
    assert type(failure).__name__ == "FolderTooLargeError"
    assert "s3://docs/a/" in str(failure)

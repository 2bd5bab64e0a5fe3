"""Where a scan is divided among functions: each has about as much to do, and what is cut can be named."""

import pytest

from shared.domain.documents import Folder, Layout
from shared.domain.ranges import Range
from shared.scan.dividing import MOST
from shared.scan.turn import Turn
from tests.trees import WHOLE, Tree, planned, require_even, require_partition, shuffled, within, world_of

TREES: dict[str, Tree] = {
    "alike": {f"{number:03}/": 40_000 for number in range(600)},
    "10,000 tiny ones": {f"{number:05}/": 3 for number in range(10_000)},
    "one huge one among them": {f"{number:05}/": 3 for number in range(10_000)} | {"05000x/": 30_000_000},
    "huge ones at both ends": {f"{number:05}/": 3 for number in range(2_000)} | {"0/": 10**7, "~/": 10**7},
    "huge ones side by side": {f"{number:02}/": 10**7 for number in range(5)} | {f"{n:02}/x/": 1 for n in range(5)},
    "nested": {
        f"{'/'.join(path)}/": 10_000 * len(path)
        for path in [("a",), ("a", "b"), *(("a", "b", f"{n:02}") for n in range(99)), ("a-",), ("a0", "z"), ("b",)]
    },
    "a heavy tail": shuffled(20_000_000 // rank for rank in range(1, 3_000)),
    "a heavier tail": shuffled(50_000_000 // rank**2 for rank in range(1, 3_000)),
    "halves and one and a half": {f"{number:03}/": 500_000 + number % 2 * 1_000_000 for number in range(300)},
    "half, one and a half, half": {"a/": 98_000, "b/": 302_000, "c/": 98_000, "d/": 251_000, "e/": 251_000},
    "seven tenths": {f"{number:03}/": 700_000 for number in range(143)},
    "growing": {f"{number:03}/": number**3 for number in range(1, 400)},
    "shrinking": {f"{number:03}/": (400 - number) ** 3 for number in range(1, 400)},
}


@pytest.mark.parametrize("wanted", [2, 5, 12, 100])
@pytest.mark.parametrize("tree", TREES.values(), ids=TREES.keys())
def test_each_range_has_about_as_much_as_is_due_to_it(tree: Tree, wanted: int) -> None:
    turns = planned(world_of(tree), wanted) or [WHOLE]
    require_partition(turns)
    require_even(within(turns, tree), wanted)


@pytest.mark.parametrize("wanted", [2, 7, 50])
def test_of_folders_that_are_alike_there_are_as_many_ranges_as_are_wanted(wanted: int) -> None:
    assert len(planned(world_of(TREES["10,000 tiny ones"]), wanted)) == wanted


def test_a_huge_folder_has_a_range_of_its_own_and_the_others_are_divided_all_the_same() -> None:
    tree = TREES["one huge one among them"]
    held = within(planned(world_of(tree), 100), tree)
    assert [30_000_100] in held
    assert len(held) > 2


@pytest.mark.parametrize("wanted", [None, 0, 100])
def test_one_folder_is_never_divided(wanted: int | None) -> None:
    assert planned(world_of({"a/": 50_000_000}), wanted) == []


@pytest.mark.parametrize("tree", [{}, {"a/": 5}, {"a/": 1_900_000, "b/": 1_900_000}])
def test_what_one_turn_can_do_is_not_divided(tree: Tree) -> None:
    assert planned(world_of(tree)) == []
    assert planned(world_of(tree), 0) == []
    assert planned(world_of(tree), 1) == []


@pytest.mark.parametrize(("documents", "ranges"), [(10_000, 2), (25_000, 6), (200_000, 50), (1_000_000, MOST)])
def test_there_are_as_many_ranges_as_there_is_half_a_minutes_work_for_and_no_more_than_can_be_kept(
    documents: int, ranges: int
) -> None:
    assert len(planned(world_of({f"{number:03}/": documents for number in range(500)}))) == ranges


def test_manifests_in_a_bucket_of_their_own_are_weighed_there() -> None:
    tree = {f"{number:02}/": 9 for number in range(40)}
    turns = planned(world_of(tree, Layout("", "links")), 4)
    assert [len(each) for each in within(turns, tree)] == [10, 10, 10, 10]


def test_a_prefix_is_divided_within() -> None:
    tree = {f"a/{number:02}/": 9 for number in range(40)} | {f"b/{number:02}/": 9 for number in range(40)}
    below_a = Turn(Folder("docs", "a/"), Range("a/"))
    turns = planned(world_of(tree), 4, below_a)
    require_partition(turns, below_a)
    assert [len(each) for each in within(turns, tree)] == [10, 10, 10, 10]

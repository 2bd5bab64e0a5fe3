"""However much is in the folders of a bucket: its ranges are a partition of it, each with about what is due to it."""

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.ranges import Range, straddles
from shared.scan.boundaries import Weight
from shared.scan.dividing import Weights, bounded, even

SIZES = st.one_of(st.just(100), st.integers(100, 200), st.integers(100, 10**8), st.sampled_from([10**3, 10**5, 10**7]))
NAMES = st.text(st.sampled_from('a-/0é\uffff\U0001f9fe"\\'), max_size=8).map(lambda text: f"{text}/")
TREES = st.dictionaries(NAMES, SIZES, min_size=1, max_size=60)
WANTED = st.integers(2, 100)
DEEP = st.lists(st.lists(st.sampled_from(["a", "é" * 60, '"' * 90, "x" * 250]), max_size=60), max_size=150)


def weighed(tree: dict[str, int]) -> Weights:
    weights = Weights()
    weights.add(Weight(folder, size) for folder, size in tree.items())
    return weights


def in_ranges(tree: dict[str, int], boundaries: list[str]) -> list[list[int]]:
    ranges = Range("").split(boundaries)
    return [[size for folder, size in tree.items() if each.belongs(folder)] for each in ranges]


@settings(max_examples=400)
@given(TREES, WANTED)
def test_no_range_is_more_than_twice_what_is_due_or_it_is_one_folder(tree: dict[str, int], wanted: int) -> None:
    held, due = in_ranges(tree, weighed(tree).boundaries(wanted)), sum(tree.values()) / wanted
    assert len(held) <= wanted
    assert sum(map(len, held)) == len(tree)
    assert all(sum(each) <= 2.001 * due or len(each) == 1 for each in held)


@settings(max_examples=400)
@given(TREES, WANTED)
def test_none_is_less_than_half_of_it_where_a_neighbour_had_room_for_it(tree: dict[str, int], wanted: int) -> None:
    sums = list(map(sum, in_ranges(tree, weighed(tree).boundaries(wanted))))
    due = sum(sums) / wanted
    assert all(
        min(sums[at : at + 2]) >= 0.499 * due or sum(sums[at : at + 2]) > 1.999 * due for at in range(len(sums) - 1)
    )


@given(st.lists(SIZES, min_size=1, max_size=40), WANTED)
def test_where_no_folder_is_more_than_is_due_none_is_more_than_twice_that_nor_any_two_together_less_than_once(
    sizes: list[int], wanted: int
) -> None:
    tree = {f"{number:02}/": size for number, size in enumerate(sizes)}
    due = max(*sizes, sum(sizes) / wanted, 1)
    weights = [Weight(folder, size) for folder, size in tree.items()]
    held = [sum(each) for each in in_ranges(tree, even(weights, due))]
    assert all(each <= 2.001 * due for each in held)
    assert len(held) == 1 or all(one + other >= 0.999 * due for one, other in pairwise(held))


@settings(max_examples=200, deadline=None)
@given(DEEP)
def test_the_names_of_all_that_is_cut_have_a_bound(paths: list[list[str]]) -> None:
    folders = ["".join(f"{name}/" for name in path) for path in paths]
    boundaries = bounded(folders)
    assert boundaries == sorted(set(boundaries) - {""})
    above = {each[:at] for each in folders for at in range(len(each) + 1) if each[:at].endswith("/")}
    assert above.issuperset(boundaries)
    told = sum(len(json.dumps(folder)) for each in boundaries for folder in above if straddles(folder, each))
    assert told <= 24 * 1024

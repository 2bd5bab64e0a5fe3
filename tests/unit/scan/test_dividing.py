"""Where a scan is divided among functions: each has about as much to do, and what is cut can be named."""

import asyncio
import json
import time
import tracemalloc
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError, BucketMissingError
from shared.domain.ranges import Range
from shared.scan.boundaries import Weight
from shared.scan.dividing import A_LINE, MOST, Division, Weights, bounded, divided
from shared.scan.loop import run
from shared.scan.reading import Tools
from shared.scan.turn import Phase, Turn
from tests.fake_objects import Stored, refusal
from tests.fake_s3 import AsyncS3, FakeS3
from tests.world import Scanned

WHOLE = Turn(Folder("docs", ""), Range(""))
A_FOLDER = 100  # documents, that take as long as one folder more
ROOM = 24 * 1024  # bytes of JSON, for the names of all that is cut

Tree = Mapping[str, int]
"""How many documents each folder has."""


class Sized(bytes):
    """A body that is said to be so long."""

    size = 0

    def __len__(self) -> int:
        return self.size


def world_of(tree: Tree, layout: Layout | None = None) -> Scanned:
    """A bucket whose manifests are there, and as large as those of so many documents."""
    world = Scanned(s3=FakeS3("docs", "links"), layout=layout, queue_max=50_000)
    for folder, documents in tree.items():
        place = world.layout.manifest_of(Folder("docs", folder))
        body = Sized()
        body.size = documents * A_LINE
        world.s3.buckets[place.bucket][place.key] = Stored(body, '"etag"', world.s3.now)
    return world


def division(world: Scanned, ranges: int | None = None, turn: Turn = WHOLE) -> Division | None:
    tools = Tools(world.listing, world.store, world.layout, world.links.signing, world.queue_max)
    return run(divided(tools, turn, world.deadline, ranges))


def planned(world: Scanned, ranges: int | None = None, turn: Turn = WHOLE) -> list[Turn]:
    """The ranges of all of it; none where it is not divided."""
    found = division(world, ranges, turn)
    if found is None:
        return []
    assert found.rest == replace(turn, phase=Phase.ALONE)
    return found.ranges


def within(turns: list[Turn], tree: Tree) -> list[list[int]]:
    """What the folders of each range weigh."""
    return [[A_FOLDER + count for folder, count in tree.items() if turn.range.belongs(folder)] for turn in turns]


def require_partition(turns: list[Turn], whole: Turn = WHOLE) -> None:
    ends = [turn.range.until for turn in turns[:-1]]
    assert all(ends)
    assert [turn.range for turn in turns] == whole.range.split(filter(None, ends))
    assert all(turn.is_first and turn.folder == whole.folder and not turn.alone for turn in turns)


def require_even(held: list[list[int]], wanted: int) -> None:
    """None is more than twice what is due, or it is one folder. Less than half of it is one only where it cannot be
    helped: with either neighbour it would be more than twice.
    """
    due = sum(map(sum, held)) / wanted
    assert len(held) <= wanted
    assert all(sum(each) <= 2.001 * due or len(each) == 1 for each in held)
    sums = [sum(each) for each in held]
    for one, other in pairwise(sums):
        assert min(one, other) >= 0.499 * due or one + other > 1.999 * due


def shuffled(sizes: Iterable[int]) -> Tree:
    """As many folders, in an order that says nothing."""
    drawn = list(sizes)
    Random(7).shuffle(drawn)
    return {f"f{number:05}/": size for number, size in enumerate(drawn)}


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


# Names


def cut_by(turns: list[Turn]) -> int:
    """Bytes of JSON of the folders that each boundary cuts."""
    ends = [turn.range.until or "" for turn in turns]
    above = [[end[:at] for at in range(1, len(end)) if end[at - 1] == "/"] for end in ends]
    return sum(len(json.dumps(["", *each])) for each in above)


DEEP = {f"{'d/' * depth}": 100_000 for depth in range(1, 480)}


@pytest.mark.parametrize(
    "tree",
    [
        DEEP,
        {f"{'a/' * depth}{number}/": 10_000 for depth in range(0, 450, 9) for number in range(9)},
        {f"{'n' * 150}/{number:03}{'m' * 600}/": 100_000 for number in range(300)},
        {f"{'n' * 150}/{number:03}{'m' * 200}/{'o' * 400}/": 100_000 for number in range(300)},
        {f"{number:03}{'é' * 150}/{'ö' * 150}/": 100_000 for number in range(300)},
        {f"{number:03}{chr(0x1F9FE) * 80}/": 100_000 for number in range(300)},
        {f"{number:03}{chr(34) * 300}/{chr(92) * 300}/": 100_000 for number in range(300)},
    ],
    ids=["a chain", "a comb", "long", "long and nested", "accents", "astral", "quotes"],
)
def test_however_long_names_are_those_of_all_that_is_cut_are_told_in_little(tree: Tree) -> None:
    turns = planned(world_of(tree), 100)
    require_partition(turns)
    assert 1 < len(turns) <= MOST
    assert cut_by(turns) <= ROOM


def test_where_names_are_too_long_for_all_ranges_there_are_fewer_and_they_are_even() -> None:
    tree = {f"{number:03}{'m' * 600}/": 100_000 for number in range(320)}
    held = within(planned(world_of(tree), 100), tree)
    assert 10 < len(held) < 50
    assert max(map(len, held)) <= 2 * min(map(len, held))


def test_a_boundary_below_too_many_folders_is_moved_to_one_above_them() -> None:
    (moved,) = bounded(["d/" * 400, "d/" * 300, ""])
    assert ("d/" * 300).startswith(moved)
    assert moved.endswith("d/")


# Many


def test_millions_of_folders_are_weighed_in_little_memory_and_evenly() -> None:
    weights = Weights()
    tracemalloc.start()
    weights.add(Weight(f"{number:07}/", 100 + number % 7) for number in range(300_000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 12 * 1024 * 1024
    ends = [0, *(int(each[:-1]) for each in weights.boundaries(100)), 300_000]
    sizes = [end - begin for begin, end in pairwise(ends)]
    assert len(sizes) == 100
    assert 2_700 < min(sizes) <= max(sizes) < 3_300


def test_so_are_a_few_heavy_ones_among_them() -> None:
    sizes = {f"{number:06}/": 5_000_000 if number % 20_000 == 7 else 100 for number in range(200_000)}
    weights = Weights()
    weights.add(Weight(folder, size) for folder, size in sizes.items())
    turns = [Turn.first(WHOLE.folder, each) for each in Range("").split(weights.boundaries(50))]
    require_even([[sizes[folder] for folder in sizes if turn.range.belongs(folder)] for turn in turns], 50)


# What is not known


def test_manifests_that_may_not_be_listed_are_an_error_and_no_scan_in_one() -> None:
    world = world_of({"a/": 5_000_000, "b/": 5_000_000})

    def refuse(_: str, request: dict[str, Any]) -> None:
        if request["Prefix"].startswith("manifests/"):
            raise refusal("AccessDenied", "ListObjectsV2")

    world.s3.before = refuse
    with pytest.raises(AccessDeniedError, match="s3://docs/manifests/"):
        planned(world)


def test_so_is_a_manifest_bucket_that_is_not_there() -> None:
    with pytest.raises(BucketMissingError, match="nowhere"):
        planned(Scanned(layout=Layout("", "nowhere")), 5)


class Hanging(AsyncS3):
    """Answers so many pages, and then nothing any more."""

    def __init__(self, s3: FakeS3, pages: int) -> None:
        super().__init__(s3)
        self._pages = pages

    async def list_objects_v2(self, **request: Any) -> Any:
        self._pages -= 1
        if self._pages < 0:
            await asyncio.sleep(60)
        return await super().list_objects_v2(**request)


def hanging(tree: Tree, pages: int) -> Scanned:
    """There is time for so many pages."""
    world = world_of(tree)
    world.queue_max, world.listing = 8, Hanging(world.s3, pages)
    end = time.monotonic() + RESERVE + 0.6
    world.deadline = Deadline(lambda: end - time.monotonic())
    return world


def test_what_there_is_no_time_to_weigh_is_left_until_the_ranges_of_what_is_known_have_ended() -> None:
    tree = {f"{number:03}/": 2_000_000 for number in range(200)}
    found = division(hanging(tree, 10), 4)
    assert found
    known = found.rest.range.after
    assert "010/" < known < "060/"
    assert found.rest == Turn(WHOLE.folder, Range("", known))
    ends = [turn.range.until for turn in found.ranges]
    assert [turn.range for turn in found.ranges] == Range("", until=known).split(filter(None, ends))
    sizes = [len(each) for each in within(found.ranges, tree)]
    assert len(sizes) == 4
    assert max(sizes) <= 2 * min(sizes)


def test_where_nothing_is_known_nothing_is_divided() -> None:
    assert division(hanging({f"{number:03}/": 2_000_000 for number in range(200)}, 0), 4) is None


# A scan that goes on


def test_what_was_not_done_in_a_turn_is_divided_by_the_names_of_folders_where_no_manifest_is() -> None:
    world = Scanned(*(f"{name}/{number}.pdf" for name in "abcdefghijklmnopqrstuvwxyz" for number in range(3)))
    world.scan("a/")
    rest = Turn(Folder("docs", ""), Range("", "c/1.pdf"), ("", "c/"))
    turns = planned(world, None, rest)
    assert [turn.range for turn in turns] == rest.range.split(turn.range.until or "" for turn in turns[:-1])
    assert [turn.range.until for turn in turns[:-1]] == [f"{name}/" for name in "efghijklmnopqrstuvwxyz"]


def test_of_folders_where_only_manifests_are_nothing_is_due_to_a_range() -> None:
    world = Scanned(*(f"{name}/1.pdf" for name in "abxyz"))
    world.scan()
    rest = Turn(Folder("docs", ""), Range("", "a/1.pdf"), ("a/",))
    ends = [turn.range.until for turn in planned(world, None, rest)]
    assert ends == ["b/", "x/", "y/", "z/", None]


def test_a_turn_that_goes_on_is_divided_without_the_work_of_half_a_minute() -> None:
    world = world_of({f"{number:02}/": 9 for number in range(10)})
    rest = Turn(Folder("docs", ""), Range("", "04/x.pdf"), ("04/",))
    assert len(planned(world, None, rest)) == 5
    assert len(planned(world, 2, rest)) == 2

"""A scan that is divided where names are long, folders are many, time is short, or a turn was not enough."""

import asyncio
import json
import time
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Layout
from shared.domain.errors import AccessDeniedError, BucketMissingError
from shared.domain.ranges import Range
from shared.scan.boundaries import Weight
from shared.scan.dividing import MOST, Weights, bounded
from shared.scan.turn import Turn
from tests.fake_objects import refusal
from tests.fake_s3 import AsyncS3, FakeS3
from tests.trees import (
    ROOM,
    WHOLE,
    Tree,
    division,
    planned,
    require_even,
    require_partition,
    within,
    world_of,
)
from tests.world import Scanned

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

"""A scan that is divided when it has begun, or by names alone: where a turn was not enough, or no manifest tells."""

import asyncio
import time
from typing import Any

import pytest

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Folder
from shared.domain.ranges import Range
from shared.scan import dividing
from shared.scan.dividing import A_RANGE, MOST
from shared.scan.turn import Turn
from tests.fake_s3 import AsyncS3
from tests.trees import planned, require_partition, world_of
from tests.world import Scanned

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def ends(turns: list[Turn]) -> list[str | None]:
    return [turn.range.until for turn in turns]


def rest(after: str, *alone: str) -> Turn:
    return Turn(Folder("docs", ""), Range("", after), alone)


def unscanned() -> Scanned:
    return Scanned(*(f"{name}/{number}.pdf" for name in LETTERS for number in range(3)))


# After a turn that was not enough


def test_what_was_not_done_in_a_turn_is_divided_by_the_names_of_folders_where_no_manifest_is() -> None:
    world = unscanned()
    world.scan("a/")
    turns = planned(world, None, rest("c/1.pdf", "", "c/"))
    require_partition(turns, rest("c/1.pdf"))
    assert ends(turns) == [*(f"{name}/" for name in LETTERS[4:]), None]


def test_of_folders_where_only_manifests_are_nothing_is_due_to_a_range() -> None:
    world = Scanned(*(f"{name}/1.pdf" for name in "abxyz"))
    world.scan()
    assert ends(planned(world, None, rest("a/1.pdf", "a/"))) == ["b/", "x/", "y/", "z/", None]


def test_a_turn_that_goes_on_is_divided_without_the_work_of_half_a_minute() -> None:
    world = world_of({f"{number:02}/": 9 for number in range(10)})
    assert len(planned(world, None, rest("04/x.pdf", "04/"))) == 5
    assert len(planned(world, 2, rest("04/x.pdf", "04/"))) == 2


# After ranges


@pytest.mark.parametrize("wanted", [None, 2, MOST])
def test_what_ranges_left_is_divided_no_more_where_it_is_one_turns(wanted: int | None) -> None:
    world = world_of({f"{number:02}/": 9 for number in range(50)} | {"99/": A_RANGE})
    assert planned(world, wanted, rest("04/x.pdf", "04/"), after_ranges=True) == []


@pytest.mark.parametrize(("wanted", "found"), [(None, 5), (MOST, 5), (3, 3)])
def test_nor_into_more_ranges_than_it_is_worth_or_are_wanted(wanted: int | None, found: int) -> None:
    world = world_of({f"{number:02}/": A_RANGE // 10 for number in range(60)})
    assert len(planned(world, wanted, rest("09/x.pdf", "09/"), after_ranges=True)) == found


@pytest.mark.parametrize(("wanted", "found"), [(None, 23), (MOST, 23), (5, 5)])
def test_by_names_only_where_no_folder_of_it_has_a_manifest(wanted: int | None, found: int) -> None:
    world = unscanned()
    world.s3.buckets["docs"].update(world_of({"": 9, "b/": 9}).s3.buckets["docs"])
    assert len(planned(world, wanted, rest("c/1.pdf", "", "c/"), after_ranges=True)) == found
    world.s3.buckets["docs"].update(world_of({"e/": 9}).s3.buckets["docs"])
    assert planned(world, wanted, rest("c/1.pdf", "", "c/"), after_ranges=True) == []


# At first


@pytest.mark.parametrize("wanted", [2, 5, 26])
def test_as_many_ranges_as_are_wanted_are_made_of_names_where_there_are_no_manifests(wanted: int) -> None:
    turns = planned(unscanned(), wanted)
    require_partition(turns)
    assert len(turns) == wanted
    assert {end[1:] for end in ends(turns) if end} == {"/"}


def test_where_no_number_is_wanted_it_may_be_one_turns_and_no_name_is_asked_for() -> None:
    world = unscanned()
    assert planned(world) == []
    assert world.s3.calls == ["list_objects_v2"]


# In time


class SlowNames(AsyncS3):
    """Does not tell the names of folders."""

    async def list_objects_v2(self, **request: Any) -> Any:
        if "Delimiter" in request:
            await asyncio.sleep(60)
        return await super().list_objects_v2(**request)


@pytest.mark.parametrize(("left", "named_in"), [(3600, 0.05), (0.4, 60.0)])
def test_names_that_do_not_come_in_time_are_done_without(
    monkeypatch: pytest.MonkeyPatch, left: float, named_in: float
) -> None:
    monkeypatch.setattr(dividing, "_NAMED_IN", named_in)
    world = unscanned()
    world.listing = SlowNames(world.s3)
    began = time.monotonic()
    world.deadline = Deadline(lambda: RESERVE + left + began - time.monotonic())
    assert planned(world, 5) == []
    assert time.monotonic() - began < min(left, 2)

"""However a scan is divided, wherever weighing and turns are cut: it makes the manifests that one scan makes."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.documents import Folder, Layout
from shared.domain.ranges import Range
from shared.scan import dividing
from shared.scan.dividing import MOST, Division, divided
from shared.scan.reading import Tools
from shared.scan.resume import token_of, turn_of
from shared.scan.turn import Phase, Turn
from tests.properties.test_turns_capped import BUDGETS, CAPS, SCENES, TIMES, Scene
from tests.turned import Caps, Turned


def plan(bucket: Turned, turn: Turn, requests: int, ranges: int, *, after_ranges: bool = False) -> Division | None:
    bucket.requests_left, bucket.seconds_left = requests, 60.0
    tools = Tools(bucket.listing, bucket.store, bucket.layout, bucket.links.signing, bucket.queue_max)
    return asyncio.run(divided(tools, turn, bucket.deadline, ranges, after_ranges=after_ranges))


def execute(bucket: Turned, budget: Iterable[int], ranges: int) -> int:
    """As the state machine does; how often there were ranges side by side."""
    times, rounds = list(budget), 0
    turn: Turn | None = Turn(Folder("docs", ""), Range(""))
    while turn:
        times.append(times.pop(0))
        listing = turn.phase is Phase.LISTING
        division = plan(bucket, turn, times[0], ranges, after_ranges=rounds > 0) if listing else None
        if division is None:
            bucket.scan_in_turns(turn, times)
            return rounds
        rounds += 1
        alone = set(division.rest.alone)
        for each in reversed(division.ranges):
            alone.update(bucket.scan_in_turns(each, times))
        rest = turn_of(token_of(division.rest, bucket.layout), bucket.layout)
        turn = replace(rest, alone=tuple(sorted(alone)))
    return rounds


@TIMES
@given(SCENES, CAPS, BUDGETS, st.integers(1, 6))
def test_ranges_that_were_weighed_in_part_and_what_is_left_of_them_make_them(
    scene: Scene, caps: Caps, budget: list[int], ranges: int
) -> None:
    bucket = scene.fresh()
    with caps.apply():
        execute(bucket, budget, ranges)
    assert scene.right(bucket)


def test_what_there_was_no_time_to_weigh_is_divided_when_the_ranges_have_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dividing, "A_RANGE", 200)
    keys = [f"{number:02}/1.pdf" for number in range(40)]
    scene = Scene(keys, [f"{number:02}/2.pdf" for number in range(40)], Layout(), 4)
    bucket = scene.fresh()
    assert execute(bucket, [8], MOST) > 1
    assert scene.right(bucket)


def test_a_plan_of_all_leaves_nothing_but_folders_alone() -> None:
    bucket = Turned([f"{name}/1.pdf" for name in "abcdef"], Layout())
    bucket.scan()
    division = plan(bucket, Turn(Folder("docs", ""), Range("")), 10**6, 3)
    assert division
    assert len(division.ranges) == 3
    assert division.rest == Turn(Folder("docs", ""), Range(""), phase=Phase.ALONE)


@pytest.mark.parametrize("requests", [18, 40, 10**6])
def test_manifests_of_an_earlier_depth_keep_no_scan_from_its_end(requests: int) -> None:
    keys = [f"a/{name}/{number}/1.pdf" for name in "bcd" for number in range(6)]
    deep = Turned(keys, Layout())
    shallow = Turned([], Layout(prefix_depth=1), s3=deep.s3)
    division = plan(shallow, Turn(Folder("docs", ""), Range("")), 10**6, 4)
    assert division
    assert {turn.begin for turn in division.ranges} == {"", "a/"}  # it is one folder now, beside the root's
    execute(shallow, [requests], 4)
    documents = {key: number for key, (number, _) in shallow.manifests().items()}
    assert documents.pop("manifests/a/manifest.jsonl") == 18
    assert set(documents.values()) == {0}

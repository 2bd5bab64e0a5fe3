"""A range lists its own folders alone itself: what its ends cut is all that it leaves to whoever knows the others."""

from typing import Any

import pytest

from shared.domain.documents import Folder, Layout
from shared.domain.errors import OutOfTimeError
from shared.domain.ranges import Range
from shared.scan.turn import Phase, Turn
from tests.turned import Turned
from tests.world import Scanned, at, manifest_of, raising

FOLDER = Folder("docs", "")
OWN = Turn.first(FOLDER, Range("", "b/c/2.pdf", "m/n/2.pdf"))
KEYS = [
    "1.pdf",
    *(
        f"{folder}{number}.pdf"
        for folder in ("b/", "b/c/", "b/d/", "c/", "c/x/", "m/", "m/n/", "z/")
        for number in "13"
    ),
]
CUT = ("", "b/", "b/c/", "m/", "m/n/")
MET = ("", "b/c/", "m/", "m/n/")  # of those: what is in b/ itself comes before the range


def test_what_its_ends_cut_is_left_and_the_rest_is_done() -> None:
    world = Scanned(*KEYS, queue_max=50)
    report = world.turn(OWN, resumable=True)
    assert report.rest is None
    assert report.alone == MET
    assert world.views() == {each: [f"{each}1.pdf", f"{each}3.pdf"] for each in ("b/d/", "c/", "c/x/")}


def test_a_folder_that_must_be_listed_alone_is_before_it_ends() -> None:
    world = Turned(KEYS, Layout(), gone=["c/gone/1.pdf", "k/gone/1.pdf", "z/gone/1.pdf"])
    report = world.turn(OWN, resumable=True)
    assert (report.rest, report.alone) == (None, CUT)
    views = world.views()
    assert (views["c/gone/"], views["k/gone/"], views["z/gone/"]) == ([], [], ["z/gone/1.pdf"])


def test_where_there_is_no_time_for_it_the_next_turn_does_it_and_still_knows_what_is_cut() -> None:
    world = Turned(KEYS, Layout(), gone=["c/gone/1.pdf"])
    left = OWN.only([*CUT, "c/gone/", "c/x/"])
    assert left
    world.s3.before = at("put_object", raising(OutOfTimeError("late")), manifest_of("c/gone/"))
    report = world.turn(left, resumable=True)
    assert report.rest
    assert (report.rest.phase, report.rest.mine) == (Phase.ALONE, ["c/gone/"])
    assert report.alone == ()
    assert (report.folders, report.failures) == (1, 0)
    report = world.turn(report.rest, resumable=True)
    assert (report.rest, report.alone) == (None, CUT)
    assert world.views()["c/gone/"] == []


def test_a_range_that_goes_on_leaves_what_its_first_begin_cut() -> None:
    world = Turned(KEYS, Layout(), queue_max=2)
    turn: Turn | None = OWN
    turns, alone = 0, set[str]()
    while turn:
        report = world.cut_off(turn, 8)
        assert report.interrupted is None
        alone.update(report.alone)
        turn, turns = report.rest, turns + 1
    assert turns > 1
    assert sorted(alone) == sorted(CUT)


def test_nothing_is_listed_where_only_what_others_know_is_left() -> None:
    world = Scanned(*KEYS)
    left = OWN.only(CUT)
    assert left
    report = world.turn(left, resumable=True)
    assert (report.rest, report.alone, report.folders) == (None, CUT, 0)
    assert world.s3.calls == []


def test_by_hand_too_a_range_leaves_what_it_cannot_know() -> None:
    world = Scanned(*KEYS, queue_max=50)
    report = world.turn(OWN)
    assert (report.alone, report.failures, report.interrupted) == (MET, 0, None)


@pytest.mark.parametrize(
    "ends", [["b/c/2.pdf", "m/n/2.pdf"], ["b/", "c/", "m/"], ["b/c/1.pdf", "b/c/2.pdf", "b/c/3.pdf"]]
)
def test_with_what_they_leave_ranges_do_every_folder_once_more_at_most(ends: list[str]) -> None:
    world = Scanned(*KEYS, queue_max=50)
    alone, folders = set[str](), 0
    for own in Range("").split(ends):
        report = world.turn(Turn.first(FOLDER, own), resumable=True)
        alone.update(report.alone)
        folders += report.folders
    last: Any = Turn(FOLDER, Range("")).only(alone)
    folders += world.turn(last, resumable=True).folders
    assert folders == 9
    assert sum(map(len, world.views().values())) == len(KEYS)

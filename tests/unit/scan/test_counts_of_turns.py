"""What the turns of a scan count adds up to what there is: what is done again counts once."""

import pytest

from shared.domain.documents import Folder
from shared.domain.errors import OutOfTimeError
from shared.domain.ranges import Range
from shared.scan import turn
from shared.scan.turn import Turn
from tests.fake_objects import refusal
from tests.fake_s3 import Hook
from tests.world import Scanned, at, manifest_of, raising

FOUR = ("a/1.pdf", "b/1.pdf", "b/2.pdf", "c/1.pdf", "c/2.pdf", "c/3.pdf", "d/1.pdf")


def counted(world: Scanned) -> tuple[int, int, int]:
    """The folders, documents and failures of all turns together."""
    rest: Turn | None = Turn(Folder("docs", ""), Range(""))
    total = (0, 0, 0)
    while rest:
        report = world.turn(rest, resumable=True)
        total = (total[0] + report.folders, total[1] + report.documents, total[2] + report.failures)
        rest = report.rest
    return total


def late(prefix: str = "b/") -> Hook:
    """There is no time to commit this folder, the first time."""
    return at("put_object", raising(OutOfTimeError("late")), manifest_of(prefix))


def refused(prefix: str, times: int) -> Hook:
    return at("put_object", raising(refusal("AccessDenied")), manifest_of(prefix), times)


def both(one: Hook, other: Hook) -> Hook:
    def hook(name: str, request: dict[str, object]) -> None:
        one(name, request)
        other(name, request)

    return hook


def test_what_comes_after_the_folder_there_was_no_time_for_is_done_again_and_counts_once() -> None:
    world = Scanned(*FOUR)
    world.s3.before = late()
    assert counted(world) == (5, 7, 0)


@pytest.mark.parametrize("after", ["", "a/b/y/7.pdf"])
def test_so_do_the_folders_around_it(after: str) -> None:
    keys = ["1.pdf", "a/2.pdf", "a/b/3.pdf", "a/b/x/4.pdf", "a/b/x/5.pdf", "c/6.pdf", *filter(None, [after])]
    world = Scanned(*keys)
    world.s3.before = late("a/b/x/")
    assert counted(world) == (len({key.rpartition("/")[0] for key in keys}), len(keys), 0)


@pytest.mark.parametrize(
    ("prefix", "times", "told"), [("d/", 1, (5, 7, 0)), ("d/", 2, (4, 6, 1)), ("a/", 1, (4, 6, 1))]
)
def test_a_folder_counts_as_failed_where_it_did_the_last_time(
    prefix: str, times: int, told: tuple[int, int, int]
) -> None:
    world = Scanned(*FOUR)
    world.s3.before = both(late(), refused(prefix, times))
    assert counted(world) == told


def ignored(world: Scanned) -> list[int]:
    """By each of the turns that it takes."""
    rest, told = [Turn(Folder("docs", ""), Range(""))], list[int]()
    while rest:
        world.seconds_left = 60
        report = world.turn(rest.pop(), resumable=True)
        told.append(report.ignored)
        rest = [report.rest] if report.rest else []
    return told


STRANGERS = ("0.txt", "a/0.txt", "a/2.txt", "b/0.txt", "b/0/0.txt", "b/3.txt", "c/0.txt", "d.txt")


@pytest.mark.parametrize("prefix", ["a/", "b/", "c/", "d/"])
@pytest.mark.parametrize("queue_max", [4, 50])
def test_what_is_no_document_counts_once_where_a_stage_begins_again_before_it(prefix: str, queue_max: int) -> None:
    world = Scanned(*FOUR, *STRANGERS, queue_max=queue_max)
    world.s3.before = late(prefix)
    assert ignored(world) == [len(STRANGERS)]


@pytest.mark.parametrize("prefix", ["a/", "b/", "c/", "d/"])
@pytest.mark.parametrize("queue_max", [4, 50])
def test_and_where_a_turn_ends_before_it_or_within_its_page(prefix: str, queue_max: int) -> None:
    world = Scanned(*FOUR, *STRANGERS, queue_max=queue_max)

    def time_is_up(name: str, request: dict[str, object]) -> None:
        if name == "put_object" and request["Key"] == manifest_of(prefix):
            world.seconds_left = 0
            world.s3.before = lambda *_: None

    world.s3.before = time_is_up
    told = ignored(world)
    assert len(told) > 1
    assert sum(told) == len(STRANGERS)


CHAIN = ("", "a/", "a/b/", "a/b/c/")


@pytest.mark.parametrize("before", [(), ("a-/", "a/a/")])
def test_however_many_are_to_be_listed_alone_those_that_are_still_met_count_when_all_of_them_was_met(
    monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...]
) -> None:
    monkeypatch.setattr(turn, "_MOST_NAMED", 1)
    world = Scanned(*(f"{folder}{number}.pdf" for folder in (*CHAIN, *before) for number in range(3)))
    report = world.turn(Turn(Folder("docs", ""), Range("", "a/b/c/0.pdf"), (*CHAIN, *before)), resumable=True)
    assert (report.folders, report.documents, report.rest) == (4 + len(before), 12 + 3 * len(before), None)
    assert set(world.views()) == {*CHAIN, *before}


def test_nor_does_a_range_list_alone_what_its_ends_cut_because_that_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "_MOST_NAMED", 1)
    world = Scanned(*(f"{folder}{number}.pdf" for folder in CHAIN for number in range(3)))
    own = Turn(Folder("docs", ""), Range("", "a/b/c/1.pdf"), CHAIN, begin="a/b/c/0.pdf")
    report = world.turn(own, resumable=True)
    assert (report.folders, report.documents, report.alone) == (0, 0, CHAIN)

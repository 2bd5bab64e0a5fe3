"""What is left of a scan, when a turn of it ends early."""

import pytest

from shared.domain.documents import Folder
from shared.domain.ranges import Range
from shared.scan.turn import Came, Phase, Turn

_TURN = Turn(Folder("docs", ""), Range(""))
_DOUBTFUL = frozenset({"a/", "b/", "c/"})


def test_what_the_next_turn_lists_anyway_is_not_listed_alone_too() -> None:
    came = Came(Range(""), "d/1.pdf", complete=False, met=_DOUBTFUL, unsettled=frozenset({"b/"}), doubtful=_DOUBTFUL)
    rest = _TURN.rest(came)
    assert rest
    assert (rest.range.after, rest.alone) == ("b/", ("a/",))


def test_nor_is_what_lies_after_the_last_page() -> None:
    rest = _TURN.rest(Came(Range(""), "b/1.pdf", complete=False, met=_DOUBTFUL, doubtful=_DOUBTFUL))
    assert rest
    assert (rest.range.after, rest.alone) == ("b/1.pdf", ("a/", "b/"))


def test_where_the_store_lists_in_an_order_of_its_own_the_next_turn_may_not_come_by_it() -> None:
    came = Came(Range(""), "b/1.pdf", complete=False, met=_DOUBTFUL, doubtful=_DOUBTFUL, in_order=False)
    rest = _TURN.rest(came)
    assert rest
    assert rest.alone == ("a/", "b/", "c/")


def test_nor_is_what_only_the_end_of_the_survey_cuts() -> None:
    met = frozenset({"b/", "d/"})
    rest = _TURN.rest(
        Came(Range("", until="d/d/1.pdf"), "c/1.pdf", complete=False, met=met, unsettled=frozenset({"b/"}))
    )
    assert rest
    assert (rest.range.after, rest.alone) == ("b/", ())


# Whose folders are to be listed alone

_OWN = Range("", "b/c/1.pdf", "m/n/1.pdf")
_CUT = ("", "b/", "b/c/", "m/", "m/n/")


def test_a_range_has_the_folders_alone_that_no_end_of_it_cuts() -> None:
    turn = Turn.first(_TURN.folder, _OWN)
    assert turn.only([*_CUT, "b/d/", "c/", "c/x/", "z/"]) == Turn(
        _TURN.folder, _OWN, ("", "b/", "b/c/", "b/d/", "c/", "c/x/", "m/", "m/n/", "z/"), Phase.ALONE, "b/c/1.pdf"
    )
    left = turn.only([*_CUT, "b/d/", "c/", "z/"])
    assert left
    assert left.mine == ["b/d/", "c/"]
    assert not left.is_over


def test_where_it_went_on_the_ends_are_those_that_it_began_with() -> None:
    later = Turn(_TURN.folder, Range("", "k/1.pdf", "m/n/1.pdf"), (*_CUT, "c/", "k/"), begin="b/c/1.pdf")
    assert later.mine == ["c/", "k/"]


def test_of_a_whole_prefix_every_folder_is_its_own() -> None:
    turn = Turn(Folder("docs", "a/"), Range("a/", "a/k/1.pdf"), ("a/", "a/b/", "a/k/"))
    assert turn.mine == ["a/", "a/b/", "a/k/"]


@pytest.mark.parametrize("phase", [Phase.ALONE, Phase.SINGLY])
def test_a_range_is_over_where_only_what_its_ends_cut_is_left(phase: Phase) -> None:
    assert Turn(_TURN.folder, _OWN, _CUT, phase, "b/c/1.pdf").is_over
    assert not Turn(_TURN.folder, _OWN, (*_CUT, "c/"), phase, "b/c/1.pdf").is_over
    assert not Turn(_TURN.folder, _OWN, _CUT, Phase.LISTING, "b/c/1.pdf").is_over
    assert Turn(_TURN.folder, _OWN, (), phase, "b/c/1.pdf").is_over


@pytest.mark.parametrize(
    ("turn", "first"),
    [
        (_TURN, True),
        (Turn.first(_TURN.folder, _OWN), True),
        (Turn(_TURN.folder, Range("", "c/"), begin="b/"), False),
        (Turn(_TURN.folder, Range("", "c/")), False),
        (Turn(_TURN.folder, Range(""), ("a/",)), False),
        (Turn(_TURN.folder, Range(""), ("a/",), Phase.ALONE), False),
        (Turn(_TURN.folder, Range(""), (), Phase.ALONE), False),
    ],
)
def test_the_first_turn_is_the_one_before_which_nothing_was_done(turn: Turn, first: bool) -> None:  # noqa: FBT001 -- a parameter
    assert turn.is_first is first


@pytest.mark.parametrize(
    ("turn", "whole"),
    [
        (_TURN, True),
        (Turn(Folder("docs", "a/"), Range("a/", "a/k")), True),
        (Turn(_TURN.folder, Range(""), ("a/",), Phase.ALONE), True),
        (Turn.first(_TURN.folder, Range("", "b/")), False),
        (Turn.first(_TURN.folder, Range("", until="b/")), False),
        (Turn(_TURN.folder, Range("", "k", "m"), begin="b"), False),
    ],
)
def test_a_turn_of_all_of_a_prefix_is_whole_however_far_it_came(turn: Turn, whole: bool) -> None:  # noqa: FBT001 -- a parameter
    assert turn.is_whole is whole

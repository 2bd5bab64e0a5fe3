"""What `make check-store` makes of what it found."""

import pytest

from local.laptop.check_store.findings import Finding, NotHeldError, Outcome, Subject, Verdict, verdict
from local.laptop.check_store.race import Reply
from local.laptop.check_store.races import Round, judged
from local.laptop.check_store.table import table

on = pytest.mark.parametrize
WON, LOST, NOTHING, LATE = Reply(200), Reply(412), Reply(0), Reply(200, b"\n<Error><Code>InternalError</Code></Error>")


def finding(outcome: Outcome, tried: str = "PutObject") -> Finding:
    return Finding(Subject.CONDITIONS, tried, outcome, "answered")


@on(
    ("replies", "holder", "outcome"),
    [
        ([LOST, WON, LOST], 1, Outcome.OK),
        ([NOTHING, WON, LATE], 1, Outcome.OK),
        ([WON, WON, LOST], 1, Outcome.WRONG),
        ([LOST, WON, LOST], 0, Outcome.WRONG),  # it was refused, and written all the same
        ([LOST, WON, LOST], None, Outcome.WRONG),  # it was accepted, and not written
        ([LOST, LOST, LOST], 0, Outcome.WRONG),
        ([LOST, LOST, LOST], None, Outcome.LIMIT),
        ([LOST, NOTHING, LOST], 1, Outcome.LIMIT),  # only its answer was lost
        ([LOST, LATE, LOST], 1, Outcome.LIMIT),
    ],
)
def test_a_round_is_right_where_the_one_winner_s_bytes_are_there(
    replies: list[Reply], holder: int | None, outcome: Outcome
) -> None:
    assert Round(replies, holder).outcome is outcome


def test_rounds_are_right_where_each_had_one_winner() -> None:
    assert judged([Round([WON, LOST], 0)] * 3) == "one winner in 3 of 3 rounds"


def test_one_round_with_two_winners_is_enough_and_is_told() -> None:
    with pytest.raises(NotHeldError, match=r"one winner in 1 of 3 rounds; once 2 times 200") as error:
        judged([Round([WON, LOST], 0), Round([LOST, LOST], None), Round([WON, WON], 0)])

    assert error.value.outcome is Outcome.WRONG


def test_a_store_on_which_nobody_ever_wins_is_wrong_and_one_where_that_happens_has_a_limit() -> None:
    won, nobody = Round([WON, LOST], 0), Round([LOST, LOST], None)

    for rounds, outcome in (([won, nobody], Outcome.LIMIT), ([nobody, nobody], Outcome.WRONG)):
        with pytest.raises(NotHeldError) as error:
            judged(rounds)
        assert error.value.outcome is outcome


@on(
    ("outcomes", "expected"),
    [
        ([Outcome.OK, Outcome.OK], Verdict.FIT),
        ([Outcome.OK, Outcome.LIMIT], Verdict.LIMITED),
        ([Outcome.WRONG, Outcome.LIMIT, Outcome.OK], Verdict.UNFIT),
    ],
)
def test_the_worst_that_was_found_decides(outcomes: list[Outcome], expected: Verdict) -> None:
    assert verdict(map(finding, outcomes)) is expected


def test_a_key_that_looks_like_markup_is_shown_as_it_is() -> None:
    shown = table([finding(Outcome.OK, "'a' [d].pdf")])

    assert [str(cell) for cell in shown.columns[0].cells] == ["'a' [d].pdf"]

"""What is asked of a measure: beside another's, or by itself, with some slack or none."""

import pytest

from bench.figures import Measure, Target, alternate

VALUES = {"here": [30.0, 10.0, 20.0], "rival": [1.0, 3.0, 2.0]}


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (Target("here", "at least", 10, "rival"), True),
        (Target("here", "at least", 10.1, "rival"), False),
        (Target("rival", "at most", 0.1, "here"), True),
        (Target("rival", "at most", 0.09, "here"), False),
        (Target("here", "at most", 20), True),
        (Target("here", "at most", 19.9), False),
    ],
)
def test_medians_are_compared(target: Target, *, reached: bool) -> None:
    assert target.reached(VALUES) is reached


@pytest.mark.parametrize(("times", "reached"), [(13.3, True), (13.4, False)])
def test_with_slack_three_quarters_of_a_rate_will_do(times: float, *, reached: bool) -> None:
    assert Target("here", "at least", times, "rival").reached(VALUES, 0.75) is reached


@pytest.mark.parametrize(("times", "reached"), [(0.076, True), (0.074, False)])
def test_and_what_is_to_be_small_may_be_a_third_larger(times: float, *, reached: bool) -> None:
    assert Target("rival", "at most", times, "here").reached(VALUES, 0.75) is reached


def test_a_count_is_given_no_slack() -> None:
    assert not Target("here", "at most", 19.9, exact=True).reached(VALUES, 0.75)


def test_what_is_missed_is_a_sentence() -> None:
    targets = [Target("here", "at least", 25, "rival"), Target("rival", "at most", 1)]
    assert list(Measure("events", "events/s", "", targets, VALUES).missed(1)) == [
        "events: here is 10 times rival; wanted: at least 25",
        "events: rival is 2 events/s; wanted: at most 1",
    ]


def test_a_rival_that_is_not_there_is_no_failure() -> None:
    assert not list(Measure("events", "events/s", "", [Target("here", "at least", 25, "nobody")], VALUES).missed(1))


def test_everybody_runs_once_a_round_in_turn() -> None:
    ran: list[str] = []

    def run(who: str) -> float:
        ran.append(who)
        return len(ran)

    measure = Measure("", "")
    alternate({"a": lambda: run("a"), "b": lambda: run("b")}, 3, measure)
    assert ran == ["a", "b", "b", "a", "a", "b"]
    assert measure.as_json()["values"] == {
        "a": {"min": 1, "median": 4, "max": 5, "each": [1, 4, 5]},
        "b": {"min": 2, "median": 3, "max": 6, "each": [2, 3, 6]},
    }

"""How long a writer waits: nothing where it is alone, longer with every refusal, less as time passes."""

import pytest

from shared.store.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def longest(_: float, most: float) -> float:
    return most


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock, longest)


def test_who_is_alone_does_not_wait(pace: Pace) -> None:
    assert pace.wait(60, 0) == 0


def test_a_refusal_spreads_the_writers_over_many_times_what_a_try_takes(pace: Pace) -> None:
    pace.refused(took=0.1)
    assert pace.wait(60, 0) >= 0.5


def test_every_refusal_widens_the_span_up_to_an_end(pace: Pace) -> None:
    spans = []
    for _ in range(30):
        pace.refused(took=0.01)
        spans.append(pace.span)
    assert spans == sorted(spans)
    assert spans[1] == 2 * spans[0]
    assert spans[-1] == spans[-2] <= 10


def test_being_overtaken_widens_less_than_a_refusal(clock: Clock) -> None:
    refused, overtaken = Pace(clock), Pace(clock)
    for pace in (refused, overtaken):
        pace.refused(took=0.01)
    refused.refused(took=0.01)
    overtaken.overtaken(took=0.01)
    assert refused.span > overtaken.span > 0


def test_time_without_refusals_ends_the_waiting(pace: Pace, clock: Clock) -> None:
    pace.refused(took=0.1)
    before = pace.span
    clock.now += 5
    assert pace.span < before
    clock.now += 600
    assert pace.span == 0


def test_who_has_lost_before_goes_earlier(pace: Pace) -> None:
    pace.refused(took=1)
    assert pace.wait(60, losses=3) < pace.wait(60, losses=0)


@pytest.mark.parametrize(("left", "most"), [(0.5, 0.5), (0, 0), (-1, 0)])
def test_nobody_waits_longer_than_there_is_time(pace: Pace, left: float, most: float) -> None:
    pace.refused(took=1)
    assert pace.wait(left, 0) == most

"""What the state machine makes of a scan: worked out by hand, and by the modules that do it."""

import re

import pytest

from bench import execution, prices
from bench.execution import executed, transitions
from bench.scans import Scan
from local.deployed.template import read
from shared.domain.manifest import Document
from shared.scan import dividing
from shared.scan.dividing import A_LINE, A_RANGE

on = pytest.mark.parametrize
HERE = prices.deployed()
FIVE_MINUTES, HOUR, DAY = 300, 3600, 86_400


def scan(folders: int, seconds: float, manifest_bytes: float = 0, a_list: float = 0.05) -> Scan:
    return Scan(folders, folders, {}, seconds, manifest_bytes, a_list)


# What it enters


@on(
    ("turns", "entered"),
    [
        ([], 1 + 3),  # the start; Scan or plan, What is left, Done
        ([1, 1], 1 + 2 + 1 + 2 * 3 + 3),  # Scan or plan, What is left; Ranges; of each three; and again, to the end
        ([1, 1, 3], 1 + 2 + 1 + 2 * 3 + (2 + 2 + 3) + 3),  # a turn more is Scan range and What is left of it
        ([1] * 100, 307),
    ],
)
def test_what_an_execution_enters_is_what_a_person_counts(turns: list[int], entered: int) -> None:
    assert transitions(turns) == entered


# In how many ranges


@on(("documents", "folders", "ranges"), [(100, 50_000, 5), (100, 15_000, 0), (400, 30_000, 7)])
def test_as_many_ranges_are_counted_with_as_weights_of_alike_folders_make(
    documents: int, folders: int, ranges: int
) -> None:
    weights = dividing.Weights()
    for number in range(folders):
        weights.note(f"{number:06}/", Document("", documents * A_LINE, "", ""))

    starts = weights.boundaries(int(weights.total / A_RANGE))

    assert executed(scan(folders, 60, folders * documents * A_LINE), HERE).ranges == ranges
    assert len(starts) == max(0, ranges - 1)


@on(("folders", "ranges"), [(1, 0), (39_999, 0), (40_000, 2), (1_000_000, 50), (2_000_000, 100), (3_000_000, 100)])
def test_less_than_two_ranges_is_one_call_s_and_there_are_a_hundred_at_most(folders: int, ranges: int) -> None:
    assert executed(scan(folders, 60), HERE).ranges == ranges


def test_one_folder_is_never_divided() -> None:
    assert executed(scan(1, 60, 1e12), HERE).ranges == 0


@on(("folders", "lists"), [(1, 1), (100, 1), (10_000, 21), (39_000, 60), (40_000, 61 + 2 * 21)])
def test_a_plan_lists_manifests_and_names_of_folders_and_each_range_the_names_again(folders: int, lists: int) -> None:
    assert executed(scan(folders, 60), HERE).lists == lists


# How long it takes


@on(("at_once", "seconds"), [(1, 101.05 + 100 * 31), (5, 101.05 + 20 * 31), (40, 101.05 + 3 * 31)])
def test_ranges_take_their_time_so_many_at_once(at_once: int, seconds: float) -> None:
    done = executed(scan(2_000_000, 3_000), HERE)  # 2,021 LISTs of a plan; 100 ranges of 30 s, and 20 LISTs each

    assert done.seconds(at_once) == pytest.approx(seconds)
    assert done.busy == pytest.approx(101.05 + 100 * 31)


@on(("period", "at_once"), [(DAY, 5), (HOUR, 5), (FIVE_MINUTES, 17), (150, None)])
def test_the_least_number_at_once_that_keeps_up_is_told(period: float, at_once: int | None) -> None:
    assert executed(scan(2_000_000, 3_000), HERE).needs(period) == at_once  # 17: six times; 40: 194 s


@on(
    ("seconds", "refreshed"),
    [(300, (5, 5, 5)), (301, (None, 5, 5)), (900, (None, 5, 5)), (901, (None, None, None))],
)
def test_what_is_not_divided_keeps_up_within_its_period_and_within_one_call(
    seconds: float, refreshed: tuple[int | None, ...]
) -> None:
    done = executed(scan(100, seconds, a_list=0), HERE)

    assert tuple(done.needs(period) for period in (FIVE_MINUTES, HOUR, DAY)) == refreshed


@on(("seconds", "at_once"), [(400_000, 5), (800_000, 10), (2_800_000, 34), (3_000_000, None)])
def test_whatever_the_period_is_the_machine_has_a_day(seconds: float, at_once: int | None) -> None:
    assert executed(scan(2_000_000, seconds), HERE).needs(DAY) == at_once  # 20, 10, 3 and 3 times


def test_a_range_goes_on_turn_after_turn() -> None:
    done = executed(scan(40_000, 3_000), HERE)  # 1,501 s each

    assert (done.turns, done.calls) == ([2, 2], 6)


def test_what_there_is_no_time_to_weigh_is_another_round_s() -> None:
    done = executed(scan(99_979_000, 20_000, a_list=0.00898), HERE)  # 100,000 LISTs are 898 s, and half of it are there

    assert (done.rounds, done.planning) == pytest.approx((2, 449))
    assert done.seconds(5) == pytest.approx(2 * (449 + 20 * 100.1796))
    assert done.calls == 2 * 101 + 1
    assert done.transitions == 1 + 2 * (2 + 1 + 100 * 3) + 3
    assert done.lists == 100_000 + 2 * 100 * 21


def test_the_numbers_at_once_are_the_template_s() -> None:
    pattern = read()["Parameters"]["FullScanConcurrency"]["AllowedPattern"]

    assert HERE.at_once == 5
    assert re.fullmatch(pattern, str(execution.MOST_AT_ONCE + 1))
    assert not re.fullmatch(pattern, str(execution.MOST_AT_ONCE + 2))


def test_an_execution_whose_history_is_full_does_not_keep_up() -> None:
    fits, fills = (executed(scan(2_000_000 * rounds, 4_000 * rounds, a_list=0.2), HERE) for rounds in (22, 24))

    assert (fits.rounds, fits.events) == (20, 20 * (11 + 100 * 11) + 11)
    assert fills.events > 24_000

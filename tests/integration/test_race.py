"""Sixteen processes on one folder of a real server: nothing is lost, nothing doubled, nobody starves."""

import statistics

import pytest

from tests.chaos.library import Library
from tests.chaos.race import Outcome, contend, race, tell

pytest_plugins = ["tests.chaos.fixtures"]
pytestmark = pytest.mark.xdist_group("race")  # one at a time: each takes all there is of the machine

on = pytest.mark.parametrize
everywhere = on("store_server", ["minio", "seaweedfs", "ministack"], indirect=True)
where_large_ones_hold = on("store_server", ["minio", "ministack"], indirect=True)  # SeaweedFS lets two complete at once
on_minio = on("store_server", ["minio"], indirect=True)


def holds(outcome: Outcome) -> bool:
    """Say what came of it, too."""
    tell(outcome)
    return not (outcome.lost or outcome.flaws or outcome.tally.failures)


@on_minio
def test_what_many_write_at_once_is_all_there(library: Library) -> None:
    assert holds(race(library, "race/", 60))


@pytest.mark.campaign
@on_minio
def test_a_race_without_conditions_loses_something_and_is_seen_to(library: Library) -> None:
    assert race(library, "race/", 1000, careless=True).lost


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on(
    ("store_server", "commits"),
    [("minio", 1200), ("seaweedfs", 500), ("ministack", 500)],
    indirect=["store_server"],
)
def test_in_many_rounds_nothing_is_lost(library: Library, commits: int) -> None:
    assert holds(race(library, "race/", commits))


@pytest.mark.campaign
@pytest.mark.timeout(600)
@where_large_ones_hold
def test_in_many_rounds_nothing_is_lost_above_5_mib(library: Library, large: str) -> None:
    assert holds(race(library, large, 80))


@pytest.mark.campaign
@pytest.mark.timeout(300)
@on_minio
def test_without_conditions_a_race_above_5_mib_loses_something_and_is_seen_to(library: Library, large: str) -> None:
    assert race(library, large, 1000, careless=True).lost


@pytest.mark.campaign
@pytest.mark.timeout(300)
@on_minio
def test_sixteen_writers_of_one_prefix_all_succeed_and_throw_away_less_than_they_commit(library: Library) -> None:
    outcome = contend(library, "crowded/", 30)
    seconds = outcome.tally.seconds
    tell(f"slowest {max(seconds):.1f} s, mean {statistics.mean(seconds):.2f} s")
    assert holds(outcome)
    assert outcome.tally.refused < outcome.tally.commits


@pytest.mark.soak
@pytest.mark.timeout(7200)
@everywhere
def test_in_thousands_of_commits_nothing_is_lost(library: Library) -> None:
    assert holds(race(library, "race/", 5000))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@where_large_ones_hold
def test_in_thousands_of_commits_nothing_is_lost_above_5_mib(library: Library, large: str) -> None:
    assert holds(race(library, large, 5000))

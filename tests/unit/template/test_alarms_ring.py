"""Every alarm rings when it should, and ends: by its own formula, of what the functions themselves count.

What AWS counts is told here as it documents it (tests/watched/aws.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from local.deployed.choice import Choice
from shared.telemetry import metrics
from tests.fake_objects import refusal
from tests.unit.template.test_alarms import alarms
from tests.watched.alarm import ALARM, OK
from tests.watched.happens import (
    Happens,
    a_call_of_a_scan,
    a_click_that_fails,
    a_message_that_fails,
    a_scan,
    a_scan_of_what_was_written,
    a_scan_that_fails,
    an_update,
    both,
    clicked,
    clock,
    crowded,
    nothing,
    shrinks,
    shrinks_unseen,
    told,
)
from tests.watched.night import Night
from tests.world import at, raising

CHOSEN = {"OpenLinks": "ENABLED"}


@pytest.fixture
def night() -> Iterator[Night]:
    with pytest.MonkeyPatch.context() as patch:
        yield Night(patch, **CHOSEN)
    metrics.clear_metrics()


@dataclass(frozen=True, slots=True)
class Case:
    """What rings an alarm when so many periods of so many seconds go by with it, and what does not."""

    bad: Happens
    good: Happens
    period: int = 300
    periods: int = 1


LAMBDA, SQS, STATES = "AWS/Lambda", "AWS/SQS", "AWS/States"
DEAD = (SQS, "ApproximateNumberOfMessagesVisible", "DeadEvents")
LATE = (SQS, "ApproximateAgeOfOldestMessage", "Events")
ERRORS = (LAMBDA, "Errors", "OnCreated")
CROWDED = partial(crowded, folders=5, refused=15)
OPENING = (LAMBDA, "Url5xxCount", "OpenLink")
CASES = {  # one that is wrong among others that are not
    "DeadEventsAlarm": Case(told(*DEAD, 0, 1), told(*DEAD, 0), 60),
    "LateEventsAlarm": Case(told(*LATE, 0, 901), told(*LATE, 900), 60, 3),
    "FailedEventsAlarm": Case(both(an_update, a_message_that_fails), an_update, 600, 2),
    "UpdateErrorsAlarm": Case(told(*ERRORS, 0, 1, 0), told(*ERRORS, 0, 0)),
    "UpdatesThrottledAlarm": Case(told(LAMBDA, "Throttles", "OnCreated", 0, 1), nothing, 300, 3),
    "ScansThrottledAlarm": Case(told(LAMBDA, "Throttles", "FullScan", 0, 1), nothing, 300, 3),
    "ConflictsAlarm": Case(both(CROWDED, CROWDED), an_update, 300, 3),
    "ManifestShrankAlarm": Case(both(shrinks, partial(shrinks, gone=1)), an_update),
    "RebuildShrankAlarm": Case(both(shrinks_unseen, partial(shrinks_unseen, gone=1)), a_scan),
    "FailedScansAlarm": Case(told(LAMBDA, "AsyncEventsDropped", "FullScan", 0, 1), nothing),
    "ScanFailedAlarm": Case(told(STATES, "ExecutionsFailed", "FullScanMachine", 0, 1), nothing),
    "ScanTimedOutAlarm": Case(told(STATES, "ExecutionsTimedOut", "FullScanMachine", 0, 1), nothing),
    "NoScansAlarm": Case(clock, a_call_of_a_scan, 300, 4),
    "NoCompleteScanAlarm": Case(a_scan_that_fails, a_scan, 6 * 3600, 5),
    "DeadLinksAlarm": Case(
        both(a_scan_of_what_was_written(900), a_scan_of_what_was_written(10)), a_scan_of_what_was_written(800), 900
    ),
    "OpenFailedAlarm": Case(told(*OPENING, 0, 1), told(*OPENING, 0)),
    "OpenThrottledAlarm": Case(told(LAMBDA, "Throttles", "OpenLink", 0, 1), nothing),
    "OnCreatedReleaseAlarm": Case(both(an_update, a_message_that_fails), an_update, 60),
    "OnCreatedCrashAlarm": Case(told(*ERRORS, 0, 1), told(*ERRORS, 0), 60),
    "OpenLinkReleaseAlarm": Case(a_click_that_fails, clicked(2, 1), 60),
    "OpenLinkCrashAlarm": Case(told(LAMBDA, "Errors", "OpenLink", 0, 1), told(LAMBDA, "Errors", "OpenLink", 0), 60),
    "OpenRefusedAlarm": Case(clicked(40, 60), clicked(70, 60)),
}
SAID_ONLY_BY_COUNTS = ("DeadLinksAlarm", "NoScansAlarm", "NoCompleteScanAlarm")
"""Where nothing is counted, these stay as they are."""


def lasts(night: Night, alarm: str, happens: Happens, periods: int = 1) -> str:
    """So many periods go by like that, and then the alarm is looked at."""
    for _ in range(periods):
        happens(night)
        night.passes(CASES[alarm].period)
    return night.state(alarm)


def test_every_alarm_is_driven_here(template: dict[str, Any]) -> None:
    assert CASES.keys() == alarms(template).keys()


@pytest.mark.parametrize("alarm", CASES)
def test_it_rings_after_its_time_and_ends_when_all_is_well(night: Night, alarm: str) -> None:
    case = CASES[alarm]
    assert (night.alarms[alarm].period, night.alarms[alarm].periods) == (case.period, case.periods)
    well = lasts(night, alarm, case.good, 5)
    early = lasts(night, alarm, case.bad, case.periods - 1)
    rang = lasts(night, alarm, case.bad)
    ended = lasts(night, alarm, case.good, 3)
    assert (well, early, rang, ended) == (OK, OK, ALARM, OK)


@pytest.mark.parametrize("alarm", sorted(CASES.keys() - SAID_ONLY_BY_COUNTS))
def test_it_ends_too_where_nothing_happens_any_more(night: Night, alarm: str) -> None:
    case = CASES[alarm]
    assert lasts(night, alarm, case.bad, case.periods) == ALARM
    assert lasts(night, alarm, nothing, 3) == OK


@pytest.mark.parametrize("alarm", SAID_ONLY_BY_COUNTS)
def test_where_nothing_at_all_is_counted_what_was_said_last_holds(night: Night, alarm: str) -> None:
    lasts(night, alarm, CASES[alarm].good, 5)
    assert lasts(night, alarm, CASES[alarm].bad, CASES[alarm].periods) == ALARM
    assert lasts(night, alarm, nothing, 9) == ALARM


# What must not ring


@pytest.mark.parametrize("unseen", [shrinks, shrinks_unseen])
@pytest.mark.parametrize(("documents", "gone"), [(20, 10), (9, 9), (1000, 1)])
def test_half_of_a_folder_or_all_of_a_small_one_may_go(night: Night, unseen: Any, documents: int, gone: int) -> None:
    unseen(night, documents, gone)
    night.passes(300)
    assert {night.state("ManifestShrankAlarm"), night.state("RebuildShrankAlarm")} == {OK}


def test_of_what_shrank_each_alarm_tells_its_own(night: Night) -> None:
    shrinks(night)
    night.passes(300)
    assert (night.state("ManifestShrankAlarm"), night.state("RebuildShrankAlarm")) == (ALARM, OK)
    shrinks_unseen(night)
    night.passes(300)
    assert night.state("RebuildShrankAlarm") == ALARM


@pytest.mark.parametrize(("percent", "state"), [("90", OK), ("10", ALARM), ("100", OK)])
def test_by_how_many_percent_is_chosen(percent: str, state: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        night = Night(patch, ShrinkAlarmPercent=percent)
        shrinks(night, 20, 20 if percent == "100" else 16)
        night.passes(300)
        assert night.state("ManifestShrankAlarm") == state


@pytest.mark.parametrize(("folders", "refused"), [(30, 25), (2, 19)])
def test_commits_may_be_refused_as_often_as_they_are_made_and_a_few_more_often(
    night: Night, folders: int, refused: int
) -> None:
    for _ in range(5):
        crowded(night, folders, refused)
        night.passes(300)
    assert night.state("ConflictsAlarm") == OK


def test_that_fewer_than_fifty_addresses_are_none_rings_nothing(night: Night) -> None:
    assert lasts(night, "OpenRefusedAlarm", clicked(0, 49)) == OK
    assert lasts(night, "OpenRefusedAlarm", clicked(0, 50)) == ALARM


def test_throttles_that_pass_ring_nothing(night: Night) -> None:
    alarm = "UpdatesThrottledAlarm"
    for _ in range(3):
        assert lasts(night, alarm, CASES[alarm].bad, 2) == OK
        assert lasts(night, alarm, told(LAMBDA, "Throttles", "OnCreated", 0)) == OK


def test_a_scan_whose_folders_failed_but_for_some_was_complete(night: Night) -> None:
    """That some failed is ScanFailedAlarm's."""
    night.uploaded("failing/1.pdf")
    night.world.s3.before = at("put_object", raising(refusal("AccessDenied")), "manifests/failing/manifest.jsonl", 99)
    assert lasts(night, "NoCompleteScanAlarm", a_scan, 6) == OK


def test_where_links_do_not_expire_no_alarm_asks_for_a_refresh(template: dict[str, Any]) -> None:
    there = Choice(template, OpenLinks="ENABLED", Links="stable").there()
    assert alarms(template).keys() - there == {"DeadLinksAlarm", "NoScansAlarm"}

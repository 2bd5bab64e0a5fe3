"""The answer of a turn stays small however much of it is left or failed: its caller keeps them all."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.full_scan import answer
from functions.full_scan.request import Request
from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError
from shared.domain.ranges import Range
from shared.scan.dividing import MOST, Division, bounded
from shared.scan.report import Report
from shared.scan.resume import done_of, turn_of
from shared.scan.totals import Totals
from shared.scan.turn import Phase, Turn
from tests.world import World

LARGEST = 200 * 1024  # bytes
KEPT = 256 * 1024  # bytes, by a state machine, https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
BESIDE = 4 * 1024  # bytes of what the machine sends with it
WHOLE = Turn(Folder("docs", ""), Range(""))
PART = Turn.first(WHOLE.folder, Range("", "2026/04/", "2026/05/"))
FOLDERS = [f"2026/04/{'a' * 60}-{number:04}/" for number in range(5_000)]
NAMES = pytest.mark.parametrize(
    "name",
    ["x", "é", "\U0001f9fe", '"', "\\", "\x01"],
    ids=["ascii", "accents", "astral", "quotes", "escapes", "control"],
)


def failing(folders: list[str], rest: Turn | None = None) -> Report:
    report = Report(rest=rest, failures=len(folders))
    for name in folders:
        report.keep(name, AccessDeniedError(f"{name}: " + "no " * 500))
    return report


def body_of(told: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(told["body"])
    return body


def answered(request: Request, report: Report) -> dict[str, Any]:
    return answer.of(request, report, Layout(), World().links)


def test_five_thousand_failed_folders_and_five_hundred_alone_are_told_in_little() -> None:
    report = failing(FOLDERS, WHOLE.only(FOLDERS[:500]))
    told = answered(Request(WHOLE, resumable=True), report)
    assert len(json.dumps(told)) < LARGEST
    body = body_of(told)
    assert body["failures"] == 5_000
    assert 15 * 1024 < len(json.dumps(body["failed"])) <= 16 * 1024
    assert len(body["failed"]) > 50
    assert turn_of(body["resume"], Layout()) == report.rest
    assert done_of(body["resume"]).told() == {name: body[name] for name in done_of(body["resume"]).told()}


def test_of_a_range_a_few_are_named_and_all_are_counted() -> None:
    body = body_of(answered(Request(PART, resumable=True), failing(FOLDERS)))
    assert body["failures"] == 5_000
    assert 0 < len(json.dumps(body["failed"])) <= 500


@pytest.mark.parametrize(("turn", "room"), [(WHOLE, 16 * 1024), (PART, 500)])
def test_turn_after_turn_no_more_of_them_are_named(turn: Turn, room: int) -> None:
    request = Request(turn, resumable=True)
    for number in range(20):
        report = failing(FOLDERS[number * 100 : number * 100 + 100], turn.only(["2026/04/"]))
        token = body_of(answered(request, report))["resume"]
        request = Request(turn_of(token, Layout()), resumable=True, done=done_of(token))
    assert request.done.failures == 2_000
    assert len(json.dumps(dict(request.done.failed))) <= room


def ends_of(name: str) -> list[str]:
    """Boundaries whose names are as long as they may be, with all that they cut."""
    return bounded(f"{number:03}{name * 30}/{name * 30}/{name * 12}/" for number in range(MOST - 1))


@NAMES
def test_what_a_hundred_ranges_and_their_plan_answer_is_kept_together(name: str) -> None:
    alone = tuple(f"{number:03}{name * 20}/" for number in range(500))
    few = next(number for number in range(500, 0, -1) if not Turn(WHOLE.folder, Range(""), alone[:number]).is_crowded)
    failed = {f"{number:03}{name * 500}/": name * 500 for number in range(500)}
    done = Totals.sum([Totals(9, 9, 9, 9, 500, failed=failed)], 16 * 1024)
    rest = Turn(WHOLE.folder, Range("", "!"), alone[:few])
    ranges = [Turn.first(WHOLE.folder, each) for each in rest.range.split(ends_of(name))]
    assert len(ranges) > 10
    division = Division(ranges, replace(rest, phase=Phase.ALONE))
    plan = body_of(answer.of_plan(Request(rest, resumable=True, done=done), division, Layout()))
    parts = [body_of(answered(Request(each, resumable=True), ended(each, failed))) for each in ranges]
    assert all(each["failed"] for each in parts)
    assert len(json.dumps(plan)) < LARGEST
    assert len(json.dumps({"resume": plan["resume"], "parts": parts})) < KEPT - BESIDE


def ended(turn: Turn, failed: dict[str, str]) -> Report:
    """A range that has failed in much of it, and leaves all that its ends cut."""
    report = Report(failures=len(failed), documents=10**9, folders=10**6, ignored=10**9, healed=10**9)
    for name, why in failed.items():
        report.keep(name, AccessDeniedError(why))
    ends = (turn.begin, turn.range.until or "")
    cut = {end[:at] for end in ends for at in range(len(end)) if at == 0 or end[at - 1] == "/"}
    report.end(turn.only(cut))
    assert set(report.alone) == cut
    return report


def test_a_range_that_was_lost_is_told_in_as_little() -> None:
    totals = Totals.of_unlisted("\U0001f9fe" * 200, "\U0001f9fe" * 200, '"' * 300)
    assert len(json.dumps(totals.told())) < 700

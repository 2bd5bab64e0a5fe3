"""The answer of a turn stays small however much of it is left or failed: its caller keeps them all."""

import json

from functions.full_scan import answer
from functions.full_scan.request import Request
from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError
from shared.domain.ranges import Range
from shared.scan.report import Report
from shared.scan.resume import turn_of
from shared.scan.turn import Turn
from tests.world import World

LARGEST = 200 * 1024  # bytes
FOLDERS = [f"2026/04/{'a' * 60}-{number:04}/" for number in range(5_000)]


def test_five_thousand_failed_folders_and_five_hundred_alone_are_told_in_little() -> None:
    whole = Turn(Folder("docs", ""), Range(""))
    report = Report(rest=whole.only(FOLDERS[:500]), failures=len(FOLDERS))
    for name in FOLDERS:
        report.keep(name, AccessDeniedError(f"{name}: " + "no " * 500))
    told = answer.of(Request(whole, resumable=True), report, Layout(), World().links)
    assert len(json.dumps(told)) < LARGEST
    body = json.loads(told["body"])
    assert body["failures"] == 5_000
    assert len(body["failed"]) == 50
    assert turn_of(body["resume"], Layout()) == report.rest

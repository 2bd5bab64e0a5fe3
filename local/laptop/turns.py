"""The full scan, turn after turn until it is complete, as one: one display, one answer, one error.

The function's log goes where standard output leads when this is first imported.
"""

import json
from collections.abc import Callable
from typing import Any

from functions.full_scan import answer
from functions.full_scan.parts import ROOM
from functions.full_scan.request import Request
from local.laptop.context import Context
from local.laptop.display import Display
from shared.config import Settings
from shared.domain.documents import Folder
from shared.domain.errors import FolderTooLargeError, LinkManifestError, NoProgressError, PrefixesFailedError
from shared.links.credentials import Links
from shared.scan.committing import Watch
from shared.scan.report import Outcome, Report
from shared.scan.totals import Totals

_WANTS_TIME = (NoProgressError, FolderTooLargeError)


Run = Callable[[dict[str, Any], Context, Watch], dict[str, Any]]
"""The full scan's handler, being watched."""


class Turns:
    """The turns of one scan. `report` is of all that have ended; it keeps every folder as it settles."""

    def __init__(self, run: Run, display: Display, seconds: int) -> None:
        self._run, self._display, self._seconds = run, display, seconds
        self.report = Report()

    def take(self) -> None:
        """One after the other, until nothing is left, or one fails: the report says why."""
        event: dict[str, Any] | None = {"resumable": True}
        while event:
            self._display.begin_turn()
            event = self._next(event)

    def _next(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Take this turn; the event of the next, if there is anything left."""
        try:
            answered = self._run(event, Context(self._seconds), Watch(self._display.listed, self._note))
        except LinkManifestError as error:
            self.report.interrupted = error
            self.report.folders, self.report.failures = self._display.counts
            return None
        body = json.loads(answered["body"])
        self._note_totals(body)
        return {"resume": body["resume"], "resumable": True} if "resume" in body else None

    def _note_totals(self, body: dict[str, Any]) -> None:
        """Each turn tells what all have done so far."""
        done, report = Totals.read(body), self.report
        report.documents, report.ignored, report.healed = done.documents, done.ignored, done.healed
        report.folders, report.failures = done.folders, done.failures
        self._display.end_turn(done.folders + done.failures, done.failures)

    def _note(self, folder: Folder, outcome: Outcome) -> None:
        self.report.keep(folder.prefix, outcome)
        self._display.settled(failed=isinstance(outcome, Exception))


def told(report: Report, settings: Settings, links: Links) -> dict[str, Any]:
    """What the scan would have answered in one turn, and which folders failed."""
    body: dict[str, Any] = json.loads(answer.of(_whole(settings), report, settings.layout, links)["body"])
    done = Totals.of(report, ROOM).told()
    return body | {name: done[name] for name in ("failures", "failed") if name in done}


def require_success(report: Report, settings: Settings, seconds: int) -> None:
    """Raise what failed, as the scan would have in one turn; where more time helps, with how to give it."""
    try:
        answer.raise_failures_of(_whole(settings), report)
    except LinkManifestError as error:
        errors = error.failed.values() if isinstance(error, PrefixesFailedError) else [error]
        if any(isinstance(each, _WANTS_TIME) for each in errors):
            error.add_note(f"On a laptop its time-out, {seconds} s, is TIMEOUT: make invoke-full TIMEOUT={2 * seconds}")
        raise


def _whole(settings: Settings) -> Request:
    return Request.parse({}, settings)

"""What the full scan is asked for."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from functions.full_scan.executions import Execution
from functions.full_scan.fields import check_names, flag, plan, text
from functions.full_scan.parts import ROOM, together
from shared.config import Settings
from shared.domain.documents import BUCKET_NAME, Folder, Layout
from shared.domain.errors import EventError, ResumeError, quoted, shown
from shared.domain.ranges import Range
from shared.scan.dividing import MOST
from shared.scan.report import Report
from shared.scan.resume import after_ranges, can_be_alone, done_of, range_of, turn_of
from shared.scan.totals import FEW, Totals
from shared.scan.turn import Phase, Turn

_ADDRESS = re.compile(r"https?://")


@dataclass(frozen=True, slots=True)
class Request:
    """What a scan is of; every field of its event is optional, what is missing comes from the environment.

    `bucket`, `prefix`: which documents. `links` (true; false where links are stable): the answer holds links to the
    manifests. `after`, `until`: only the keys between them. `alone`: only these folders. `resumable` (false): where
    time runs out the answer tells where to go on, under `resume`; the next event brings that back as it was. `plan`
    (false): where it is more than one turn's, the answer tells ranges, and nothing is scanned; a number: about so many.
    A state machine gives the `execution` that asks and, with `resume`, `parts`: what ranges answered, to have done what
    they left.
    """

    turn: Turn
    links: bool = True
    resumable: bool = False
    ranges: int | None = None
    execution: Execution | None = None
    done: Totals = field(default_factory=Totals)
    """By earlier turns, and by parts."""
    after_ranges: bool = False
    """Whether it is what their plan has left."""

    @property
    def folder(self) -> Folder:
        return self.turn.folder

    def covers(self, settings: Settings) -> bool:
        """Whether it is of all that PREFIX says, or of more."""
        own = settings.layout.widened(settings.prefix)
        return self.folder.bucket == settings.bucket_name and own.startswith(self.folder.prefix)

    @property
    def is_planned(self) -> bool:
        """Whether it is to be divided where that is worth it; with too many folders alone these are done first."""
        return self.ranges is not None and self.turn.phase is Phase.LISTING and not self.turn.is_crowded

    @property
    def tells_manifests(self) -> bool:
        """Whether it is the scan of a prefix in one invocation, whose answer tells of every manifest."""
        return self.turn.is_whole and self.turn.is_first and not self.resumable

    def totals(self, report: Report) -> Totals:
        """With what this turn has done: of the whole, with more of what failed."""
        room = ROOM if self.turn.is_whole else FEW
        return Totals.sum([self.done, Totals.of(report, room)], room)

    @classmethod
    def parse(cls, event: Any, settings: Settings) -> "Request":  # noqa: ANN401 -- whatever was sent
        """Raise EventError, RangeError or ResumeError naming the field that cannot be used, or is not known."""
        if not isinstance(event, dict):
            raise EventError(f'a scan takes an object such as {{"prefix": "2026/04/"}}, not {type(event).__name__}')
        check_names(event)
        turn, done = _resumed(event, settings) if "resume" in event else _begun(event, settings)
        _check(turn.folder, settings)
        links = flag(event, "links", default=not settings.links.stable)
        resumable, is_left = flag(event, "resumable", default=False), "parts" in event
        return cls(turn, links, resumable, plan(event, MOST), _execution(event, turn), done, is_left)


def _begun(event: dict[str, Any], settings: Settings) -> tuple[Turn, Totals]:
    folder = _folder(event, settings)
    own = range_of(folder.prefix, event.get("after"), event.get("until"))
    if "parts" in event:
        raise EventError("the scan's 'parts' come with the 'resume' that was answered with their ranges")
    if "alone" not in event:
        return Turn.first(folder, own), Totals()
    if own != Range(folder.prefix):
        raise EventError("the scan's 'alone' comes without 'after' and 'until'")
    return Turn(folder, own, _alone(event["alone"], folder, settings.layout), Phase.ALONE), Totals()


def _alone(named: object, folder: Folder, layout: Layout) -> tuple[str, ...]:
    if not isinstance(named, list):
        raise EventError(f"the scan's 'alone' must be a list of folders, and not {quoted(named)}")
    for name in named:
        if not can_be_alone(name, folder, layout):
            wanted = f"folders below {shown(folder.prefix)!r}, each ending with '/'"
            raise EventError(f"the scan's 'alone' has {quoted(name)}, but may have only {wanted}")
    return tuple(dict.fromkeys(named))


def _resumed(event: dict[str, Any], settings: Settings) -> tuple[Turn, Totals]:
    turn = turn_of(event["resume"], settings.layout)
    if others := event.keys() & {"after", "until", "alone"}:
        raise ResumeError(f"the scan's 'resume' says where to go on: leave out {', '.join(sorted(others))}")
    if event.keys() & {"bucket", "prefix"} and _folder(event, settings) != turn.folder:
        raise ResumeError(f"the scan's 'resume' is of {turn.folder}, and not of its 'bucket' and 'prefix'")
    done = done_of(event["resume"])
    if after_ranges(event["resume"]) and "parts" not in event:  # it would pass for a scan of all
        raise ResumeError("the scan's 'resume' is of a plan: scan its 'ranges', and send their answers as 'parts'")
    if "parts" not in event:
        return turn, done
    parts = together(event["parts"], turn.folder, settings.layout)
    return replace(turn, alone=tuple(sorted({*turn.alone, *parts.alone}))), Totals.sum([done, parts.totals], ROOM)


def _execution(event: dict[str, Any], turn: Turn) -> Execution | None:
    if "execution" not in event:
        return None
    if "alone" in event or not turn.is_whole:
        raise EventError(
            "an execution scans all of a prefix: leave out 'after', 'until' and 'alone', or invoke the function"
        )
    return Execution.parse(event["execution"])


def _folder(event: dict[str, Any], settings: Settings) -> Folder:
    bucket = text(event, "bucket", settings.bucket_name)
    if not BUCKET_NAME.fullmatch(bucket):
        raise EventError(f"the scan's 'bucket' {quoted(bucket)} is no bucket's name; leave it out for BUCKET_NAME")
    return Folder(bucket, settings.layout.widened(text(event, "prefix", settings.prefix)))


def _check(folder: Folder, settings: Settings) -> None:
    if _ADDRESS.match(folder.prefix) and shown(folder.prefix) != folder.prefix:
        raise EventError(f"the scan's 'prefix' {quoted(folder.prefix)} is a link; a prefix is such as '2026/04/'")
    if settings.layout.is_reserved(folder.bucket, folder.prefix):
        raise EventError(f"the scan's 'prefix' {quoted(folder.prefix)} is where manifests lie: no document is there")
    if not settings.layout.manifest_of(folder).fits:
        raise EventError(f"the scan's 'prefix' {quoted(folder.prefix)} is too long: its manifest could have no name")

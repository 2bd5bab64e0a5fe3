"""What the full scan is asked for."""

import re
from dataclasses import dataclass
from typing import Any

from shared.config import Settings
from shared.domain.documents import BUCKET_NAME, Folder
from shared.domain.errors import EventError, ResumeError, shown
from shared.domain.ranges import Range
from shared.scan.resume import can_be_alone, range_of, turn_of
from shared.scan.turn import Phase, Turn

_FIELDS = ("bucket", "prefix", "links", "after", "until", "alone", "resumable", "resume")
_MOST = 5  # unknown fields that are named
_ADDRESS = re.compile(r"https?://")


@dataclass(frozen=True, slots=True)
class Request:
    """What a scan is of; every field of its event is optional, what is missing comes from the environment.

    `bucket`, `prefix`: which documents. `links` (true): the answer holds links to the manifests. `after`, `until`: only
    the keys between them. `alone`: only these folders. `resumable` (false): where time runs out the answer tells where
    to go on, under `resume`; the next event brings that back as it was.
    """

    turn: Turn
    links: bool = True
    resumable: bool = False

    @property
    def folder(self) -> Folder:
        return self.turn.folder

    @property
    def is_whole(self) -> bool:
        """Whether it is the scan of a prefix in one invocation, whose answer tells of every manifest."""
        own = self.turn.range
        return not (self.resumable or own.after or own.until or self.turn.phase is not Phase.LISTING)

    @classmethod
    def parse(cls, event: Any, settings: Settings) -> "Request":  # noqa: ANN401 -- whatever was sent
        """Raise EventError, RangeError or ResumeError naming the field that cannot be used, or is not known."""
        if not isinstance(event, dict):
            raise EventError(f'a scan takes an object such as {{"prefix": "2026/04/"}}, not {type(event).__name__}')
        _check_names(event)
        turn = _resumed(event, settings) if "resume" in event else _begun(event, settings)
        _check(turn.folder, settings)
        return cls(turn, _flag(event, "links", default=True), _flag(event, "resumable", default=False))


def _begun(event: dict[str, Any], settings: Settings) -> Turn:
    folder = _folder(event, settings)
    own = range_of(folder.prefix, event.get("after"), event.get("until"))
    if "alone" not in event:
        return Turn(folder, own, finishes=not (own.after or own.until))
    if not isinstance(event["alone"], list) or own != Range(folder.prefix):
        raise EventError("the scan's 'alone' must be a list of folders, without 'after' and 'until'")
    for name in event["alone"]:
        if not can_be_alone(name, folder, settings.layout):
            wanted = f"folders below {shown(folder.prefix)!r}, each ending with '/'"
            raise EventError(f"the scan's 'alone' has {_shown(name)}, but may have only {wanted}")
    return Turn(folder, own, tuple(dict.fromkeys(event["alone"])), Phase.ALONE)


def _resumed(event: dict[str, Any], settings: Settings) -> Turn:
    turn = turn_of(event["resume"], settings.layout)
    if others := event.keys() & {"after", "until", "alone"}:
        raise ResumeError(f"the scan's 'resume' says where to go on: leave out {', '.join(sorted(others))}")
    if event.keys() & {"bucket", "prefix"} and _folder(event, settings) != turn.folder:
        raise ResumeError(f"the scan's 'resume' is of {turn.folder}, and not of its 'bucket' and 'prefix'")
    return turn


def _folder(event: dict[str, Any], settings: Settings) -> Folder:
    bucket = _text(event, "bucket", settings.bucket_name)
    if not BUCKET_NAME.fullmatch(bucket):
        raise EventError(f"the scan's 'bucket' {_shown(bucket)} is no bucket's name; leave it out for BUCKET_NAME")
    return Folder(bucket, settings.layout.widened(_text(event, "prefix", settings.prefix)))


def _flag(event: dict[str, Any], name: str, *, default: bool) -> bool:
    value = event.get(name, default)
    if not isinstance(value, bool):
        raise EventError(f"the scan's {name!r} is {_shown(value)}, but must be true or false")
    return value


def _check_names(event: dict[str, Any]) -> None:
    """A misspelt field would scan something else than was asked for; an envelope's fields say nothing of a scan.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html
    """
    if "detail-type" in event:
        raise EventError(
            "a scan takes no EventBridge event: give the schedule or the rule's target a constant input, such as "
            '{"prefix": ""}'
        )
    if unknown := [name for name in event if name not in _FIELDS]:
        named = ", ".join(map(_shown, unknown[:_MOST])) + (", …" if len(unknown) > _MOST else "")
        known = ", ".join(map(repr, _FIELDS))
        raise EventError(f"a scan does not know the field {named}; it takes {known}, no others")


def _text(event: dict[str, Any], name: str, default: str) -> str:
    value = event.get(name, default)
    if not isinstance(value, str):
        raise EventError(f"the scan's {name!r} is {_shown(value)}, but must be text, or be left out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise EventError(f"the scan's {name!r} is {_shown(value)}, which is no UTF-8 text") from error
    return value


def _check(folder: Folder, settings: Settings) -> None:
    if _ADDRESS.match(folder.prefix) and shown(folder.prefix) != folder.prefix:
        raise EventError(f"the scan's 'prefix' {_shown(folder.prefix)} is a link; a prefix is such as '2026/04/'")
    if settings.layout.is_reserved(folder.bucket, folder.prefix):
        raise EventError(f"the scan's 'prefix' {_shown(folder.prefix)} is where manifests lie: no document is there")
    if not settings.layout.manifest_of(folder).fits:
        raise EventError(f"the scan's 'prefix' {_shown(folder.prefix)} is too long: its manifest could have no name")


def _shown(value: object) -> str:
    return f"{shown(repr(value)):.100}"

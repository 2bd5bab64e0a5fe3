"""Where a scan that ran out of time goes on: an answer holds it, and the next event brings it back as it was."""

from collections.abc import Mapping
from typing import Any

from shared.domain.documents import BUCKET_NAME, Folder, Layout
from shared.domain.errors import EventError, RangeError, ResumeError, quoted, shown
from shared.domain.ranges import Range, before
from shared.scan.totals import Totals
from shared.scan.turn import Phase, Turn

_VERSION = 3
_SHOWN = 200  # characters of what does not fit
_FIELDS = ("version", "bucket", "prefix", "begin", "after", "until", "alone", "phase", "ranges", "done", "layout")


def token_of(turn: Turn, layout: Layout, done: Totals | None = None, *, after_ranges: bool = False) -> dict[str, Any]:
    """As an answer holds it, under `resume`. `done`: by turns before. `after_ranges`: it waits for a plan's."""
    return {
        "version": _VERSION,
        "bucket": turn.folder.bucket,
        "prefix": turn.folder.prefix,
        "begin": turn.begin or None,
        "after": turn.range.after or None,
        "until": turn.range.until,
        "alone": list(turn.alone),
        "phase": turn.phase.value,
        "ranges": after_ranges,
        "done": (done or Totals()).told(),
        "layout": _described(layout),
    }


def turn_of(token: object, layout: Layout) -> Turn:
    """Read a token. Raises ResumeError where it is not one that this version and this layout can go on with."""
    fields = _fields(token)
    _require(fields, "version", _VERSION)
    _require(fields, "layout", _described(layout))
    folder = _folder(fields, layout)
    alone = fields["alone"]
    if not isinstance(alone, list):
        raise _unfit("alone", alone, "a list of folders")
    for name in alone:
        if not can_be_alone(name, folder, layout):
            raise _unfit("alone", name, f"folders below {shown(folder.prefix)!r}, each ending with '/'")
    own = _range(fields, folder)
    return Turn(folder, own, tuple(alone), _phase(fields), _begin(fields, own))


def done_of(token: Mapping[str, Any]) -> Totals:
    """What a token that can be read says was done before. Raises ResumeError."""
    try:
        return Totals.read(token["done"])
    except EventError as error:
        raise ResumeError(f"the scan's 'resume' has done that cannot be: {error}") from error


def after_ranges(token: Mapping[str, Any]) -> bool:
    """Whether a token that can be read waits for what a plan's ranges answer. Raises ResumeError."""
    if not isinstance(told := token["ranges"], bool):
        raise _unfit("ranges", told, "true or false")
    return told


def range_of(prefix: str, after: object, until: object) -> Range:
    """The range between two ends as an event has them: texts, or None where one is open. Raises RangeError."""
    for name, end in (("after", after), ("until", until)):
        if end is not None and not isinstance(end, str):
            raise RangeError(f"the range's {name!r} is {quoted(end, _SHOWN)}, but must be text, or be left out")
        if end == "":
            raise RangeError(
                f"the range's {name!r} is empty, which is no key below {quoted(prefix, _SHOWN)}; leave it out"
            )
    return Range(prefix, str(after or ""), until if until is None else str(until))


def can_be_alone(name: object, folder: Folder, layout: Layout) -> bool:
    """Whether that is a folder within `folder` that may have a manifest, of an earlier PREFIX_DEPTH too."""
    if not isinstance(name, str) or not _is_text(name) or not name.startswith(folder.prefix):
        return False
    own = Folder(folder.bucket, name)
    named = not name or name.endswith("/")
    return named and not layout.is_reserved(folder.bucket, name) and layout.manifest_of(own).fits


def _fields(token: object) -> Mapping[str, Any]:
    if not isinstance(token, dict) or token.keys() != set(_FIELDS):
        named = ", ".join(map(repr, _FIELDS))
        raise ResumeError(f"the scan's 'resume' must be the object an answer held, as it was, with the fields {named}.")
    return token


def _require(fields: Mapping[str, Any], name: str, wanted: object) -> None:
    if fields[name] != wanted or type(fields[name]) is not type(wanted):
        raise _unfit(name, fields[name], f"{wanted!r}: begin the scan again, without 'resume'")


def _folder(fields: Mapping[str, Any], layout: Layout) -> Folder:
    bucket, prefix = fields["bucket"], fields["prefix"]
    if not isinstance(bucket, str) or not BUCKET_NAME.fullmatch(bucket):
        raise _unfit("bucket", bucket, "a bucket's name")
    if not isinstance(prefix, str) or not _is_text(prefix) or layout.widened(prefix) != prefix:
        raise _unfit("prefix", prefix, "a folder")
    return Folder(bucket, prefix)


def _range(fields: Mapping[str, Any], folder: Folder) -> Range:
    try:
        return range_of(folder.prefix, fields["after"], fields["until"])
    except RangeError as error:
        raise ResumeError(f"the scan's 'resume' has ends that cannot be: {error}") from error


def _begin(fields: Mapping[str, Any], own: Range) -> str:
    """Where the first turn began: no later than this one does."""
    try:
        begin = range_of(own.prefix, fields["begin"], own.until).after
    except RangeError as error:
        raise ResumeError(f"the scan's 'resume' has a begin that cannot be: {error}") from error
    if before(own.after, begin):
        raise _unfit("begin", begin, "a key that is not past 'after'")
    return begin


def _phase(fields: Mapping[str, Any]) -> Phase:
    try:
        phase = Phase(fields["phase"])
    except ValueError:
        raise _unfit("phase", fields["phase"], f"one of {', '.join(Phase)}") from None
    return phase


def _described(layout: Layout) -> dict[str, Any]:
    return {
        "MANIFEST_PREFIX": layout.manifest_prefix,
        "MANIFEST_BUCKET": layout.manifest_bucket,
        "PREFIX_DEPTH": layout.prefix_depth,
    }


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unfit(name: str, value: object, wanted: str) -> ResumeError:
    return ResumeError(f"the scan's 'resume' has {name} {quoted(value, _SHOWN)}, but must have {wanted}.")

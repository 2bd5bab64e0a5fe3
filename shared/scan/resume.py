"""Where a scan that ran out of time goes on: an answer holds it, and the next event brings it back as it was."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from shared.domain.documents import BUCKET_NAME, Folder, Layout
from shared.domain.errors import NoProgressError, RangeError, ResumeError, StoreUnfitError, shown
from shared.domain.ranges import Range, before, straddles

_VERSION = 1
_MOST_NAMED = 500  # folders to be listed alone that one turn leaves to the next
_LONGEST = 64 * 1024  # bytes of their names, as an answer has them
_FIELDS = ("version", "bucket", "prefix", "after", "until", "alone", "phase", "finishes", "layout")


@dataclass(frozen=True, slots=True)
class Came:
    """How far a turn came in the range that was surveyed, which may be but the beginning of its own.

    `passed` is the last key of the last page that was dealt with, `complete`: all of the range was listed. `met` are
    the folders that it has seen a document or a manifest of; one that a cut goes through is done again, if it was done.
    `unsettled` are those among them that it has listed whole, `doubtful` those that must be listed alone. `in_order`:
    the store lists in the order of keys.
    """

    surveyed: Range
    passed: str
    complete: bool
    met: frozenset[str]
    unsettled: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    in_order: bool = True

    @property
    def first_unsettled(self) -> str | None:
        """Where all before it is done. One that was met on the page after `passed` is none: not all of that was."""
        return self._listed(min(self.unsettled, default=None))

    @property
    def first_too_many(self) -> str | None:
        """Where there are no more that must be listed alone before it than an answer can name."""
        return self._listed(_too_many(each for each in self.doubtful if self.surveyed.inside(each)))

    def _listed(self, folder: str | None) -> str | None:
        if folder is None or not self.in_order:
            return None
        return folder if self.complete or not before(self.passed, folder) else None

    @property
    def straddlers(self) -> set[str]:
        return {prefix for prefix in self.met if self.surveyed.straddled(prefix)}


class Phase(StrEnum):
    """What is left to do."""

    LISTING = "listing"
    """The keys of a range, and then the folders `alone`."""
    ALONE = "alone"
    """The folders `alone`, side by side."""
    SINGLY = "singly"
    """The same, one after the other: side by side, none of them was done in time."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of a scan has before it.

    `folder` is what the whole scan is of. `alone` are folders that no range has all of: each is listed by itself, at
    the end. `finishes`: the turn that has listed the last key goes on with them (a scan of one range leaves them to
    whoever knows the other ranges).
    """

    folder: Folder
    range: Range
    alone: tuple[str, ...] = ()
    phase: Phase = Phase.LISTING
    finishes: bool = True

    def rest(self, came: "Came") -> "Turn | None":
        """What is left after this turn; None: nothing. Raises NoProgressError where the next would come no further."""
        alone = {*self.alone, *came.doubtful, *came.straddlers}
        ends = (came.first_unsettled, came.first_too_many)
        first = min((end for end in ends if end is not None and self._is_progress(end)), default=None)
        if first is not None:
            return self._cut(first, alone, came)  # its own string: all that is in it comes after
        alone |= came.unsettled
        reached = came.surveyed.until if came.complete else came.passed
        if reached is None or reached == self.range.until:
            return self.only(alone)
        if not self._is_progress(reached):
            raise no_progress(self.folder)
        return self._cut(reached, alone, came)

    def only(self, alone: Collection[str], *, singly: bool = False) -> "Turn | None":
        """What is left when nothing is left to list: these folders."""
        if not alone:
            return None
        return replace(self, alone=tuple(sorted(alone)), phase=Phase.SINGLY if singly else Phase.ALONE)

    @property
    def is_crowded(self) -> bool:
        """Whether so many are to be listed alone that no more can be left to be."""
        return _too_many(self.alone) is not None

    def _is_progress(self, after: str) -> bool:
        return before(self.range.after or self.range.prefix, after)

    def _cut(self, after: str, alone: set[str], came: "Came") -> "Turn":
        rest = replace(self.range, after=after)
        cut = {prefix for prefix in came.met if straddles(prefix, after)}
        new = alone.difference(self.alone) if came.in_order else ()
        again = {prefix for prefix in new if rest.inside(prefix)}  # the next turn surveys and lists all of it
        return replace(self, range=rest, alone=tuple(sorted((alone | cut) - again)))

    def token(self, layout: Layout) -> dict[str, Any]:
        """As an answer holds it, under `resume`."""
        return {
            "version": _VERSION,
            "bucket": self.folder.bucket,
            "prefix": self.folder.prefix,
            "after": self.range.after or None,
            "until": self.range.until,
            "alone": list(self.alone),
            "phase": self.phase.value,
            "finishes": self.finishes,
            "layout": _described(layout),
        }

    @classmethod
    def of(cls, token: object, layout: Layout) -> "Turn":
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
        return cls(folder, _range(fields, folder), tuple(alone), _phase(fields), fields["finishes"])


def _too_many(folders: Iterable[str]) -> str | None:
    """The first of them, in their order, that an answer can name no more."""
    room = _LONGEST
    for number, folder in enumerate(sorted(folders)):
        room -= len(json.dumps(folder))
        if room < 0 or number == _MOST_NAMED:
            return folder
    return None


def no_progress(folder: Folder) -> NoProgressError:
    return NoProgressError(
        f"{folder}: no page of the listing was dealt with in the time of this turn. Raise the function's time-out; is "
        "the store slow?"
    )


def unfit(folder: Folder) -> StoreUnfitError:
    return StoreUnfitError(
        f"{folder}: the store lists in an order of its own, so what comes after a key is not known: it cannot be "
        "scanned in ranges or in turns. Scan without 'after', 'until' and 'resumable', with a time-out that suffices."
    )


def range_of(prefix: str, after: object, until: object) -> Range:
    """The range between two ends as an event has them: texts, or None where one is open. Raises RangeError."""
    for name, end in (("after", after), ("until", until)):
        if end is not None and not isinstance(end, str):
            raise RangeError(f"the range's {name!r} is {_shown(end)}, but must be text, or be left out")
        if end == "":
            raise RangeError(f"the range's {name!r} is empty, which is no key below {_shown(prefix)}; leave it out")
    return Range(prefix, str(after or ""), until if until is None else str(until))


def can_be_alone(name: object, folder: Folder, layout: Layout) -> bool:
    """Whether that is a folder within `folder` that has a manifest of its own, or may have."""
    if not isinstance(name, str) or not _is_text(name) or not name.startswith(folder.prefix):
        return False
    own = Folder(folder.bucket, name)
    return layout.widened(name) == name and not layout.is_reserved(folder.bucket, name) and layout.manifest_of(own).fits


def _fields(token: object) -> Mapping[str, Any]:
    if not isinstance(token, dict) or token.keys() != set(_FIELDS):
        named = ", ".join(map(repr, _FIELDS))
        raise ResumeError(f"the scan's 'resume' must be the object an answer held, as it was, with the fields {named}.")
    if not isinstance(token["finishes"], bool):
        raise _unfit("finishes", token["finishes"], "true or false")
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


def _phase(fields: Mapping[str, Any]) -> Phase:
    try:
        phase = Phase(fields["phase"])
    except ValueError:
        raise _unfit("phase", fields["phase"], f"one of {', '.join(Phase)}") from None
    if phase is not Phase.LISTING and not fields["alone"]:
        raise _unfit("phase", phase.value, f"folders 'alone' to go on with, or {Phase.LISTING.value!r}")
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
    return ResumeError(f"the scan's 'resume' has {name} {_shown(value)}, but must have {wanted}.")


def _shown(value: object) -> str:
    """As a message may quote it."""
    return f"{shown(repr(value)):.200}"

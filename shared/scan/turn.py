"""What one turn of a scan has before it, how far it came, and what that leaves to the next."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain.documents import Folder
from shared.domain.errors import NoProgressError
from shared.domain.ranges import Range, before, straddles

_MOST_NAMED = 500  # folders to be listed alone that one turn leaves to the next
_LONGEST = 64 * 1024  # bytes of their names, as an answer has them


@dataclass(frozen=True, slots=True)
class Came:
    """How far a turn came in the range that was surveyed, which may be but the beginning of its own.

    `passed` is the last key that was dealt with, `complete`: all of the range was listed. `met` are the folders that it
    has seen a document or a manifest of; one that a cut goes through is done again, if it was done. `unsettled` are
    those among them that it has listed whole, `doubtful` those that must be listed alone. `in_order`: the store lists
    in the order of keys.
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

    `folder` is what the whole scan is of, `range` what is left of the keys, which began after `begin`. `alone` are
    folders that no listing has shown all of: each is listed by itself, at the end.
    """

    folder: Folder
    range: Range
    alone: tuple[str, ...] = ()
    phase: Phase = Phase.LISTING
    begin: str = ""

    @classmethod
    def first(cls, folder: Folder, own: Range) -> "Turn":
        """The first turn of a range."""
        return cls(folder, own, begin=own.after)

    @property
    def is_first(self) -> bool:
        return self.phase is Phase.LISTING and self.range.after == self.begin and not self.alone

    @property
    def is_whole(self) -> bool:
        """Whether it is of all that is below a prefix, and of no part."""
        return not self.begin and self.range.until is None

    @property
    def mine(self) -> list[str]:
        """Those of the folders alone that are the range's own. What its ends cut is left to who knows the others."""
        own = replace(self.range, after=self.begin)
        return [folder for folder in self.alone if own.inside(folder)]

    @property
    def passed(self) -> list[str]:
        """Those of them that the rest of the listing does not come by any more: they are done for good once."""
        return [folder for folder in self.mine if not straddles(folder, self.range.after)]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left but what the ends of the range cut."""
        return self.phase is not Phase.LISTING and not self.mine

    def after(self, folder: str) -> "Turn | None":
        """What of its keys comes after this folder's string; None where that is no end within them."""
        if not self._is_progress(folder) or not self.range.belongs(folder):
            return None
        return replace(self, range=replace(self.range, after=folder))

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
        """Whether so many are to be listed alone that no more can be left to be. Of those, that can be done by now."""
        return _too_many(self.passed) is not None

    def _is_progress(self, after: str) -> bool:
        return before(self.range.after or self.range.prefix, after)

    def _cut(self, after: str, alone: set[str], came: "Came") -> "Turn":
        rest = replace(self.range, after=after)
        cut = {prefix for prefix in came.met if straddles(prefix, after)}
        new = alone.difference(self.alone) if came.in_order else ()
        again = {prefix for prefix in new if rest.inside(prefix)}  # the next turn surveys and lists all of it
        return replace(self, range=rest, alone=tuple(sorted((alone | cut) - again)))


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

"""Where to divide a scan among functions, so that each has about as much to do.

Any boundaries are right ones (see `ranges`). These are folders' own strings, for a folder that is cut is listed once
more; so one folder is never divided, however much is in it. It is weighed by its manifest, as LIST shows it.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.domain.deadline import Deadline
from shared.domain.documents import Layout
from shared.domain.errors import OutOfTimeError
from shared.domain.manifest import Document
from shared.scan.boundaries import Weight
from shared.scan.reading import Reading, Tools
from shared.scan.turn import Phase, Turn

MOST = 100  # ranges, of which a state machine keeps every answer
A_FOLDER = 100  # documents, that take about as long as one folder more
A_LINE = 1_600  # bytes of a manifest, with a role's links: about a document
A_RANGE = 2_000_000  # documents, half a minute's work
_WORTH = 2  # such ranges: less is one turn's
_NAMED_IN = 60.0  # seconds, for the names of folders
_KEPT = 20_000  # weights, before light ones side by side are kept as one
_ROOM = 24 * 1024  # bytes of JSON, for all folders that boundaries cut: of each, two ranges may tell
_LONGEST = 2 * 1024  # for those that one boundary cuts


@dataclass(frozen=True, slots=True)
class Division:
    """The first turns of ranges side by side; and what is left when they have ended: folders alone, or more keys."""

    ranges: list[Turn]
    rest: Turn


async def divided(
    tools: Tools, turn: Turn, deadline: Deadline, ranges: int | None = None, *, after_ranges: bool = False
) -> Division | None:
    """What this turn is of, in ranges; None: it is not worth it.

    `ranges`: about as many are wanted, whatever they hold. `after_ranges`: it is what there was no time to weigh, for
    which no more are made than it is worth. What there is no time to weigh is left.
    """
    reading, weights = Reading(tools, turn.folder.bucket, deadline), Weights()
    rest = await _weighed(reading, turn, tools.layout, weights, deadline)
    there = int(weights.total / A_RANGE)
    most = min(ranges or MOST, there) if after_ranges else ranges or there
    is_known = weights.total and (most >= _WORTH or after_ranges or turn.is_first)  # else a turn has met more than that
    if not is_known and (ranges or not turn.is_first):
        weights.add([Weight(name, 1) for name in await _names(reading, turn, tools.layout, deadline)])
        most = ranges or MOST
    own = turn.range if rest.phase is Phase.ALONE else turn.range.up_to(rest.range.after)
    parts = own.split(bounded(weights.boundaries(min(MOST, most))))
    return Division([Turn.first(turn.folder, each) for each in parts], rest) if len(parts) > 1 else None


async def _weighed(reading: Reading, turn: Turn, layout: Layout, weights: "Weights", deadline: Deadline) -> Turn:
    """Weigh what there is, in half of the time; what is left then."""

    def note(folder: str, manifest: Document) -> None:
        """Of an earlier PREFIX_DEPTH there may be deeper ones: no folder is cut in two by them."""
        if turn.range.belongs(own := layout.widened(folder)):  # else its beginning cuts it, and no range lists it
            weights.note(own, manifest)

    try:
        async with asyncio.timeout(deadline.left() / 2):
            await reading.manifests(turn.range, note)
    except (TimeoutError, OutOfTimeError):
        if more := turn.after(weights.last):
            return more
    return replace(turn, phase=Phase.ALONE)


async def _names(reading: Reading, turn: Turn, layout: Layout, deadline: Deadline) -> list[str]:
    """Of the uppermost folders that may have manifests of their own; none where the store takes long to tell."""
    try:
        async with asyncio.timeout(min(_NAMED_IN, deadline.left() / 2)):
            found = await reading.folders(turn.folder.prefix)
    except TimeoutError:
        return []
    bucket, names = turn.folder.bucket, filter(turn.range.belongs, found)
    return [each for each in names if layout.widened(each) == each and not layout.is_reserved(bucket, each)]


class Weights:
    """Of folders, in documents; of so many that not each can be kept, of those that lie side by side together."""

    def __init__(self) -> None:
        self.total = 0.0
        self.last = ""
        """The last in order of the folders whose manifests were shown."""
        self._kept: list[Weight] = []

    def note(self, folder: str, manifest: Document) -> None:
        self.last = max(self.last, folder)
        self.add([Weight(folder, A_FOLDER + manifest.size / A_LINE)])

    def add(self, weights: Iterable[Weight]) -> None:
        for weight in weights:
            self._kept.append(weight)
            self.total += weight.keys
            if len(self._kept) > _KEPT:
                self._kept = list(_together(sorted(self._kept), 4 * self.total / _KEPT))

    def boundaries(self, most: int) -> list[str]:
        """Between at most so many ranges: none is more than twice what is due to each, or it is one folder's."""
        return even(sorted(self._kept), self.total / most) if most > 1 else []


def even(weights: Iterable[Weight], worth: float) -> list[str]:
    """Where ranges begin that hold about as much as that: at most as many as would, were all the same.

    One holds more than twice as much only where it is a single weight, and less than half of it only where it would be
    more than twice as much with either of its neighbours.
    """
    ranges: list[Weight] = []
    for each in _by_middles(weights, worth):
        held = ranges[-1].keys if ranges else 0.0
        if ranges and min(held, each.keys) < worth / 2 and held + each.keys <= 2 * worth:
            ranges[-1] = Weight(ranges[-1].start, held + each.keys)
        else:
            ranges.append(each)
    return [each.start for each in ranges[1:]]


def _by_middles(weights: Iterable[Weight], worth: float) -> Iterator[Weight]:
    """One after the other they make a line, which is cut every so much: together are those with their middles in one
    piece of it. The outer two stick out of it by no more than lies between their middles, and that is within it.
    """
    held, piece, passed = Weight("", 0), -1.0, 0.0
    for weight in weights:
        own = (passed + weight.keys / 2) // worth
        passed += weight.keys
        if own == piece:
            held = Weight(held.start, held.keys + weight.keys)
            continue
        if held.keys:
            yield held
        held, piece = weight, own
    if held.keys:
        yield held


def bounded(boundaries: Iterable[str]) -> list[str]:
    """As many of them that the names of the folders they cut fit into what a state machine holds.

    A boundary that cuts too many is moved to the first folder above it that does not.
    """
    near = sorted({_moved(each) for each in boundaries} - {""})
    while sum(map(_size, near)) > _ROOM:
        near = near[1::2]
    return near


def _together(weights: Iterable[Weight], worth: float) -> Iterator[Weight]:
    """Neighbours that are worth no more than that are one."""
    held: Weight | None = None
    for weight in weights:
        if held and held.keys + weight.keys <= worth:
            held = Weight(held.start, held.keys + weight.keys)
            continue
        if held:
            yield held
        held = weight
    if held:
        yield held


def _moved(boundary: str) -> str:
    while boundary and _size(boundary) > _LONGEST:
        boundary = boundary[: boundary.rfind("/", 0, -1) + 1]
    return boundary


def _size(boundary: str) -> int:
    """Bytes of JSON, for the names of all folders above it, and its own."""
    ends = [end for end, letter in enumerate(boundary, 1) if letter == "/"]
    return sum(len(json.dumps(boundary[:end])) for end in ends)

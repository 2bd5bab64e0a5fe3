"""Buckets of which only the weight of their folders is known, and how evenly they are divided."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from random import Random

from shared.domain.documents import Folder, Layout
from shared.domain.ranges import Range
from shared.scan.dividing import A_LINE, Division, divided
from shared.scan.loop import run
from shared.scan.reading import Tools
from shared.scan.turn import Phase, Turn
from tests.fake_objects import Stored
from tests.fake_s3 import FakeS3
from tests.world import Scanned

WHOLE = Turn(Folder("docs", ""), Range(""))
A_FOLDER = 100  # documents, that take as long as one folder more
ROOM = 24 * 1024  # bytes of JSON, for the names of all that is cut

Tree = Mapping[str, int]
"""How many documents each folder has."""


class Sized(bytes):
    """A body that is said to be so long."""

    size = 0

    def __len__(self) -> int:
        return self.size


def world_of(tree: Tree, layout: Layout | None = None) -> Scanned:
    """A bucket whose manifests are there, and as large as those of so many documents."""
    world = Scanned(s3=FakeS3("docs", "links"), layout=layout, queue_max=50_000)
    for folder, documents in tree.items():
        place = world.layout.manifest_of(Folder("docs", folder))
        body = Sized()
        body.size = documents * A_LINE
        world.s3.buckets[place.bucket][place.key] = Stored(body, '"etag"', world.s3.now)
    return world


def division(
    world: Scanned, ranges: int | None = None, turn: Turn = WHOLE, *, after_ranges: bool = False
) -> Division | None:
    tools = Tools(world.listing, world.store, world.layout, world.links.signing, world.queue_max)
    return run(divided(tools, turn, world.deadline, ranges, after_ranges=after_ranges))


def planned(world: Scanned, ranges: int | None = None, turn: Turn = WHOLE, *, after_ranges: bool = False) -> list[Turn]:
    """The ranges of all of it; none where it is not divided."""
    found = division(world, ranges, turn, after_ranges=after_ranges)
    if found is None:
        return []
    assert found.rest == replace(turn, phase=Phase.ALONE)
    return found.ranges


def within(turns: list[Turn], tree: Tree) -> list[list[int]]:
    """What the folders of each range weigh."""
    return [[A_FOLDER + count for folder, count in tree.items() if turn.range.belongs(folder)] for turn in turns]


def require_partition(turns: list[Turn], whole: Turn = WHOLE) -> None:
    ends = [turn.range.until for turn in turns[:-1]]
    assert all(ends)
    assert [turn.range for turn in turns] == whole.range.split(filter(None, ends))
    assert all(turn.is_first and turn.folder == whole.folder and not turn.alone for turn in turns)


def require_even(held: list[list[int]], wanted: int) -> None:
    """None is more than twice what is due, or it is one folder. Less than half of it is one only where it cannot be
    helped: with either neighbour it would be more than twice.
    """
    due = sum(map(sum, held)) / wanted
    assert len(held) <= wanted
    assert all(sum(each) <= 2.001 * due or len(each) == 1 for each in held)
    sums = [sum(each) for each in held]
    for one, other in pairwise(sums):
        assert min(one, other) >= 0.499 * due or one + other > 1.999 * due


def shuffled(sizes: Iterable[int]) -> Tree:
    """As many folders, in an order that says nothing."""
    drawn = list(sizes)
    Random(7).shuffle(drawn)
    return {f"f{number:05}/": size for number, size in enumerate(drawn)}

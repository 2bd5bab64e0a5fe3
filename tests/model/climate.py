"""What a history is made of: how many keys, how busy, how much goes wrong."""

from dataclasses import dataclass, replace
from random import Random

from shared.domain.documents import Layout
from tests.model.scale import Scale

_BY_FOLDER, _BY_DEPTH = Layout(), Layout(prefix_depth=1)
_ONE_KEY = ("a/1.pdf",)
_SHAPES: tuple[tuple[Layout, tuple[str, ...]], ...] = (
    (_BY_FOLDER, _ONE_KEY),
    (_BY_FOLDER, _ONE_KEY),
    (_BY_FOLDER, ("a/1.pdf", "a/2.pdf")),
    (_BY_FOLDER, ("a/1.pdf", "a/2.pdf", "a/3.pdf", "a/4.pdf")),
    (_BY_FOLDER, ("a/1.pdf", "a/b/1.pdf", "a/b/2.pdf", "a/z.pdf", "c/1.pdf")),
    (_BY_DEPTH, ("a/1.pdf", "a/b/1.pdf", "a/z.pdf", "c/1.pdf")),
)
_NESTED: tuple[tuple[Layout, tuple[str, ...], tuple[str, ...]], ...] = (
    (_BY_FOLDER, ("a/1.pdf", "a/b/1.pdf", "a/b/2.pdf", "a/z.pdf", "c/1.pdf"), ("a/b/0.txt", "a/c/0.txt", "b.txt")),
    (_BY_FOLDER, ("a-/1.pdf", "a/1.pdf", "a/b-/1.pdf", "a/b/1.pdf", "a0/1.pdf"), ("a/b", "a/b.txt", "a/b0", "b")),
    (_BY_FOLDER, ("0.pdf", "a/b/c/1.pdf", "a/b/z.pdf", "b/1.pdf", "z.pdf"), ("a/", "a/b/d/0.txt", "a/c.txt", "y")),
    (_BY_FOLDER, ("a/1.pdf", "b/1.pdf", "c/1.pdf", "d/1.pdf", "d/d/1.pdf"), ("a/2.txt", "b.txt", "d/e.txt", "e")),
    (_BY_DEPTH, ("0.pdf", "a/1.pdf", "a/b/1.pdf", "a/z.pdf", "c/1.pdf"), ("a/b/", "a/c.txt", "b")),
)
_RARE, _EVEN, _OFTEN = 0.2, 1.0, 3.0
_STRANGERS, _BY_FOLDERS = 0.4, 0.15


@dataclass(frozen=True, slots=True)
class Climate:
    """One history's weather. Weights say how often somebody acts, beside a strand's 1."""

    layout: Layout
    keys: tuple[str, ...]
    scale: Scale
    page: int
    """Keys on a page of a listing, at most."""
    changes: int
    scans: int
    publishers: int
    """Updates at once, at most."""
    faults: int
    fault_rate: float
    losing: float
    """How many of the events are lost."""
    ticking: float
    """How many of the changes come a second after the one before: within one, an object's time stays the same."""
    contents: int
    refusing: float
    """How many of the changes come with some document that may not be looked at for a while."""
    legacy: float
    """How many of the histories begin with a manifest of an earlier tool's."""
    people: float
    courier: float
    scanner: float
    slowest: float
    """The weight of the slowest strands."""
    held: float
    """What every second strand's weight is multiplied by when it is about to write: then it knows what may change."""
    stable: bool = False
    """Whether links are, in the beginning."""
    turning: float = 0
    """How many of the changes come with links being of the other kind from then on."""
    archiving: float = 0
    """How many of the changes move a document into an archive, or out of one."""
    ranged: bool = False
    """Whether scans are made in turns, and of ranges side by side."""
    strangers: tuple[str, ...] = ()
    """Objects that are no documents."""
    by_folders: bool = False
    """Whether the store lists folder by folder: it cannot be scanned in ranges or in turns, and is to be found out."""
    room: int = 100
    """Folders that a scan commits side by side."""
    hanging: bool = False
    """Whether a scan whose time is up leaves its commits under way behind."""

    @classmethod
    def drawn(cls, rng: Random) -> "Climate":
        layout, keys = rng.choice(_SHAPES)
        many, patience = rng.choice(((16, 4), (16, 4), (1, 1)))
        return cls(
            layout=layout,
            keys=keys,
            scale=Scale(rng.choice((300, 300, 450, 1_000_000)), many, patience),
            page=rng.choice((1, 2, 3)),
            changes=rng.randint(2, 7),
            scans=rng.choice((0, 1, 1, 2, 3)),
            publishers=rng.choice((2, 3, 4)),
            faults=rng.choice((0, 0, 1, 2, 4)),
            fault_rate=rng.choice((0.03, 0.1, 0.3)),
            losing=rng.choice((0, 0, 0.3)),
            ticking=rng.choice((0, 0.1, 0.4)),
            contents=rng.choice((1, 2)),
            refusing=rng.choice((0, 0, 0.3)),
            legacy=0.1,
            people=rng.choice((_RARE, _EVEN, _OFTEN)),
            courier=rng.choice((_RARE, _EVEN, _OFTEN)),
            scanner=rng.choice((_RARE, _EVEN)),
            slowest=rng.choice((0.05, 0.3, 1)),
            held=rng.choice((0.02, 0.1, 1)),
        )

    def with_ranges(self, rng: Random) -> "Climate":
        """The same where scans are of ranges and in turns, in folders within folders."""
        layout, keys, strangers = rng.choice(_NESTED)
        most, most_alone = rng.choice((2, 3, 100)), rng.choice((1, 2, 100))
        by_folders = rng.random() < _BY_FOLDERS
        return replace(
            self,
            ranged=True,
            layout=layout,
            keys=keys,
            strangers=tuple(each for each in strangers if rng.random() < _STRANGERS),
            scale=self.scale if by_folders else replace(self.scale, most=most, most_alone=most_alone),
            scans=rng.choice((1, 1, 2)),
            by_folders=by_folders,
            room=rng.choice((1, 2, 100)),
            hanging=rng.choice((False, True)),
        )

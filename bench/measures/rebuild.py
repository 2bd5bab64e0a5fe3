"""A full scan, listings from memory: keys a second, beside the straightforward design and beside listing alone."""

from functools import partial
from itertools import count

from bench.figures import Contenders, Measure, Target, alternate, rate
from bench.processes import Fake, fake, here, rival
from bench.size import Size

ONE_STREAM, SIDE_BY_SIDE, FIRST = "here, one stream", "here, side by side", "here, the first scan"
STRAIGHTFORWARD = "straightforward"
LISTING = ("boto3", "obstore", "rclone", "s5cmd")
_ONE_STREAM, _MANY = "2000", "50000"  # QUEUE_MAX
_numbers = count()


def measures(size: Size) -> list[Measure]:
    """The straightforward design gets few keys, in as many fewer folders."""
    measure = Measure("rebuild", "keys/s", f"{size.keys:,} keys in {size.folders:,} folders, LIST from memory")
    measure.targets.append(Target(ONE_STREAM, "at least", 25, STRAIGHTFORWARD))
    with (
        fake(size.keys, size.folders, size.shape, size.page) as many,
        fake(size.few, size.few_folders, size.shape, size.page) as few,
    ):
        here(many, "scan")  # from then on the manifests are there
        alternate(ours(many) | built(few) | listing(many, size), size.rounds, measure)
    return [measure]


def ours(store: Fake) -> Contenders:
    """Scans of a bucket whose manifests are there, and one that finds none: it knows no boundaries."""
    return {
        ONE_STREAM: lambda: rate(here(store, "scan", QUEUE_MAX=_ONE_STREAM)),
        SIDE_BY_SIDE: lambda: rate(here(store, "scan", QUEUE_MAX=_MANY)),
        FIRST: lambda: rate(here(store, "scan", QUEUE_MAX=_MANY, MANIFEST_PREFIX=f"first-{next(_numbers)}/")),
    }


def built(store: Fake) -> Contenders:
    """The straightforward design makes its manifests."""
    return {STRAIGHTFORWARD: lambda: rate(rival(store, "straightforward", MANIFEST_PREFIX="theirs/"))}


def listing(store: Fake, size: Size) -> Contenders:
    return {f"{who}, listing alone": partial(_listed, store, who) for who in LISTING if size.rivals}


def _listed(store: Fake, who: str) -> float:
    return rate(rival(store, "listing", who))

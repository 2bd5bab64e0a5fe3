"""A full scan, listings from memory: keys a second, beside the straightforward design and beside listing alone."""

from collections.abc import Callable, Mapping
from functools import partial

from bench.figures import Measure, Target, alternate
from bench.processes import Fake, fake, here, rival
from bench.size import Size

ONE_STREAM, SIDE_BY_SIDE = "here, one stream", "here, side by side"
STRAIGHTFORWARD = "straightforward"
QUEUE_MAX = {ONE_STREAM: "2000", SIDE_BY_SIDE: "50000"}
LISTING = ("boto3", "obstore", "rclone", "s5cmd")


def measures(size: Size) -> list[Measure]:
    """The straightforward design gets `few` keys in as many folders: its rate does not depend on how many."""
    measure = Measure("rebuild", "keys/s", note=f"{size.keys:,} keys in {size.folders:,} folders, LIST from memory")
    measure.targets.append(Target(ONE_STREAM, "at least", 25, STRAIGHTFORWARD))
    with fake(size.keys, size.folders, size.shape) as many, fake(size.few, size.folders, size.shape) as few:
        for store in (many, few):
            store.set(page=size.page)
        here(many, "scan", QUEUE_MAX=QUEUE_MAX[SIDE_BY_SIDE])  # from then on the manifests are there
        return [alternate(measure, contenders(many, few, size), size.rounds)]


def contenders(many: Fake, few: Fake, size: Size) -> Mapping[str, Callable[[], float]]:
    """Whoever goes through the store's keys; ours first."""
    ours = {who: partial(_scanned, many, queue_max) for who, queue_max in QUEUE_MAX.items()}
    others = {f"{who}, listing alone": partial(_listed, many, who) for who in LISTING if size.rivals}
    return ours | {STRAIGHTFORWARD: partial(_built, few)} | others


def _scanned(store: Fake, queue_max: str) -> float:
    return rate(here(store, "scan", QUEUE_MAX=queue_max))


def _built(store: Fake) -> float:
    return rate(rival(store, "straightforward", MANIFEST_PREFIX="theirs/"))


def _listed(store: Fake, who: str) -> float:
    return rate(rival(store, "listing", who))


def rate(found: dict[str, float]) -> float:
    """Keys a second."""
    return found["keys"] / found["seconds"]

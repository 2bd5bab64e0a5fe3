"""Events of new documents: how many a second, and what each asks of the store."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from bench import mc
from bench.figures import Measure, Target, alternate
from bench.measures import rebuild
from bench.processes import Fake, Store, fake, here, minio, rival
from bench.size import Size

ONE_BY_ONE = "GET, append, PUT: one by one"
BATCHES = (200, 10, 1)
_WRITES = 0.25  # of manifests, an event: batches of 200 over 50 folders
_LONE = 3  # requests: the manifest, the document, the write
_numbers = count()


def measures(size: Size) -> list[Measure]:
    with fake(size.events, size.event_folders, size.shape) as store:
        return [rates(store, size, "the store in memory"), *requests(store, size)]


def on_minio(size: Size) -> list[Measure]:
    with minio() as store:
        here(store, "documents", "--events", size.events, "--folders", size.event_folders, "--shape", size.shape)
        fewer = replace(size, rounds=max(1, size.rounds // 2))  # it takes its time
        return [rates(store, fewer, "MinIO"), shared(store, fewer)]


def shared(store: Store, size: Size) -> Measure:
    """A link to everything that is there: a full scan, beside a program that does that."""
    measure = Measure("links to a whole bucket, MinIO", "links/s", note=f"{size.events:,} documents")
    contenders = {"here": lambda: rebuild.rate(here(store, "scan"))}
    try:
        mc.program()
        contenders["mc share"] = lambda: _links(rival(store, "signing", "mc"))
    except mc.McMissingError as error:
        print(f"mc: left out. {error}")
    return alternate(measure, contenders, size.rounds)


def _links(found: dict[str, float]) -> float:
    return found["links"] / found["seconds"]


def rates(store: Store, size: Size, where: str) -> Measure:
    measure = Measure(
        f"events, {where}", "events/s", note=f"{size.events:,} events, in turn of {size.event_folders} folders"
    )
    contenders = {ours(batch): _ours(store, size, batch) for batch in BATCHES}
    contenders[ONE_BY_ONE] = _theirs(store, size, "rewriting", "--folders", size.event_folders)
    if size.rivals:
        for batch in BATCHES[:2]:  # one table for all folders, and one commit a batch
            contenders[f"deltalake, batches of {batch}"] = _theirs(store, size, "delta", "--batch", batch)
    measure.targets.append(Target(ours(200), "at least", 3, ONE_BY_ONE))
    measure.targets.append(Target(ours(10), "at least", 1, ONE_BY_ONE))
    return alternate(measure, contenders, size.rounds)


def ours(batch: int) -> str:
    return f"here, batches of {batch}"


def _ours(store: Store, size: Size, batch: int) -> Callable[[], float]:
    return lambda: _rate(delivered(store, size, batch))


def _theirs(store: Store, size: Size, name: str, *options: object) -> Callable[[], float]:
    return lambda: _rate(rival(store, name, "--events", size.events, *options, MANIFEST_PREFIX=_new_place()))


def delivered(store: Store, size: Size, batch: int) -> dict[str, float]:
    """To manifests that are not there yet."""
    told = ["--events", size.events, "--folders", size.event_folders, "--batch", batch, "--shape", size.shape]
    counted = {"COUNTED": "1"} if isinstance(store, Fake) else {}
    return here(store, "events", *told, MANIFEST_PREFIX=_new_place(), **counted)


def _new_place() -> str:
    return f"manifests-{next(_numbers)}/"


def _rate(found: dict[str, float]) -> float:
    return found["events"] / found["seconds"]


def requests(store: Fake, size: Size) -> list[Measure]:
    """Counted by the store, beyond those of one event that comes first."""
    all_of_them, writes = Measure("requests an event", "requests"), Measure("manifest writes an event", "writes")
    for batch in BATCHES:
        delivered(store, size, batch)
        found = store.counts()
        all_of_them.add(ours(batch), sum(found.get(kind, 0) for kind in ("GET", "HEAD", "PUT", "POST")) / size.events)
        writes.add(ours(batch), found["PUT"] / size.events)
    all_of_them.targets.append(Target(ours(1), "at most", _LONE, exact=True))
    writes.targets.append(Target(ours(200), "at most", _WRITES, exact=True))
    return [all_of_them, writes]

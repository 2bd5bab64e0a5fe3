"""Events of new documents: how many a second, and what each asks of the store."""

from functools import partial
from itertools import count

from bench import mc
from bench.figures import Contenders, Measure, Target, alternate, rate
from bench.processes import Fake, Store, fake, here, minio, requests, rival
from bench.size import Size

ONE_BY_ONE = "GET, append, PUT: one by one"
BATCHES = (200, 10, 1)
_WRITES = 0.25  # of manifests, an event: batches of 200 over 50 folders
_FOLDERS = 50
_LONE = 3  # requests: the manifest, the document, the write
_numbers = count()


def measures(size: Size) -> list[Measure]:
    with fake(size.events, size.event_folders, size.shape) as store:
        return [_rates(store, size, size.events, "the store in memory"), *_counts(store, size)]


def on_minio(size: Size) -> list[Measure]:
    """Fewer of them: it takes its time."""
    with minio() as store:
        told = ["--events", size.minio_events, "--folders", size.event_folders, "--shape", size.shape]
        here(store, "documents", *told)
        return [_rates(store, size, size.minio_events, "MinIO"), _shared(store, size)]


def _rates(store: Store, size: Size, events: int, where: str) -> Measure:
    measure = Measure(f"events, {where}", "events/s", f"{events:,} events, in turn of {size.event_folders} folders")
    measure.targets.append(Target(ours(200), "at least", 3, ONE_BY_ONE))
    measure.targets.append(Target(ours(10), "at least", 1, ONE_BY_ONE))
    contenders: Contenders = {ours(batch): partial(_delivered, store, size, events, batch) for batch in BATCHES}
    alternate(contenders | _theirs(store, size, events), size.rounds, measure)
    return measure


def ours(batch: int) -> str:
    return f"here, batches of {batch}"


def _delivered(store: Store, size: Size, events: int, batch: int) -> float:
    return rate(delivered(store, size, events, batch))


def delivered(store: Store, size: Size, events: int, batch: int, **env: str) -> dict[str, float]:
    """To manifests that are not there yet. A store that counts forgets what came before."""
    told = ["--events", events, "--folders", size.event_folders, "--batch", batch, "--shape", size.shape]
    counted = {"COUNTED": "1"} if isinstance(store, Fake) else {}
    return here(store, "events", *told, MANIFEST_PREFIX=_new_place(), **counted, **env)


def _theirs(store: Store, size: Size, events: int) -> Contenders:
    told = ["--events", events, "--shape", size.shape]
    tables = {f"deltalake, batches of {batch}": ["delta", *told, "--batch", batch] for batch in BATCHES[:2]}
    others = {ONE_BY_ONE: ["rewriting", *told, "--folders", size.event_folders]} | (tables if size.rivals else {})
    return {who: partial(_rival, store, told) for who, told in others.items()}


def _rival(store: Store, told: list[object]) -> float:
    name, *options = told
    return rate(rival(store, str(name), *options, MANIFEST_PREFIX=_new_place()))


def _new_place() -> str:
    return f"manifests-{next(_numbers)}/"


def _counts(store: Fake, size: Size) -> list[Measure]:
    """Counted by the store, beyond those of one event that comes first."""
    each, writes = Measure("requests an event", "requests"), Measure("manifest writes an event", "writes")
    for batch in BATCHES:
        delivered(store, size, size.events, batch)
        _add(each, writes, ours(batch), store, size)
    store.counts()
    _rival(store, ["rewriting", "--events", size.events, "--folders", size.event_folders])
    _add(each, writes, ONE_BY_ONE, store, size)
    each.targets.append(Target(ours(1), "at most", _LONE, exact=True))
    if size.event_folders == _FOLDERS and size.events % max(BATCHES) == 0:
        writes.targets.append(Target(ours(200), "at most", _WRITES, exact=True))
    return [each, writes]


def _add(each: Measure, writes: Measure, who: str, store: Fake, size: Size) -> None:
    found = store.counts()
    each.add(who, requests(found) / size.events)
    writes.add(who, found["PUT"] / size.events)


def _shared(store: Store, size: Size) -> Measure:
    """A link to everything that is there: a full scan, beside a program that does that."""
    measure = Measure("links to a whole bucket, MinIO", "links/s", f"{size.minio_events:,} documents")
    contenders: Contenders = {"here": lambda: rate(here(store, "scan"))}
    try:
        mc.program()
        contenders["mc share"] = partial(_rival, store, ["signing", "mc"])
    except mc.McMissingError as error:
        print(f"mc: left out. {error}")
    alternate(contenders, size.rounds, measure)
    return measure

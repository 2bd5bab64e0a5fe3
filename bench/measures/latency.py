"""A full scan where the store takes its time: what is kept of the rate without; folders one by one and side by side."""

from bench.figures import Measure, Target, alternate, rate
from bench.measures.rebuild import ONE_STREAM, SIDE_BY_SIDE, built, listing, ours
from bench.processes import fake, here
from bench.size import Size

_KEPT = {50: 0.85, 150: 0.6}  # milliseconds a page: of the rate at none
_TIMES_ONE_STREAM = {150: 8}


def measures(size: Size) -> list[Measure]:
    return [pages(size), folders(size)]


def pages(size: Size) -> Measure:
    """Others get few keys: their rate does not rise with the number."""
    measure = Measure("latency", "keys/s", f"{size.keys:,} keys in {size.folders:,} folders, so long a page")
    with (
        fake(size.keys, size.folders, size.shape, size.page) as many,
        fake(size.few, size.few_folders, size.shape, size.page) as few,
    ):
        here(many, "scan")
        contenders = ours(many) | (built(few) | listing(few, size) if size.rivals else {})
        for delay in size.delays:
            for store in (many, few):
                store.set(list=delay)
            found = Measure("", "")
            alternate(contenders, size.rounds, found)
            measure.values |= {at(who, delay): values for who, values in found.values.items()}
            measure.targets += _targets(delay)
    return measure


def at(who: str, delay: int) -> str:
    return f"{who}, {delay} ms"


def _targets(delay: int) -> list[Target]:
    fast = at(SIDE_BY_SIDE, delay)
    kept = [Target(fast, "at least", _KEPT[delay], at(SIDE_BY_SIDE, 0))] if delay in _KEPT else []
    times = _TIMES_ONE_STREAM.get(delay)
    return kept + ([Target(fast, "at least", times, at(ONE_STREAM, delay))] if times else [])


def folders(size: Size) -> Measure:
    """One after the other a twentieth of them: it takes that long."""
    note = f"{size.small_folders:,} folders of a document, {size.small_delay} ms a request"
    measure = Measure("small folders", "folders/s", note)
    measure.targets.append(Target("side by side", "at least", 10, "one after the other"))
    fewer = max(1, size.small_folders // 20)
    with fake(size.small_folders, size.small_folders, size.shape) as many, fake(fewer, fewer, size.shape) as few:
        for store in (many, few):
            here(store, "scan")
            store.set(other=size.small_delay)
        contenders = {
            "side by side": lambda: rate(here(many, "scan", QUEUE_MAX="50000")),
            "one after the other": lambda: rate(here(few, "scan", "--folders-at-once", 1, QUEUE_MAX="50000")),
        }
        alternate(contenders, size.rounds, measure)
    return measure

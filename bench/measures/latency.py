"""A full scan where the store takes its time: what is kept of the rate without; folders one by one and side by side."""

from bench.figures import Measure, Target, alternate
from bench.measures.rebuild import ONE_STREAM, SIDE_BY_SIDE, contenders, rate
from bench.processes import fake, here
from bench.size import Size

_KEPT = {50: 0.85, 150: 0.6}  # milliseconds a page: of the rate at none
_TIMES_ONE_STREAM = {150: 8}


def measures(size: Size) -> list[Measure]:
    return [pages(size), folders(size)]


def pages(size: Size) -> Measure:
    measure = Measure("latency", "keys/s", note=f"{size.keys:,} keys in {size.folders:,} folders, so long a page")
    with fake(size.keys, size.folders, size.shape) as many, fake(size.few, size.folders, size.shape) as few:
        here(many, "scan")
        for delay in size.delays:
            for store in (many, few):
                store.set(page=size.page, list=delay)
            found = alternate(Measure("", ""), contenders(many, few, size), max(1, size.rounds // 4))
            measure.values |= {at(who, delay): values for who, values in found.values.items()}
            measure.targets += targets(delay, size.delays[0])
    return measure


def at(who: str, delay: int) -> str:
    return f"{who}, {delay} ms"


def targets(delay: int, least: int) -> list[Target]:
    ours = at(SIDE_BY_SIDE, delay)
    found = [Target(ours, "at least", _KEPT[delay], at(SIDE_BY_SIDE, least))] if delay in _KEPT and not least else []
    if delay in _TIMES_ONE_STREAM:
        found.append(Target(ours, "at least", _TIMES_ONE_STREAM[delay], at(ONE_STREAM, delay)))
    return found


def folders(size: Size) -> Measure:
    """One after the other a tenth of them: it takes that long."""
    measure = Measure(
        "small folders", "folders/s", note=f"{size.small_folders:,} folders, {size.small_delay} ms a request"
    )
    for who, (many, at_once) in {"side by side": (1, 0), "one after the other": (10, 1)}.items():
        folders = size.small_folders // many
        with fake(folders, folders, size.shape) as store:
            here(store, "scan")
            store.set(other=size.small_delay)
            measure.add(who, rate(here(store, "scan", "--folders-at-once", at_once, QUEUE_MAX="50000")))
    measure.targets.append(Target("side by side", "at least", 10, "one after the other"))
    return measure

"""One more line in a manifest of many: bytes, requests and seconds, beside writing all of it again.

The store in memory copies at no cost: what is measured is our own part of it, the store's copy aside.
"""

from contextlib import ExitStack
from functools import partial

from bench.figures import Contenders, Measure, Target, alternate
from bench.processes import Fake, fake, here, requests, rival
from bench.size import Size

_EVENTS = 20
_SECONDS, _KIB, _REQUESTS = 1.2, 32, 6
_REWRITTEN = 2  # events, where all is written again
_OURS, _THEIRS = "manifests/", "theirs/"  # what is written again without metadata is not ours any more
WHOLE = "GET, append, PUT"


class Appends:
    """The same events, by what is told of them."""

    def __init__(self) -> None:
        self.seconds = Measure("append", "s a line", "the store's own copy aside")
        self.kib = Measure("append, bodies sent and received", "KiB a line")
        self.requests = Measure("append, requests", "requests a line")

    def all(self) -> list[Measure]:
        return [self.seconds, self.kib, self.requests]

    def add(self, who: str, store: Fake, events: int, *told: object) -> float:
        """Ours, or the rival's, and what the store counted of it."""
        store.counts()
        options = ["--events", events, "--folders", 1, *told]
        run = (
            partial(here, store, "events", "--batch", 1)
            if who.startswith("here")
            else partial(rival, store, "rewriting")
        )
        manifests = _OURS if who.startswith("here") else _THEIRS
        found, counts = run(*options, COUNTED="1", MANIFEST_PREFIX=manifests), store.counts()
        self.kib.add(who, (counts["bytes sent"] + counts["bytes received"]) / events / 1024)
        self.requests.add(who, requests(counts) / events)
        return found["seconds"] / events


def measures(size: Size) -> list[Measure]:
    appends = Appends()
    with ExitStack() as stores:
        contenders: Contenders = {}
        for lines in size.lines:
            store = stores.enter_context(fake(lines, 1, size.shape))
            for manifests in (_OURS, _THEIRS):
                here(store, "scan", QUEUE_MAX="50000", MANIFEST_PREFIX=manifests)
            for who, events in {"here": _EVENTS, WHOLE: _REWRITTEN}.items():
                named = at(who, lines)
                contenders[named] = partial(appends.add, named, store, events, "--shape", size.shape)
        alternate(contenders, size.rounds, appends.seconds)
    _ask(appends, size)
    return appends.all()


def at(who: str, lines: int) -> str:
    return f"{who}, {lines:,} lines"


def _ask(appends: Appends, size: Size) -> None:
    few = at("here", size.lines[0])
    for lines in size.lines:
        ours = at("here", lines)
        appends.seconds.targets.append(Target(ours, "at most", _SECONDS, few))
        appends.kib.targets.append(Target(ours, "at most", _KIB, exact=True))
        appends.requests.targets.append(Target(ours, "at most", _REQUESTS, exact=True))

"""One more line in a manifest of many: bytes, requests and seconds, beside writing all of it again.

The store in memory copies at no cost: what is measured is our own part of it, beside the store's copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.figures import Measure, Target
from bench.processes import Fake, fake, here, rival
from bench.size import Size

_EVENTS = 20
_SECONDS, _KIB, _REQUESTS = 1.2, 32, 6
_REWRITTEN = 2  # events, where all is written again
_REQUEST_KINDS = ("LIST", "HEAD", "GET", "PUT", "POST", "DELETE")
WHOLE = "GET, append, PUT"


@dataclass(slots=True)
class Appends:
    """The same events, by what is told of them."""

    seconds: Measure = field(default_factory=lambda: Measure("append", "s a line"))
    kib: Measure = field(default_factory=lambda: Measure("append, bodies sent and received", "KiB a line"))
    requests: Measure = field(default_factory=lambda: Measure("append, requests", "requests a line"))

    def add(self, who: str, seconds: float, counts: Mapping[str, int], events: int) -> None:
        self.seconds.add(who, seconds / events)
        self.kib.add(who, (counts["bytes sent"] + counts["bytes received"]) / events / 1024)
        self.requests.add(who, sum(counts.get(kind, 0) for kind in _REQUEST_KINDS) / events)


def measures(size: Size) -> list[Measure]:
    appends = Appends()
    for lines in size.lines:
        with fake(lines, 1, size.shape) as store:
            here(store, "scan", QUEUE_MAX="50000")
            for _ in range(size.rounds):
                _ours(store, size, at("here", lines), appends)
            _whole(store, at(WHOLE, lines), appends)
    few, *_ = size.lines
    for lines in size.lines:
        appends.seconds.targets.append(Target(at("here", lines), "at most", _SECONDS, at("here", few)))
        appends.kib.targets.append(Target(at("here", lines), "at most", _KIB, exact=True))
        appends.requests.targets.append(Target(at("here", lines), "at most", _REQUESTS, exact=True))
    return [appends.seconds, appends.kib, appends.requests]


def at(who: str, lines: int) -> str:
    return f"{who}, {lines:,} lines"


def _ours(store: Fake, size: Size, who: str, appends: Appends) -> None:
    told = ["--events", _EVENTS, "--folders", 1, "--batch", 1, "--shape", size.shape]
    found = here(store, "events", *told, COUNTED="1")
    appends.add(who, found["seconds"], store.counts(), _EVENTS)


def _whole(store: Fake, who: str, appends: Appends) -> None:
    """The same manifest, read and written again; it is where ours has put it."""
    store.counts()
    found = rival(store, "rewriting", "--events", _REWRITTEN, "--folders", 1)
    appends.add(who, found["seconds"], store.counts(), _REWRITTEN)

"""Links signed in a second."""

from functools import partial

from bench.figures import Contenders, Measure, Target, alternate, rate
from bench.processes import NOBODY, here, rival
from bench.size import Size

_SHAPES = {"plain": "plain keys", "spaces": "keys with spaces"}
_SLOW = 20  # times fewer links for those that take that much longer


def measures(size: Size) -> list[Measure]:
    return [_measured(size, shape) for shape in _SHAPES]


def _measured(size: Size, shape: str) -> Measure:
    targets = [Target("here", "at least", 2, "obstore"), Target("here", "at least", 40, "botocore")]
    measure = Measure(f"links, {_SHAPES[shape]}", "links/s", f"{size.links:,} links", targets)
    alternate(_contenders(size, shape), size.rounds, measure)
    return measure


def _contenders(size: Size, shape: str) -> Contenders:
    few = max(1, size.links // _SLOW)
    others = {"obstore": size.links} | ({"minio-py": few} if size.rivals else {}) | {"botocore": few}
    beside = {who: partial(_signed, who, links, shape) for who, links in others.items()}
    return {"here": lambda: rate(here(NOBODY, "signing", "--links", size.links, "--shape", shape))} | beside


def _signed(who: str, links: int, shape: str) -> float:
    return rate(rival(NOBODY, "signing", who, "--links", links, "--shape", shape))

"""A cold start of the function that takes events: seconds of imports and of the first client."""

from bench.figures import Measure, Target, alternate
from bench.measures.rebuild import STRAIGHTFORWARD
from bench.processes import NOBODY, here, rival
from bench.size import Size

_LESS = Target("here", "at most", 0.6, STRAIGHTFORWARD)  # not reached: docs/performance.md
_LITTLE_MORE = Target("here", "at most", 1.25, "boto3 alone")  # what CI holds meanwhile


def measures(size: Size) -> list[Measure]:
    measure = Measure("cold start", "s", "imports and first client, without Python's own start")
    contenders = {
        "here": lambda: here(NOBODY, "start")["seconds"],
        STRAIGHTFORWARD: lambda: rival(NOBODY, "start")["seconds"],
        "boto3 alone": lambda: rival(NOBODY, "start", "--boto3")["seconds"],
    }
    measure.targets.append(_LESS if size.rivals else _LITTLE_MORE)
    alternate(contenders, size.rounds * 3, measure)
    return [measure]

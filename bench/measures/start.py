"""A cold start of the function that takes events: seconds of imports and of the first client."""

from bench.figures import Measure, Target, alternate
from bench.measures.rebuild import STRAIGHTFORWARD
from bench.processes import NOBODY, here, rival
from bench.size import Size


def measures(size: Size) -> list[Measure]:
    measure = Measure("cold start", "s", "imports and first client, without Python's own start")
    contenders = {
        "here": lambda: here(NOBODY, "start")["seconds"],
        STRAIGHTFORWARD: lambda: rival(NOBODY, "start")["seconds"],
        "boto3 alone": lambda: rival(NOBODY, "start", "--boto3")["seconds"],
    }
    measure.targets.append(Target("here", "at most", 0.6, STRAIGHTFORWARD))
    alternate(contenders, size.rounds * 3, measure)
    return [measure]

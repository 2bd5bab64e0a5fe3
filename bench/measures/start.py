"""A cold start of the function that takes events: seconds of imports and of the first client."""

from bench.figures import Measure, Target, alternate
from bench.measures.rebuild import STRAIGHTFORWARD
from bench.processes import Store, here, rival
from bench.size import Size

_NOBODY = Store("http://127.0.0.1:9")  # nothing is asked of it


def measures(size: Size) -> list[Measure]:
    measure = Measure("cold start", "s", note="imports and first client, without Python's own start")
    contenders = {
        "here": lambda: here(_NOBODY, "start")["seconds"],
        STRAIGHTFORWARD: lambda: rival(_NOBODY, "start")["seconds"],
        "boto3 alone": lambda: rival(_NOBODY, "start", "--boto3")["seconds"],
    }
    measure.targets.append(Target("here", "at most", 0.6, STRAIGHTFORWARD))
    return [alternate(measure, contenders, size.rounds * 3)]

"""Links signed in a second."""

from collections.abc import Callable

from bench.figures import Measure, Target, alternate
from bench.processes import Store, here, rival
from bench.size import Size

_NOBODY = Store("http://127.0.0.1:9")  # nothing is asked of it
_SHAPES = {"plain": [], "spaces": ["--spaces"]}
_KEYS = {"plain": "plain keys", "spaces": "keys with spaces"}
_SLOW = 20  # times fewer links for those that take that much longer


def measures(size: Size) -> list[Measure]:
    return [alternate(_measure(size, shape), _contenders(size, shape), size.rounds) for shape in _SHAPES]


def _measure(size: Size, shape: str) -> Measure:
    targets = [Target("here", "at least", 2, "obstore"), Target("here", "at least", 40, "botocore")]
    return Measure(f"links, {_KEYS[shape]}", "links/s", targets=targets, note=f"{size.links:,} links")


def _contenders(size: Size, shape: str) -> dict[str, Callable[[], float]]:
    def of(who: str, links: int) -> Callable[[], float]:
        return lambda: _rate(rival(_NOBODY, "signing", who, "--links", links, *_SHAPES[shape]))

    few = size.links // _SLOW
    others = {"minio-py": of("minio-py", few)} if size.rivals else {}
    ours = {"here": lambda: _rate(here(_NOBODY, "signing", "--links", size.links, "--shape", shape))}
    return ours | {"obstore": of("obstore", size.links)} | others | {"botocore": of("botocore", few)}


def _rate(found: dict[str, float]) -> float:
    return found["links"] / found["seconds"]

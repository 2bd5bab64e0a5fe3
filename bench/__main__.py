"""Measure it all beside its rivals, in one run: a table, a JSON, and what of it is not as it should be.

    python -m bench short                                  (make bench; .build/bench/results.json)
    python -m bench full --results bench/results.json      (make bench-full)
    python -m bench check                                  (make bench-check: ours and the straightforward design)
    python -m bench short --only rebuild latency --keys 500000 --shape deep --page 500 --delays 0 30 200

Every program that is measured has the first core, and the store the second: let nothing else run meanwhile.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from bench import cost
from bench.figures import SLACK, Measure
from bench.machine import described
from bench.measures import append, counted, events, latency, memory, rebuild, signing, start
from bench.processes import BenchError
from bench.size import SIZES, Size
from bench.table import show
from local.laptop.minio import MinioMissingError
from local.project import BUILD
from local.signals import end_like_ctrl_c

_MEASURES: dict[str, Callable[[Size], list[Measure]]] = {
    "rebuild": rebuild.measures,
    "latency": latency.measures,
    "memory": memory.measures,
    "events": events.measures,
    "minio": events.on_minio,
    "append": append.measures,
    "start": start.measures,
    "signing": signing.measures,
}
_NOT_CHECKED = ("memory", "minio")  # which the tests hold, and what a machine may not have
_COUNTED, _CHECK = "counted", "check"


def main() -> int:
    asked = _arguments()
    size = _size(asked)
    found: dict[str, Any] = {"machine": described(), "size": asdict(size)}
    measured = []
    for name in asked.only:
        measured += _measured(name, size) if name in _MEASURES else []
    if _COUNTED in asked.only and size.counted:
        found[_COUNTED] = counted.counted(size)
        found["cost"] = cost.points(found)
        print(cost.tables(found, cost.deployed()), end="\n\n")
    found["measures"] = [measure.as_json() for measure in measured]
    _write(asked.results, found)
    checked = asked.size == _CHECK
    missed = [each for measure in measured for each in measure.missed(SLACK if checked else 1.0)]
    for each in missed:
        print(f"NOT REACHED: {each}" + (f", of which {SLACK:.0%} would do" if checked else ""))
    return 1 if missed and checked else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = [*_MEASURES, _COUNTED]
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--only", nargs="+", choices=every)
    parser.add_argument("--results", type=Path, default=BUILD / "bench" / "results.json")
    for name in ("rounds", "keys", "few", "folders", "page", "events", "event-folders", "links"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--shape")
    parser.add_argument("--delays", type=int, nargs="+")
    parser.add_argument("--lines", type=int, nargs="+")
    asked = parser.parse_args()
    asked.only = asked.only or [name for name in every if asked.size != _CHECK or name not in _NOT_CHECKED]
    return asked


def _size(asked: argparse.Namespace) -> Size:
    given = {each.name: getattr(asked, each.name, None) for each in fields(Size)}
    changed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value is not None
    }
    return replace(SIZES[asked.size], **changed)


def _measured(name: str, size: Size) -> list[Measure]:
    """With its table shown as soon as it is known."""
    began = time.monotonic()
    try:
        measured = _MEASURES[name](size)
    except MinioMissingError as error:
        print(f"{name}: left out. {error}", flush=True)
        return []
    for measure in measured:
        show(measure)
    print(f"  {name}: {time.monotonic() - began:.0f} s\n", flush=True)
    return measured


def _write(results: Path, found: dict[str, Any]) -> None:
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(f"All values: {results}")


if __name__ == "__main__":
    end_like_ctrl_c()
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"{error}")

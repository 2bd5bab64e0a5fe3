"""Measure it all beside its rivals, in one run: a table, a JSON, and what of it is not as it should be.

    python -m bench short                                  (make bench; .build/bench/results.json)
    python -m bench full --results bench/results.json      (make bench-full)
    python -m bench check                                  (make bench-check: ours, and what targets speak of)
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

from bench import cost, prices
from bench.fake.keys import SHAPES
from bench.figures import SLACK, Measure
from bench.machine import described
from bench.measures import append, clicks, counted, events, latency, memory, rebuild, signing, start
from bench.processes import BenchError, cores
from bench.size import SIZES, Size
from bench.table import show, show_all
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
    "clicks": clicks.measures,
    "clicks-minio": clicks.on_minio,
}
_NOT_CHECKED = ("memory", "minio", "clicks-minio")  # which the tests hold, and what a machine may not have
_COUNTED, _CHECK = "counted", "check"
_NUMBERS = ("rounds", "keys", "few", "folders", "page", "events", "event-folders", "minio-events", "links")


def main() -> int:
    asked = _arguments()
    size = _size(asked)
    if len(cores()) < 2:  # noqa: PLR2004 -- for what is measured, and for the store
        print("One core for all, or none that can be told apart: rates are lower than they should be, and vary.")
    found: dict[str, Any] = {"machine": described(), "size": asdict(size), "measures": []}
    _write(asked.results, found)  # whether that can be done is known before an hour has passed
    missed: list[str] = []
    for name in asked.only:
        measured = _measured(name, size, found)
        found["measures"] += [measure.as_json() for measure in measured]
        missed += [each for measure in measured for each in measure.missed(SLACK if asked.size == _CHECK else 1.0)]
        _write(asked.results, found)
    show_all(found)
    for each in missed:
        print(f"NOT REACHED: {each}")
    print(f"All values: {asked.results}")
    return 1 if missed and asked.size == _CHECK else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = [*_MEASURES, _COUNTED]
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--only", nargs="+", choices=every)
    parser.add_argument("--results", type=Path, default=BUILD / "bench" / "results.json")
    for name in _NUMBERS:
        parser.add_argument(f"--{name}", type=_at_least(1))
    parser.add_argument("--clicks", type=_at_least(2))
    parser.add_argument("--shape", choices=SHAPES)
    parser.add_argument("--delays", type=_at_least(0), nargs="+", help="milliseconds a page of a listing takes")
    parser.add_argument("--lines", type=_at_least(20_000), nargs="+", help="of manifests that are appended to")
    asked = parser.parse_args()
    asked.only = asked.only or [name for name in every if asked.size != _CHECK or name not in _NOT_CHECKED]
    return asked


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{text} is below {least}")
        return value

    return number


def _size(asked: argparse.Namespace) -> Size:
    given = {each.name: getattr(asked, each.name, None) for each in fields(Size)}
    changed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value is not None
    }
    return replace(SIZES[asked.size], **changed)


def _measured(name: str, size: Size, found: dict[str, Any]) -> list[Measure]:
    """With its table shown as soon as it is known."""
    began = time.monotonic()
    try:
        measured = _MEASURES[name](size) if name in _MEASURES else _count(size, found)
    except MinioMissingError as error:
        print(f"{name}: left out. {error}", flush=True)
        return []
    for measure in measured:
        show(measure)
    print(f"  {name}: {time.monotonic() - began:.0f} s\n", flush=True)
    return measured


def _count(size: Size, found: dict[str, Any]) -> list[Measure]:
    """What a month is made of; and what it costs, to be seen at once."""
    if size.counted:
        found[_COUNTED] = counted.counted(size)
        print(cost.tables(found, prices.deployed()), end="\n\n")
    return []


def _write(results: Path, found: dict[str, Any]) -> None:
    try:
        results.parent.mkdir(parents=True, exist_ok=True)
        results.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BenchError(f"the values cannot be written to {results}: {error}") from error


if __name__ == "__main__":
    end_like_ctrl_c()
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(130)

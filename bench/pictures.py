"""The pictures of README, drawn from what was measured.

    .tools/bench/bin/python -m bench.pictures bench/results.json docs/pictures

Each says in its metadata from which values it is: their digest. What a month costs is not among them: bench/cost.py is
asked, in the project's own environment, which can read the template.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib import pyplot as plt

from local.project import ROOT

Results = dict[str, Any]
_COST = "cost"
_NAMED = re.compile(r"(?P<who>.*), (?P<at>[\d,]+) (?:ms|lines)")
_STYLES = {"every 5 minutes": "-", "hourly": "--", "daily": ":", "stable": "-."}
_COLOURS = {"1": "tab:red", "100": "tab:orange", "all": "tab:green"}
_WIDE, _HIGH = 7.5, 4.2  # inches


class Line(NamedTuple):
    """The medians of one contender."""

    who: str
    at: list[int]
    medians: list[float]


def lines(results: Results, name: str) -> Iterator[Line]:
    """Of a measure that was taken at several points, each named such as "here, one stream, 50 ms"."""
    measure = next(each for each in results["measures"] if each["name"] == name)
    found: dict[str, Line] = {}
    for told, values in measure["values"].items():
        if named := _NAMED.fullmatch(told):
            line = found.setdefault(named["who"], Line(named["who"], [], []))
            line.at.append(int(named["at"].replace(",", "")))
            line.medians.append(values["median"])
    yield from found.values()


def latency(results: Results) -> None:
    """Keys a second against the time a LIST takes; others' listing alone is thin."""
    _, axes = plt.subplots(figsize=(_WIDE, _HIGH))
    for line in lines(results, "latency"):
        ours = line.who.startswith("here")
        style = "-" if ours else "--" if line.who == "straightforward" else ":"
        axes.plot(line.at, line.medians, style, marker="o", linewidth=2.5 if ours else 1.2, label=line.who)
    axes.set(yscale="log", xlabel="milliseconds a LIST takes", ylabel="keys a second, one core")
    axes.set_title("A full scan where the store takes its time")
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.grid(which="both", alpha=0.2)


def append(results: Results) -> None:
    """Seconds and bytes of one more line against the lines that are there, the store's own copy aside."""
    _, panels = plt.subplots(1, 2, figsize=(_WIDE * 1.2, _HIGH))
    told = {"append": "seconds a line", "append, bodies sent and received": "KiB sent and received a line"}
    for axes, (name, label) in zip(panels, told.items(), strict=True):
        for line in lines(results, name):
            axes.plot(line.at, line.medians, marker="o", linewidth=2, label=line.who)
        axes.set(xscale="log", yscale="log", xlabel="lines in the manifest", ylabel=label)
        axes.grid(which="both", alpha=0.2)
    panels[0].legend(fontsize=9)
    panels[0].figure.suptitle("One more line, the store's own copy aside")


def cost(results: Results) -> None:
    """Dollars a month against documents, where a scan keeps up, with as many ranges at once as it takes."""
    _, axes = plt.subplots(figsize=(_WIDE, _HIGH))
    for shape, colour in _COLOURS.items():
        for refresh, style in _STYLES.items():
            told = [(documents, dollars) for documents, *key, dollars in results[_COST] if key == [shape, refresh]]
            kept = [(documents, dollars) for documents, dollars in told if dollars is not None]
            if kept:
                axes.plot(
                    *zip(*kept, strict=True), style, color=colour, marker="o", label=f"{shape} a folder, {refresh}"
                )
    axes.set(xscale="log", yscale="log", xlabel="documents", ylabel="dollars a month")
    axes.set_title("Links kept alive: where a line ends, a scan no longer keeps up")
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.grid(which="both", alpha=0.2)


PICTURES: dict[str, Callable[[Results], None]] = {each.__name__: each for each in (latency, append, cost)}


def _points(source: Path) -> list[list[Any]]:
    command: list[str | Path] = [ROOT / ".venv" / "bin" / "python", "-m", "bench.cost", "--points", source.resolve()]
    told: list[list[Any]] = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    return told


def main(source: Path, folder: Path) -> None:
    """Draw those whose values are there."""
    text = source.read_bytes()
    results, digest = json.loads(text), hashlib.sha256(text).hexdigest()
    results |= {_COST: _points(source)} if "counted" in results else {}
    mpl.rcParams["svg.hashsalt"] = "pictures"  # the same values make the same bytes
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.svg"):
        stale.unlink()
    measured = {each["name"] for each in results["measures"]} | results.keys()
    for name in PICTURES.keys() & measured:
        PICTURES[name](results)
        told: dict[str, Any] = {"Date": None, "Description": f"values: {digest}"}
        plt.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata=told)
        plt.close()
        print(f"{folder / name}.svg")


if __name__ == "__main__":
    mpl.use("svg")
    main(Path(sys.argv[1]), Path(sys.argv[2]))

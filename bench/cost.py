"""What a deployment costs in a month: requests that were counted, times AWS's list prices, as tables of docs/cost.md.

    python -m bench.cost [results.json]    (prints them; `make bench-readme` writes them there)

Prices, each with its AWS page, are in bench/prices.json; memory, time-outs and alarms are the template's. Where no scan
was counted at a size, the largest counted one of the same shape stands in for it, everything in proportion.
Left out: free tiers, cold starts, retries, what reads manifests and documents, Lambda's own lines in the logs.
"""

import argparse
import json
import math
import textwrap
from pathlib import Path
from typing import NamedTuple

from bench.execution import MACHINE, MOST_AT_ONCE, Execution, executed
from bench.prices import GB, HOURS, Deployment, Parts, deployed
from bench.scans import PRESIGNED, SHAPES, SIZES, STABLE, Counted, CountError, rows, scan_of
from bench.uses import a_million_clicks, a_million_uploads, fixed, opening_links

_BENCH = Path(__file__).resolve().parent

REFRESHES: dict[str, float] = {"every 5 minutes": 300, "hourly": 3600, "daily": 86_400}  # seconds
KEPT_ALIVE = {name: (PRESIGNED, period) for name, period in REFRESHES.items()} | {"stable": (STABLE, math.inf)}
_RECORD = 1  # PUT, of what the last complete scan was


def monthly(execution: Execution, period: float) -> Parts:
    """Dollars a month with a refresh every `period` seconds, which may be infinite, and one scan a night."""
    scan, prices, deployment = execution.scan, execution.here.prices, execution.here
    scans = HOURS * 3600 / period + HOURS / 24
    asked = deployment.requests(scan.requests) + deployment.requests({"LIST": execution.lists, "PUT": _RECORD})
    return {
        "S3 requests": scans * asked,
        "Lambda": scans * (deployment.full_scan.dollars(execution.busy) + execution.calls * prices["lambda_request"]),
        "logs": scans * deployment.logs(scan.folders, execution.calls),
        "schedules": scans * prices["scheduler_invocation"],
        "transitions": scans * execution.transitions * prices["state_transition"],
        "storage": scan.manifest_bytes / GB * prices["s3_storage"],
    }


class Month(NamedTuple):
    """What keeping the links of so many documents alive that way costs, with so many ranges at once; none keeps up."""

    execution: Execution
    shape: str
    refresh: str
    dollars: float
    at_once: int | None

    @property
    def documents(self) -> int:
        return self.execution.scan.documents


def months(results: Counted, here: Deployment) -> list[Month]:
    """Of every size, shape and way to keep links alive. Raises CountError."""
    buckets = [(size, shape) for size in SIZES for shape in SHAPES]
    return [_month(results, here, size, shape, name) for size, shape in buckets for name in KEPT_ALIVE]


def _month(results: Counted, here: Deployment, size: int, shape: str, name: str) -> Month:
    links, period = KEPT_ALIVE[name]
    execution = executed(scan_of(results, size, shape, links), here)
    return Month(execution, shape, name, sum(monthly(execution, period).values()), execution.needs(period))


def points(results: Counted) -> list[tuple[int, str, str, float | None]]:
    """Documents, documents a folder, refresh, dollars a month; None where nothing keeps up. Raises CountError."""
    told = months(results, deployed())
    return [(each.documents, each.shape, each.refresh, each.dollars if each.at_once else None) for each in told]


def tables(results: Counted, deployment: Deployment) -> str:
    """README's: what keeping links alive costs, what that rests on, and what uploads and clicks cost.

    Raises CountError.
    """
    opening, stable = deployed(OpenLinks="ENABLED"), deployed(OpenLinks="ENABLED", Links=STABLE)
    parts = (
        _refreshes(results, deployment),
        _notes(results, deployment),
        _uploads(results, deployment),
        _clicks(results, opening),
        _notes_of_clicks(deployment, opening, stable),
    )
    return "\n\n".join(parts)


def _refreshes(results: Counted, deployment: Deployment) -> str:
    """Ranges and times are those of presigned links; with stable ones a scan writes less."""
    lines: dict[tuple[int, str], list[str]] = {}
    for month in months(results, deployment):
        lines.setdefault((month.documents, month.shape), _described(month)).append(_cell(month))
    at_once = [f"{many} at once" for many in (deployment.at_once, MOST_AT_ONCE)]
    return _table(["documents", "a folder", "ranges", *at_once, *KEPT_ALIVE], [*lines.values()])


def _uploads(results: Counted, deployment: Deployment) -> str:
    events = rows(results, "events", ("batch", "events", "requests", "seconds", "into"))
    costs = [(f"{row['batch']:,}, into {row['into']}", a_million_uploads(row, deployment)) for row in events]
    return _parts("uploads a batch", costs)


def _clicks(results: Counted, deployment: Deployment) -> str:
    clicks = rows(results, "clicks", ("clicks", "on", "requests", "seconds"))
    return _parts("clicks on a document", [(row["on"], a_million_clicks(row, deployment)) for row in clicks])


def _parts(what: str, costs: list[tuple[str, Parts]]) -> str:
    lines = [[name, *map(_dollars, [*parts.values(), sum(parts.values())])] for name, parts in costs]
    return _table([what, *costs[0][1], "a million"], lines)


def _described(month: Month) -> list[str]:
    """The beginning of a line: what is scanned, in how many ranges, and how long that takes."""
    execution = month.execution
    lasting = [_time(execution.seconds(many)) for many in (execution.here.at_once, MOST_AT_ONCE)]
    about = "" if execution.scan.is_counted else "≈ "
    return [f"{month.documents:,}", month.shape, str(execution.ranges or 1), *(f"{about}{each}" for each in lasting)]


def _cell(month: Month) -> str:
    if month.at_once is None:
        return "cannot keep up"
    about = "" if month.execution.scan.is_counted else "≈ "
    more = "" if month.at_once == month.execution.here.at_once else f", {month.at_once} at once"
    return f"{about}{_dollars(month.dollars)}{more}"


def _time(seconds: float) -> str:
    if seconds < 100:  # noqa: PLR2004 -- what is longer is told in minutes
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / 60):,} min"


def _notes(results: Counted, deployment: Deployment) -> str:
    timeout, beside, delays = deployment.full_scan.timeout, fixed(deployment), results["counted"]["delays"]
    return _filled(f"""Dollars a month of {HOURS} hours for refreshes and a scan a night, at AWS's list prices in
        {deployment.dated} ([prices.json](../bench/prices.json)), without free tiers. `stable` is `Links=stable`: a
        scan a night, and nothing to be refreshed. Requests are counted, and seconds, where a LIST takes
        {delays["list"]} ms and any other request {delays["other"]} ms. ≈ is extrapolated, in proportion, from the
        largest count with as many documents a folder (of one a folder: {_largest(results)}). A scan is divided
        in so many ranges, which take so long with {deployment.at_once} at once, the default, and with {MOST_AT_ONCE};
        "n at once" in a cell is the least that keeps up, and `FullScanConcurrency` one more. What takes longer than its
        period with {MOST_AT_ONCE}, or than the {MACHINE["TimeoutSeconds"] // 3600} hours of the state machine, cannot
        keep up; nor can one folder that takes longer than a call's {timeout} s. Presigned links show a role's token,
        as a function's do. {_dollars(sum(beside.values()))} are the same at any size: {_listed(beside)}. Not in it:
        cold starts, retries, whoever reads, Lambda's own lines in the logs. An upload's seconds count as if all of them
        were computing: at most.""")


def _notes_of_clicks(without: Deployment, opening: Deployment, stable: Deployment) -> str:
    """What is paid for links that do not expire, whether anybody opens one or not."""
    more, spared = opening_links(opening, without), opening.alarm_metrics - stable.alarm_metrics
    return _filled(f"""A click is a look at the document and a redirect, of a share its record, too; the download, a GET
        and what leaves S3, costs the same by any link, and is not in it. Nor are the two KB of a redirect that leave
        Lambda, nor what stands before the function: its URL has no price of its own. A click's seconds count like an
        upload's. Secrets Manager is asked twice a minute at most by each environment that opens links (and as often
        again where it refuses some); this is one, all month. {_dollars(sum(more.values()))} a month
        come with `OpenLinks`, opened or not: {_listed(more)}. `Links=stable` spares {spared} metrics of alarms.""")


def _listed(parts: Parts) -> str:
    return ", ".join(f"{name} {_dollars(dollars)}" for name, dollars in parts.items())


def _filled(told: str) -> str:
    return textwrap.fill(" ".join(told.split()), 120, break_long_words=False, break_on_hyphens=False)


def _largest(results: Counted) -> str:
    return f"{max(row['documents'] for row in results['counted']['scans'] if row['documents'] == row['folders']):,}"


def _dollars(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars < 100 else f"${dollars:,.0f}"  # noqa: PLR2004 -- cents are noise


def _table(names: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [names, ["--:"] * len(names), *rows])


def main() -> None:
    """Print the tables; or what the picture shows, as JSON."""
    options = argparse.ArgumentParser(prog="python -m bench.cost")
    options.add_argument("results", type=Path, nargs="?", default=_BENCH / "results.json")
    options.add_argument("--points", action="store_true")
    asked = options.parse_args()
    try:
        results = json.loads(asked.results.read_text())
        print(json.dumps(points(results)) if asked.points else tables(results, deployed()))
    except (CountError, OSError, ValueError) as error:
        options.error(f"{asked.results}: {error}")


if __name__ == "__main__":
    main()

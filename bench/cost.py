"""What a deployment costs in a month: requests that were counted, times AWS's list prices, as README's tables.

    python -m bench.cost [results.json]    (prints them; `make bench-readme` writes them into README)

Prices, each with its AWS page, are in bench/prices.json; memory, time-outs and alarms are the template's. Where no scan
was counted at a size, the largest counted one of the same shape stands in for it, everything in proportion.
Left out: free tiers, cold starts, retries, what reads manifests and documents, Lambda's own lines in the logs.
"""

import argparse
import json
import math
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bench.prices import GB, PRICE_OF, Deployment, deployed

_BENCH = Path(__file__).resolve().parent

Counted = Mapping[str, Any]
Parts = dict[str, float]  # dollars by what they are for
HOURS = 730.5  # a month: a twelfth of 365.25 days
SIZES = (10_000, 1_000_000, 100_000_000)
SHAPES = {"1": 1, "100": 100, "all": None}  # documents a folder
REFRESHES = {"every 5 minutes": 300, "hourly": 3600, "daily": 86_400}  # seconds
METRICS = {"FullScan": 6, "OnCreated": 8}  # names in each: their only dimension, `service`, is the function
_MESSAGES = 10  # one request receives or deletes at most; S3 sends each alone,
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api.html
# Lambda waits for messages in five receives of 20 s side by side, and in no fewer where a MaximumConcurrency is set:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_RECEIVES_A_MONTH = 5 * HOURS * 3600 / 20


class CountError(Exception):
    """What was counted cannot be priced: what, where, and what to do."""


class Scan(NamedTuple):
    """One refresh: what it asks of S3, its seconds on a whole processor, the bytes of all manifests."""

    documents: int
    folders: int
    requests: Mapping[str, float]
    seconds: float
    manifest_bytes: float
    is_counted: bool = True

    def at(self, documents: int) -> "Scan":
        """With so many documents, everything in proportion."""
        times = documents / self.documents
        requests = {kind: count * times for kind, count in self.requests.items()}
        folders = 1 if self.folders == 1 else round(self.folders * times)
        return Scan(documents, folders, requests, self.seconds * times, self.manifest_bytes * times, times == 1)


def scan_of(results: Counted, documents: int, shape: str) -> Scan:
    """The refresh that was counted at this size and shape, else one extrapolated. Raises CountError."""
    rows = _rows(results, "scans", (*Scan._fields[:-1], "first"))
    scans = [Scan(*(row[field] for field in Scan._fields[:-1])) for row in rows if not row["first"]]
    shaped = [scan for scan in scans if scan.folders == scan.documents // (SHAPES[shape] or scan.documents)]
    fitting = [scan for scan in shaped if scan.documents <= documents]
    if not fitting:
        what = f"no refresh (first: false) to tell {documents:,} documents, {shape} a folder, from"
        raise CountError(f"counted.scans: {what}: count one of that shape with {SIZES[0]:,}")
    return max(fitting, key=lambda scan: (scan.documents, scan.seconds)).at(documents)  # of equals the slowest


def _rows(results: Counted, name: str, fields: tuple[str, ...]) -> list[Counted]:
    """What was counted of one sort, each with all of its fields. Raises CountError."""
    counted: list[Counted] = results.get("counted", {}).get(name, [])
    if not counted:
        raise CountError(f"counted.{name}: nothing is there: count again, and give the file that was written")
    for place, row in enumerate(counted):
        if missing := ", ".join(field for field in fields if field not in row):
            raise CountError(f"counted.{name}[{place}] has no {missing}: count again, or add it")
        if unknown := ", ".join(row["requests"].keys() - PRICE_OF.keys()):
            raise CountError(
                f"counted.{name}[{place}]: no price for {unknown}: give it one in bench/prices.py, PRICE_OF"
            )
    return counted


def keeps_up(scan: Scan, period: float, deployment: Deployment) -> bool:
    """Whether one invocation ends within its time, and before the next one."""
    function = deployment.full_scan
    return function.duration(scan.seconds) <= min(function.timeout, period)


def monthly(scan: Scan, period: float, deployment: Deployment) -> Parts:
    """Dollars a month with a refresh every `period` seconds and one scan a night, in one invocation or in parts."""
    function, prices = deployment.full_scan, deployment.prices
    scans = HOURS * 3600 / period + HOURS / 24
    return {
        "S3 requests": scans * deployment.requests(scan.requests),
        "Lambda": scans * (function.dollars(scan.seconds) + prices["lambda_request"]),
        "logs": scans * deployment.logs(scan.folders, 1),
        "schedules": scans * prices["scheduler_invocation"],
        "storage": scan.manifest_bytes / GB * prices["s3_storage"],
    }


def a_million_uploads(row: Counted, deployment: Deployment) -> Parts:
    """Dollars, in batches as they were counted. What S3 sends is billed too, https://aws.amazon.com/sqs/pricing/"""
    prices, requests, invocations = deployment.prices, row["requests"], math.ceil(row["events"] / row["batch"])
    messaging = row["events"] + 2 * invocations * math.ceil(row["batch"] / _MESSAGES)
    parts = {
        "S3 requests": deployment.requests(requests),
        "SQS": messaging * prices["sqs_request"],
        "Lambda": deployment.on_created.dollars(row["seconds"]) + invocations * prices["lambda_request"],
        "logs": deployment.logs(requests.get("PUT", 0), invocations),  # below 5 MiB a commit is a PUT
    }
    return {part: dollars / row["events"] * 1_000_000 for part, dollars in parts.items()}


def fixed(deployment: Deployment) -> Parts:
    """Dollars a month, whatever is stored. At most: a metric is billed for the hours that it is told in."""
    prices, alarms, own = deployment.prices, deployment.alarm_metrics, sum(METRICS.values())
    return {
        f"{alarms} metrics of alarms": alarms * prices["alarm_metric"],
        f"{own} metrics of its own": own * prices["custom_metric"],
        "waiting for messages": _RECEIVES_A_MONTH * prices["sqs_request"],
    }


class Month(NamedTuple):
    """What refreshing so many documents of a shape so often costs, and whether one invocation keeps up."""

    scan: Scan
    shape: str
    refresh: str
    dollars: float
    keeps_up: bool


def months(results: Counted, here: Deployment) -> list[Month]:
    """Of every size, shape and refresh. Raises CountError."""
    scans = [(shape, scan_of(results, size, shape)) for size in SIZES for shape in SHAPES]
    return [_month(scan, shape, name, here) for shape, scan in scans for name in REFRESHES]


def _month(scan: Scan, shape: str, name: str, here: Deployment) -> Month:
    period = REFRESHES[name]
    return Month(scan, shape, name, sum(monthly(scan, period, here).values()), keeps_up(scan, period, here))


def points(results: Counted) -> list[tuple[int, str, str, float | None]]:
    """Documents, documents a folder, refresh, dollars a month; None where it cannot keep up. Raises CountError."""
    told = months(results, deployed())
    return [(each.scan.documents, each.shape, each.refresh, each.dollars if each.keeps_up else None) for each in told]


def tables(results: Counted, deployment: Deployment) -> str:
    """README's: what refreshes cost, what that rests on, and what uploads cost. Raises CountError."""
    refreshes: dict[tuple[str, str], list[str]] = {}
    for month in months(results, deployment):
        refreshes.setdefault((f"{month.scan.documents:,}", month.shape), []).append(_cell(month, deployment))
    events = _rows(results, "events", ("batch", "events", "requests", "seconds", "into"))
    uploads = [(f"{row['batch']:,}, into {row['into']}", a_million_uploads(row, deployment)) for row in events]
    costs = [[batch, *map(_dollars, [*parts.values(), sum(parts.values())])] for batch, parts in uploads]
    rows, named = [[*row, *cells] for row, cells in refreshes.items()], ["uploads a batch", *uploads[0][1], "a million"]
    table = _table(["documents", "a folder", *REFRESHES], rows)
    return f"{table}\n\n{_notes(results, deployment)}\n\n{_table(named, costs)}"


def _cell(month: Month, deployment: Deployment) -> str:
    about, dollars = "" if month.scan.is_counted else "≈ ", _dollars(month.dollars)
    if month.keeps_up:
        return about + dollars
    minutes = math.ceil(deployment.full_scan.duration(month.scan.seconds) / 60)
    return f"{about}cannot keep up: {minutes:,} min; in parts {dollars}"


def _notes(results: Counted, deployment: Deployment) -> str:
    timeout, beside, delays = deployment.full_scan.timeout, fixed(deployment), results["counted"]["delays"]
    listed = ", ".join(f"{name} {_dollars(dollars)}" for name, dollars in beside.items())
    told = f"""Dollars a month of {HOURS} hours for refreshes and a scan a night, at AWS's list prices in
        {deployment.dated} ([prices.json](bench/prices.json)), without free tiers. Requests are counted, and seconds,
        where a LIST takes {delays["list"]} ms and any other request {delays["other"]} ms. ≈ is extrapolated, in
        proportion, from the largest count with as many documents a folder (of one a folder: {_largest(results)}). What
        takes longer than its period or an invocation's {timeout} s cannot keep up; in parts, by several invocations, it
        would. Links show a role's token, as a function's do. {_dollars(sum(beside.values()))} are the same at any
        size: {listed}. Not in it: cold starts, retries, whoever reads, Lambda's own lines in the logs. An upload's
        seconds count as if all of them were computing: at most."""
    return textwrap.fill(" ".join(told.split()), 120, break_long_words=False, break_on_hyphens=False)


def _largest(results: Counted) -> str:
    return f"{max(row['documents'] for row in results['counted']['scans'] if row['documents'] == row['folders']):,}"


def _dollars(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars < 100 else f"${dollars:,.0f}"  # noqa: PLR2004 -- cents are noise


def _table(names: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [names, ["--:"] * len(names), *rows])


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(prog="python -m bench.cost")
    options.add_argument("results", type=Path, nargs="?", default=_BENCH / "results.json")
    asked = options.parse_args()
    try:
        print(tables(json.loads(asked.results.read_text()), deployed()))
    except (CountError, OSError, ValueError) as error:
        options.error(f"{asked.results}: {error}")


if __name__ == "__main__":
    main()

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
from pathlib import Path
from typing import NamedTuple

from bench.execution import MACHINE, MOST_AT_ONCE, Execution, executed
from bench.prices import GB, Deployment, deployed
from bench.scans import SHAPES, SIZES, Counted, CountError, rows, scan_of

_BENCH = Path(__file__).resolve().parent

Parts = dict[str, float]  # dollars by what they are for
HOURS = 730.5  # a month: a twelfth of 365.25 days
REFRESHES = {"every 5 minutes": 300, "hourly": 3600, "daily": 86_400}  # seconds
METRICS = {"FullScan": 7, "OnCreated": 8}  # names in each: their only dimension, `service`, is the function
_RECORD = 1  # PUT, of what the last complete scan was
_MESSAGES = 10  # one request receives or deletes at most; S3 sends each alone,
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api.html
# Lambda waits for messages in five receives of 20 s side by side, and in no fewer where a MaximumConcurrency is set:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_RECEIVES_A_MONTH = 5 * HOURS * 3600 / 20


def monthly(execution: Execution, period: float) -> Parts:
    """Dollars a month with a refresh every `period` seconds and one scan a night."""
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


def a_million_uploads(row: Counted, deployment: Deployment) -> Parts:
    """Dollars, in batches as they were counted. What S3 sends is billed too, https://aws.amazon.com/sqs/pricing/"""
    prices, requests, invocations = deployment.prices, row["requests"], math.ceil(row["events"] / row["batch"])
    function = deployment.on_created
    messaging = row["events"] + 2 * invocations * math.ceil(row["batch"] / _MESSAGES)
    parts = {
        "S3 requests": deployment.requests(requests),
        "SQS": messaging * prices["sqs_request"],
        "Lambda": function.dollars(function.duration(row["seconds"])) + invocations * prices["lambda_request"],
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
    """What refreshing so many documents of a shape so often costs, with so many ranges at once; none keeps up."""

    execution: Execution
    shape: str
    refresh: str
    dollars: float
    at_once: int | None

    @property
    def documents(self) -> int:
        return self.execution.scan.documents


def months(results: Counted, here: Deployment) -> list[Month]:
    """Of every size, shape and refresh. Raises CountError."""
    executions = [(shape, executed(scan_of(results, size, shape), here)) for size in SIZES for shape in SHAPES]
    return [_month(execution, shape, name) for shape, execution in executions for name in REFRESHES]


def _month(execution: Execution, shape: str, name: str) -> Month:
    period = REFRESHES[name]
    return Month(execution, shape, name, sum(monthly(execution, period).values()), execution.needs(period))


def points(results: Counted) -> list[tuple[int, str, str, float | None]]:
    """Documents, documents a folder, refresh, dollars a month; None where nothing keeps up. Raises CountError."""
    told = months(results, deployed())
    return [(each.documents, each.shape, each.refresh, each.dollars if each.at_once else None) for each in told]


def tables(results: Counted, deployment: Deployment) -> str:
    """README's: what refreshes cost, what that rests on, and what uploads cost. Raises CountError."""
    refreshes: dict[tuple[str, ...], list[str]] = {}
    for month in months(results, deployment):
        refreshes.setdefault(_described(month), []).append(_cell(month))
    events = rows(results, "events", ("batch", "events", "requests", "seconds", "into"))
    uploads = [(f"{row['batch']:,}, into {row['into']}", a_million_uploads(row, deployment)) for row in events]
    costs = [[batch, *map(_dollars, [*parts.values(), sum(parts.values())])] for batch, parts in uploads]
    lines, named = (
        [[*row, *cells] for row, cells in refreshes.items()],
        ["uploads a batch", *uploads[0][1], "a million"],
    )
    at_once = [f"{many} at once" for many in (deployment.at_once, MOST_AT_ONCE)]
    table = _table(["documents", "a folder", "ranges", *at_once, *REFRESHES], lines)
    return f"{table}\n\n{_notes(results, deployment)}\n\n{_table(named, costs)}"


def _described(month: Month) -> tuple[str, ...]:
    """The beginning of a line: what is scanned, in how many ranges, and how long that takes."""
    execution = month.execution
    lasting = [_time(execution.seconds(many)) for many in (execution.here.at_once, MOST_AT_ONCE)]
    about = "" if execution.scan.is_counted else "≈ "
    return f"{month.documents:,}", month.shape, str(execution.ranges or 1), *(f"{about}{each}" for each in lasting)


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
    listed = ", ".join(f"{name} {_dollars(dollars)}" for name, dollars in beside.items())
    told = f"""Dollars a month of {HOURS} hours for refreshes and a scan a night, at AWS's list prices in
        {deployment.dated} ([prices.json](bench/prices.json)), without free tiers. Requests are counted, and seconds,
        where a LIST takes {delays["list"]} ms and any other request {delays["other"]} ms. ≈ is extrapolated, in
        proportion, from the largest count with as many documents a folder (of one a folder: {_largest(results)}). A
        scan is divided in so many ranges, which take so long with {deployment.at_once} at once, the default, and with
        {MOST_AT_ONCE}; "n at once" in a cell is the least that keeps up, and `FullScanConcurrency` one more. What
        takes longer than its period with {MOST_AT_ONCE}, or than the {MACHINE["TimeoutSeconds"] // 3600} hours of the
        state machine, cannot keep up; nor can one folder that takes longer than a call's {timeout} s. Links show a
        role's token, as a function's do. {_dollars(sum(beside.values()))} are the same at any size: {listed}. Not in
        it: cold starts, retries, whoever reads, Lambda's own lines in the logs. An upload's seconds count as if all of
        them were computing: at most."""
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

"""What a deployment costs in a month: requests that were counted, times AWS's list prices, as README's tables.

    python -m bench.cost [--write] [results.json]    (prints them; --write: into README, too)

Prices, each with its AWS page, are in bench/prices.json; memory, time-outs and alarms are the template's. Where no scan
was counted at a size, the largest counted one of the same shape stands in for it, everything in proportion.
Left out: free tiers, cold starts, retries, what reads manifests and documents, Lambda's own lines in the logs.
"""

import argparse
import json
import math
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.deployed.template import read
from local.project import ROOT

README = ROOT / "README.md"
_BENCH = Path(__file__).resolve().parent
_BEGIN, _END = "<!-- cost: written by `make bench-cost` -->", "<!-- /cost -->"
_BLOCK = re.compile(f"(?s)(?<={re.escape(_BEGIN)}\n).*?(?={re.escape(_END)})")

Counted = Mapping[str, Any]
Parts = dict[str, float]  # dollars by what they are for
GB = 1024**3  # bytes: S3 and CloudWatch bill binary gigabytes, and call them GB
HOURS = 730.5  # a month: a twelfth of 365.25 days
SIZES = (10_000, 1_000_000, 100_000_000)
SHAPES = {"1": 1, "100": 100, "all": None}  # documents a folder
REFRESHES = {"every 5 minutes": 300, "hourly": 3600, "daily": 86_400}  # seconds
# By how a request is counted. A copy is an UploadPartCopy that is not among the PUTs.
_PRICE_OF = dict.fromkeys(("LIST", "PUT", "POST", "copy"), "s3_write")
_PRICE_OF |= {"GET": "s3_read", "HEAD": "s3_read", "DELETE": "s3_delete"}
# Bytes, rounded up: a line for each manifest committed, with its metrics; the other metrics of an invocation.
LOGGED_A_COMMIT, LOGGED_AN_INVOCATION = 500, 800
METRICS = {"FullScan": 6, "OnCreated": 8}  # names in each: their only dimension, `service`, is the function
_MESSAGES = 10  # one request receives or deletes at most; S3 sends each alone,
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api.html
# Lambda waits for messages in five receives of 20 s side by side, and in no fewer where a MaximumConcurrency is set:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_RECEIVES_A_MONTH = 5 * HOURS * 3600 / 20
_WHOLE_PROCESSOR = 1769  # MB, https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html


class CountError(Exception):
    """What was counted cannot be priced: what, where, and what to do."""


class Function(NamedTuple):
    """A Lambda function's MB, seconds and dollars a GB-second, https://aws.amazon.com/lambda/pricing/"""

    megabytes: int
    timeout: int
    price: float

    def duration(self, seconds: float) -> float:
        """Of what takes so many seconds on a whole processor. At most: waiting takes no longer on a part of one."""
        return seconds * max(1.0, _WHOLE_PROCESSOR / self.megabytes)

    def dollars(self, seconds: float) -> float:
        return self.duration(seconds) * self.megabytes / 1024 * self.price


class Deployment(NamedTuple):
    """What does not depend on the documents. Prices by name, in dollars for one of their unit."""

    prices: Mapping[str, float]
    dated: str
    full_scan: Function
    on_created: Function
    alarm_metrics: int

    def requests(self, requests: Mapping[str, float]) -> float:
        """Dollars for S3 requests by kind, https://aws.amazon.com/s3/pricing/"""
        return sum(count * self.prices[_PRICE_OF[kind]] for kind, count in requests.items())

    def logs(self, commits: float, invocations: float) -> float:
        """Dollars for what these log, https://aws.amazon.com/cloudwatch/pricing/"""
        return (commits * LOGGED_A_COMMIT + invocations * LOGGED_AN_INVOCATION) / GB * self.prices["log_ingestion"]


def deployed() -> Deployment:
    """With the template's defaults, at the prices of bench/prices.json."""
    listed, template = json.loads((_BENCH / "prices.json").read_text()), read()
    prices = {name: each["dollars"] / each["per"] for name, each in listed["prices"].items()}
    compute = prices[f"lambda_{template['Parameters']['Architecture']['Default']}"]
    named = (template["Resources"][name]["Properties"] for name in ("FullScan", "OnCreated"))
    full_scan, on_created = (Function(each["MemorySize"], each["Timeout"], compute) for each in named)
    alarms = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    # An alarm is billed by the metrics that it looks at, https://aws.amazon.com/cloudwatch/pricing/
    watched = sum("Expression" not in query for alarm in alarms for query in alarm.get("Metrics", [alarm]))
    return Deployment(prices, f"{listed['region']} on {listed['date']}", full_scan, on_created, watched)


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
        if unknown := ", ".join(row["requests"].keys() - _PRICE_OF.keys()):
            raise CountError(
                f"counted.{name}[{place}]: no price for {unknown}: give it one in bench/cost.py, _PRICE_OF"
            )
    return counted


def monthly(scan: Scan, period: float, deployment: Deployment) -> Parts | None:
    """Dollars a month with a refresh every `period` seconds and one scan a night; None where it cannot keep up."""
    function, prices = deployment.full_scan, deployment.prices
    if function.duration(scan.seconds) > min(function.timeout, period):
        return None
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


def _months(results: Counted, here: Deployment) -> list[tuple[Scan, str, str, Parts | None]]:
    scans = [(shape, scan_of(results, size, shape)) for size in SIZES for shape in SHAPES]
    return [(scan, shape, name, monthly(scan, REFRESHES[name], here)) for shape, scan in scans for name in REFRESHES]


def points(results: Counted) -> list[tuple[int, str, str, float | None]]:
    """Documents, documents a folder, refresh, dollars a month; None where it cannot keep up. Raises CountError."""
    told = _months(results, deployed())
    return [(scan.documents, shape, name, sum(parts.values()) if parts else None) for scan, shape, name, parts in told]


def tables(results: Counted, deployment: Deployment) -> str:
    """README's: what refreshes cost, what that rests on, and what uploads cost. Raises CountError."""
    refreshes: dict[tuple[str, str], list[str]] = {}
    for scan, shape, _, parts in _months(results, deployment):
        late = f"cannot keep up: {math.ceil(deployment.full_scan.duration(scan.seconds) / 60):,} min"
        cell = _dollars(sum(parts.values())) if parts else late
        refreshes.setdefault((f"{scan.documents:,}", shape), []).append(cell if scan.is_counted else f"≈ {cell}")
    events = _rows(results, "events", ("batch", "events", "requests", "seconds"))
    uploads = [(f"{row['batch']:,}", a_million_uploads(row, deployment)) for row in events]
    costs = [[batch, *map(_dollars, [*parts.values(), sum(parts.values())])] for batch, parts in uploads]
    rows, named = [[*row, *cells] for row, cells in refreshes.items()], ["uploads a batch", *uploads[0][1], "a million"]
    table = _table(["documents", "a folder", *REFRESHES], rows)
    return f"{table}\n\n{_notes(results, deployment)}\n\n{_table(named, costs)}"


def _notes(results: Counted, deployment: Deployment) -> str:
    timeout, beside, delays = deployment.full_scan.timeout, fixed(deployment), results["counted"]["delays"]
    listed = ", ".join(f"{name} {_dollars(dollars)}" for name, dollars in beside.items())
    told = f"""Dollars a month of {HOURS} hours for refreshes and a scan a night, at AWS's list prices in
        {deployment.dated} ([prices.json](bench/prices.json)), without free tiers. Requests are counted, and seconds,
        where a LIST takes {delays["list"]} ms and any other request {delays["other"]} ms. ≈ is extrapolated, in
        proportion, from the largest count with as many documents a folder. What takes longer than its period or an
        invocation's {timeout} s cannot keep up. {_dollars(sum(beside.values()))} are the same at any size: {listed}."""
    return textwrap.fill(" ".join(told.split()), 120, break_long_words=False, break_on_hyphens=False)


def _dollars(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars < 100 else f"${dollars:,.0f}"  # noqa: PLR2004 -- cents are noise


def _table(names: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [names, ["--:"] * len(names), *rows])


def written(text: str, block: str) -> str:
    """README with this between its comments. Raises CountError."""
    if not _BLOCK.search(text):
        raise CountError(f"README.md has no place for what it costs: put {_BEGIN} and {_END} on lines of their own")
    return _BLOCK.sub(lambda _: f"{block}\n", text)


def main() -> None:
    """Print the tables, and write them into README where asked to."""
    options = argparse.ArgumentParser(prog="python -m bench.cost")
    options.add_argument("results", type=Path, nargs="?", default=_BENCH / "results.json")
    options.add_argument("--write", action="store_true", help="into README")
    asked = options.parse_args()
    try:
        block = tables(json.loads(asked.results.read_text()), deployed())
        print(block)
        if asked.write:
            README.write_text(written(README.read_text(), block))
    except (CountError, OSError, ValueError) as error:
        options.error(f"{asked.results}: {error}")


if __name__ == "__main__":
    main()

"""AWS's list prices, from one dated file, and what of a deployment they are paid for."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.deployed.choice import Choice
from local.deployed.template import read

Parts = dict[str, float]  # dollars by what they are for
HOURS = 730.5  # a month: a twelfth of 365.25 days
GB = 1024**3  # bytes: S3 and CloudWatch bill binary gigabytes, and call them GB
# By how a request is counted. A copy is an UploadPartCopy that is not among the PUTs.
PRICE_OF = dict.fromkeys(("LIST", "PUT", "POST", "copy"), "s3_write")
PRICE_OF |= {"GET": "s3_read", "HEAD": "s3_read", "DELETE": "s3_delete"}
# Bytes, rounded up: a line for each manifest committed, with its metrics; the other metrics of an invocation.
LOGGED_A_COMMIT, LOGGED_AN_INVOCATION = 500, 800
LOGGED_A_CLICK = 600  # all of it
_Resources = Mapping[str, Any]
_LISTED = Path(__file__).with_name("prices.json")
_OFF = ("OpensLinks", "OpensLinksOnAws")  # conditions that do not hold by default
_WHOLE_PROCESSOR = 1769  # MB, https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html


class Function(NamedTuple):
    """A Lambda function's MB, seconds and dollars a GB-second, https://aws.amazon.com/lambda/pricing/"""

    megabytes: int
    timeout: int
    price: float

    def duration(self, seconds: float) -> float:
        """Of what takes so many seconds on a whole processor. At most: waiting takes no longer on a part of one."""
        return seconds * max(1.0, _WHOLE_PROCESSOR / self.megabytes)

    def dollars(self, duration: float) -> float:
        return duration * self.megabytes / 1024 * self.price


class Deployment(NamedTuple):
    """What does not depend on the documents. Prices by name, in dollars for one of their unit."""

    prices: Mapping[str, float]
    dated: str
    full_scan: Function
    on_created: Function
    open_link: Function
    alarm_metrics: int
    dashboards: int
    at_once: int
    """Ranges of a scan."""

    def requests(self, requests: Mapping[str, float]) -> float:
        """Dollars for S3 requests by kind, https://aws.amazon.com/s3/pricing/"""
        return sum(count * self.prices[PRICE_OF[kind]] for kind, count in requests.items())

    def logs(self, commits: float, invocations: float) -> float:
        """Dollars for what these log, https://aws.amazon.com/cloudwatch/pricing/"""
        return (commits * LOGGED_A_COMMIT + invocations * LOGGED_AN_INVOCATION) / GB * self.prices["log_ingestion"]


def deployed(**chosen: str) -> Deployment:
    """With these parameters and the template's defaults, at the prices of bench/prices.json."""
    listed, template = json.loads(_LISTED.read_text()), read()
    prices = {name: each["dollars"] / each["per"] for name, each in listed["prices"].items()}
    compute = prices[f"lambda_{template['Parameters']['Architecture']['Default']}"]
    there = _there(template, chosen)
    machine = there["FullScanMachine"]["Properties"]["DefinitionSubstitutions"]
    _, _, at_once = machine["Functions"]["Fn::If"]  # where FullScanConcurrency is empty; one of them runs no range
    dated = f"{listed['region']} on {listed['date']}"

    def function(name: str) -> Function:
        described = template["Resources"][name]["Properties"]
        return Function(described["MemorySize"], described["Timeout"], compute)

    functions = function("FullScan"), function("OnCreated"), function("OpenLink")
    shown = sum(each["Type"] == "AWS::CloudWatch::Dashboard" for each in there.values())
    return Deployment(prices, dated, *functions, _watched(there), shown, int(at_once) - 1)


def _watched(there: _Resources) -> int:
    """An alarm is billed by the metrics that it looks at, https://aws.amazon.com/cloudwatch/pricing/"""
    alarms = [each["Properties"] for each in there.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    return sum("Expression" not in query for alarm in alarms for query in alarm.get("Metrics", [alarm]))


def _there(template: _Resources, chosen: Mapping[str, str]) -> _Resources:
    """The resources that there are, as their conditions have it."""
    there = Choice(template, **chosen).there()
    return {name: each for name, each in template["Resources"].items() if name in there}

"""The dashboard: JSON that CloudWatch takes, of metrics that there are, in an order that a person reads at night."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from local.project import ROOT
from shared.telemetry import metrics
from tests.unit.template.test_alarms import alarms
from tests.watched.aws import DOCUMENTED
from tests.watched.happens import a_scan, an_update, clicked, shrinks, shrinks_unseen
from tests.watched.night import Night
from tests.watched.stack import Stack, arn_of, name_of
from tests.watched.told import Metric

KIND = "AWS::CloudWatch::Dashboard"
EMULATOR = {"S3EndpointUrl": "http://127.0.0.1:4566"}
OPEN = {"OpenLinks": "ENABLED"}
CHOICES = [{}, OPEN, {**OPEN, "Links": "stable"}, {"RefreshState": "DISABLED"}, {"FullScanConcurrency": "0"}]
CHOICES += [{**EMULATOR, **each} for each in CHOICES]
OF_LINKS = ("LinksOpened", "SharesOpened", "LinksRefused", "Url5xxCount")


def widgets(**chosen: str) -> list[dict[str, Any]]:
    (dashboard,) = Stack(**chosen).properties(KIND).values()
    found: list[dict[str, Any]] = json.loads(dashboard["DashboardBody"])["widgets"]
    return found


def shown(**chosen: str) -> Iterator[tuple[Metric, dict[str, Any]]]:
    """Every metric on it, and how it is drawn."""
    for widget in widgets(**chosen):
        for namespace, name, dimension, value, drawn in widget["properties"].get("metrics", []):
            yield Metric(namespace, name, frozenset({(dimension, value)})), {**widget["properties"], **drawn}


@pytest.fixture(scope="module")
def emitted() -> Iterator[set[Metric]]:
    """All that the functions ever count."""
    with pytest.MonkeyPatch.context() as patch:
        night = Night(patch, **OPEN)
        for happens in (an_update, shrinks, shrinks_unseen, a_scan, clicked(1, 1)):
            happens(night)
        yield {datum.metric for datum in night.told.data}
    metrics.clear_metrics()


@pytest.mark.parametrize("chosen", CHOICES)
def test_no_two_widgets_overlap_and_none_is_wider_than_the_page(chosen: dict[str, str]) -> None:
    areas = [(each["x"], each["y"], each["width"], each["height"]) for each in widgets(**chosen)]
    assert all(x >= 0 and x + width <= 24 for x, _, width, _ in areas)
    for (x, y, width, height), (other, below, wide, high) in combinations(areas, 2):
        beside = x + width <= other or other + wide <= x
        assert beside or y + height <= below or below + high <= y


@pytest.mark.parametrize("chosen", CHOICES)
def test_every_metric_on_it_is_one_that_is_told_where_it_is_looked_for(
    emitted: set[Metric], chosen: dict[str, str]
) -> None:
    functions = Stack(**chosen).properties("AWS::Serverless::Function")
    there = {name_of(each) for each in functions}
    for metric, _ in shown(**chosen):
        ((dimension, value),) = metric.dimensions
        if metric.namespace.startswith("AWS/"):
            assert DOCUMENTED[metric.namespace, metric.name][0] == dimension
        else:
            assert metric in emitted
        if dimension in ("FunctionName", "service"):
            assert value in there


def test_a_person_finds_on_it_what_the_runbook_asks_for() -> None:
    named = {metric.name for metric, _ in shown(**OPEN)}
    assert named >= {
        *("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "EventToCommit", "MessagesFailed"),
        *("CommitConflicts", "ManifestShrink", "ScansCompleted", "LinesHealed", "OldestManifestAge"),
        *("SecondsToFirstExpiry", "Errors", "Throttles", "Duration", *OF_LINKS),
    }
    late = [drawn["stat"] for metric, drawn in shown() if metric.name == "EventToCommit"]
    assert late == ["p50", "p99"]


def test_of_links_there_is_something_only_where_they_are_opened() -> None:
    assert not {metric.name for metric, _ in shown()} & set(OF_LINKS)


@pytest.mark.parametrize("chosen", CHOICES)
def test_its_first_row_shows_every_alarm_that_there_is(chosen: dict[str, str]) -> None:
    stack, (first, *_) = Stack(**chosen), [each for each in widgets(**chosen) if each["type"] == "alarm"]
    there = stack.properties("AWS::CloudWatch::Alarm")
    assert sorted(first["properties"]["alarms"]) == sorted(map(arn_of, there))
    assert there.keys() <= alarms(stack.template).keys()
    assert all(each["y"] >= first["y"] for each in widgets(**chosen) if each["type"] != "text")


def test_lines_across_it_are_where_alarms_ring() -> None:
    chosen = {"UrlExpirySeconds": "3600", "ShrinkAlarmPercent": "30"}
    stack, drawn = Stack(**chosen).properties("AWS::CloudWatch::Alarm"), dict(shown(**chosen))
    lines = {metric.name: each["annotations"]["horizontal"] for metric, each in drawn.items() if "annotations" in each}
    for alarm in ("LateEventsAlarm", "ManifestShrankAlarm", "DeadLinksAlarm"):
        (line,) = lines[stack[alarm]["MetricName"]]
        assert line["value"] == int(stack[alarm]["Threshold"]), alarm


def test_it_is_left_out_where_nobody_wants_it() -> None:
    assert Stack(Dashboard="DISABLED").properties(KIND) == {}


def test_the_runbook_names_it_as_it_is_called() -> None:
    (dashboard,) = Stack().properties(KIND).values()
    assert dashboard["DashboardName"] == "pdf-links-eu-central-1"
    assert re.search(r"dashboard, .*`pdf-links-` and the region", (ROOT / "docs/runbook.md").read_text())

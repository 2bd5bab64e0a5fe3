"""What both functions answer, log and count."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.full_scan import answer as scan_answer
from functions.full_scan.request import Request
from functions.on_created import answer
from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError, EventError, OutOfTimeError, PrefixesFailedError
from shared.domain.events import Batch, Change, Notice, parse
from shared.domain.ranges import Range
from shared.scan.rebuild import Rebuilt
from shared.scan.report import Outcomes, Report
from shared.scan.turn import Turn
from shared.telemetry import metrics
from shared.update.deliver import Delivery, deliver
from tests.conftest import Log
from tests.event_shapes import s3_event, s3_record, sqs_event
from tests.fake_objects import refusal
from tests.world import World, at, raising

LAYOUT = Layout()


@pytest.fixture
def world() -> World:
    world = World()
    for key in ("b/1.pdf", "a/1.pdf", "a/2.pdf"):
        world.s3.upload(key)
    return world


def batch_of(*keys: str) -> Batch:
    return Batch((Notice(None, tuple(Change("docs", key) for key in keys)),), from_queue=False)


def delivered(world: World, batch: Batch) -> Delivery:
    return deliver(batch, world.publisher, world.layout, world.deadline)


# The update


def test_a_caller_is_told_every_manifest(world: World) -> None:
    batch = batch_of("b/1.pdf", "a/1.pdf", "a/gone.pdf", "x.txt")
    told = answer.for_caller(batch, delivered(world, batch))
    assert told["statusCode"] == 200
    shape = {"bucket": "docs", "revision": 1, "added": 1, "removed": 0}
    assert json.loads(told["body"]) == {
        "manifests": [
            {**shape, "prefix": "a/", "manifest_key": "manifests/a/manifest.jsonl", "unchanged": 1},
            {**shape, "prefix": "b/", "manifest_key": "manifests/b/manifest.jsonl", "unchanged": 0},
        ],
        "ignored": 1,
    }


def test_a_callers_failure_is_raised_as_itself(world: World) -> None:
    world.s3.before = at("head_object", raising(refusal("AccessDenied")), "a/1.pdf")
    batch = batch_of("a/1.pdf", "b/1.pdf")
    with pytest.raises(AccessDeniedError):
        answer.for_caller(batch, delivered(world, batch))


def test_several_failures_are_raised_as_one_that_names_them(world: World) -> None:
    world.s3.before = at("head_object", raising(refusal("AccessDenied")), times=9)
    batch = batch_of("a/1.pdf", "b/1.pdf")
    with pytest.raises(PrefixesFailedError, match=r"2 failed: 'docs/a/': AccessDeniedError: .*'docs/b/'"):
        answer.for_caller(batch, delivered(world, batch))


def test_an_event_that_was_understood_in_part_is_an_error_after_its_good_part(world: World) -> None:
    batch = Batch((Notice(None, (Change("docs", "a/1.pdf"),), error=EventError("record 2")),), from_queue=False)
    with pytest.raises(EventError, match="record 2"):
        answer.for_caller(batch, delivered(world, batch))
    assert world.view().keys() == {"a/1.pdf"}


def test_from_a_queue_exactly_the_messages_that_failed_are_named(world: World) -> None:
    world.s3.before = at("head_object", raising(refusal("AccessDenied")), "a/1.pdf")
    event = sqs_event(
        s3_event(s3_record("a/1.pdf", bucket="docs")), s3_event(s3_record("b/1.pdf", bucket="docs")), "no JSON"
    )
    batch = parse(event)
    told = answer.for_queue(answer.failed(batch, delivered(world, batch), LAYOUT))
    assert told == {"batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-3"}]}


def test_from_a_queue_nothing_is_raised_when_every_message_failed(world: World) -> None:
    event = sqs_event("no JSON", "{}")
    batch = parse(event)
    told = answer.for_queue(answer.failed(batch, delivered(world, batch), LAYOUT))
    assert [failure["itemIdentifier"] for failure in told["batchItemFailures"]] == ["message-1", "message-2"]


def test_what_was_done_is_logged_with_bucket_and_prefix_and_without_a_link(world: World, log: Log) -> None:
    world.s3.before = at("head_object", raising(refusal("AccessDenied")), "b/1.pdf")
    batch = batch_of("a/1.pdf", "b/1.pdf")
    answer.tell(batch, delivered(world, batch))
    told = {line["prefix"]: line["level"] for line in log()}
    assert told == {"a/": "INFO", "b/": "ERROR"}
    assert {line["bucket"] for line in log()} == {"docs"}
    assert "X-Amz" not in json.dumps(log())


def test_what_was_done_is_counted(world: World) -> None:
    batch = batch_of("a/1.pdf", "a/2.pdf", "x.txt")
    answer.tell(batch, delivered(world, batch))
    counted = {name: each["Value"] for name, each in metrics.metric_set.items()}
    assert counted.pop("SecondsToFirstExpiry")
    assert counted == {
        "DocumentsAdded": [2.0],
        "DocumentsRemoved": [0.0],
        "DocumentsUnchanged": [0.0],
        "DocumentsIgnored": [1.0],
        "CommitConflicts": [0.0],
        "ManifestLines": [2.0],
    }


# The full scan

REQUEST = Request(Turn(Folder("docs", "a/"), Range("a/")))


def rebuilt(prefix: str) -> Rebuilt:
    folder = Folder("docs", prefix)
    return Rebuilt(folder, LAYOUT.manifest_of(folder), 2, 1, 7, 3, "2099-04-02T08:15:00Z", conflicts=1)


def report_of(*prefixes: str) -> Report:
    report, outcomes = Report(ignored=5), Outcomes()
    for prefix in prefixes:
        report.keep(prefix, rebuilt(prefix))
        outcomes.note(prefix, rebuilt(prefix))
    report.add(outcomes)
    return report


def scanned(report: Report, request: Request = REQUEST) -> dict[str, Any]:
    told = scan_answer.of(request, report, LAYOUT, World().links)
    assert told["statusCode"] == 200
    body: dict[str, Any] = json.loads(told["body"])
    return body


def test_a_scan_tells_the_manifest_asked_for_and_every_one_below() -> None:
    body = scanned(report_of("a/b/", "a/"))
    assert (body["count"], body["manifest_key"], body["ignored"]) == (4, "manifests/a/manifest.jsonl", 5)
    assert "/manifests/a/manifest.jsonl?X-Amz-Algorithm=" in body["manifest_url"]
    first, second = body["manifests"]
    assert "/manifests/a/manifest.jsonl?X-Amz-Algorithm=" in first.pop("manifest_url")
    assert first == {
        "prefix": "a/",
        "manifest_key": "manifests/a/manifest.jsonl",
        "count": 2,
        "previous_count": 1,
        "revision": 7,
        "superseded": False,
    }
    assert second["prefix"] == "a/b/"
    assert "truncated" not in body


def test_without_links_no_link_is_told() -> None:
    body = scanned(report_of("a/"), replace(REQUEST, links=False))
    assert "manifest_url" not in json.dumps(body)


@pytest.mark.parametrize("name", ["x" * 30, "é" * 30, '"' * 30, "\\" * 30, "\U0001f9fe" * 30])
@pytest.mark.parametrize("links", [True, False])
def test_an_answer_stays_below_200_kib_and_says_that_it_was_cut(name: str, links: bool) -> None:  # noqa: FBT001 -- a setting
    report = report_of("a/", *(f"a/{name}{number}/" for number in range(3000)))
    told = scan_answer.of(replace(REQUEST, links=links), report, LAYOUT, World().links)
    size = len(json.dumps(told).encode())
    body = json.loads(told["body"])
    assert 150 * 1024 < size < 200 * 1024
    assert body["truncated"] is True
    assert body["count"] == 6002
    assert 0 < len(body["manifests"]) < 3001


def test_a_scan_without_failures_raises_nothing() -> None:
    scan_answer.raise_failures_of(REQUEST, report_of("a/"))


def test_a_scans_failures_are_named_at_its_end() -> None:
    report = report_of("a/")
    report.failed = {"a/x/": AccessDeniedError("denied"), "a/y/": OutOfTimeError("late")}
    report.interrupted = OutOfTimeError("out of time before listing")
    with pytest.raises(PrefixesFailedError) as caught:
        scan_answer.raise_failures_of(REQUEST, report)
    for part in ("3 failed", "'a/x/': AccessDeniedError: denied", "'a/y/'", "the rest after 1 manifests"):
        assert part in str(caught.value)


def test_a_scan_that_kept_but_a_sample_of_its_failures_tells_how_many_there_were() -> None:
    report = report_of("a/")
    report.failed, report.failures = {"a/x/": AccessDeniedError("denied")}, 5_001
    with pytest.raises(PrefixesFailedError, match="5001 failed: 'a/x/': AccessDeniedError: denied; and 5000 more"):
        scan_answer.raise_failures_of(REQUEST, report)


def test_a_scans_only_failure_is_raised_as_itself() -> None:
    report = report_of("a/")
    report.interrupted = OutOfTimeError("late")
    with pytest.raises(OutOfTimeError, match="late"):
        scan_answer.raise_failures_of(REQUEST, report)


def test_an_error_of_many_prefixes_stays_readable() -> None:
    error = PrefixesFailedError({f"{number:04}/": AccessDeniedError("denied") for number in range(1000)})
    assert "1000 failed" in str(error)
    assert "and 980 more" in str(error)
    assert len(str(error)) < 2000


def test_a_scan_is_logged_and_counted_without_a_link(log: Log) -> None:
    report = report_of("a/b/", "a/")
    report.interrupted = OutOfTimeError("late")
    for prefix, outcome in report.rebuilt.items():
        scan_answer.tell_settled(Folder("docs", prefix), outcome)
    scan_answer.tell_settled(Folder("docs", "a/x/"), AccessDeniedError("denied"))
    assert [(line["prefix"], line["level"]) for line in log()] == [("a/b/", "INFO"), ("a/", "INFO"), ("a/x/", "ERROR")]
    scan_answer.tell(REQUEST, report)
    assert [(line["prefix"], line["why"]) for line in log()[3:]] == [("a/", "late")]
    assert {line["bucket"] for line in log()} == {"docs"}
    assert "X-Amz" not in json.dumps(log())
    counted = {name: each["Value"] for name, each in metrics.metric_set.items()}
    assert len(counted.pop("SecondsToFirstExpiry")) == 2
    assert counted == {
        "ManifestLines": [3.0, 3.0],
        "DocumentsListed": [4.0],
        "DocumentsIgnored": [5.0],
        "LinesHealed": [0.0],
        "CommitConflicts": [2.0],
    }

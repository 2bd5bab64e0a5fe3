"""What the functions count for those who operate them: how late a commit is, what shrinks, what was healed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.full_scan import answer as scan_answer
from functions.full_scan.request import Request
from functions.on_created import answer
from shared.config import Settings
from shared.domain.events import Batch, parse
from shared.telemetry import metrics
from shared.update.deliver import deliver
from tests.event_shapes import eventbridge_event, s3_event, s3_record, sns_envelope, sqs_event
from tests.world import Scanned, World


@pytest.fixture
def world() -> World:
    return World()


def counted(name: str) -> list[float]:
    values: list[float] = metrics.metric_set.get(name, {"Value": []})["Value"]
    return values


def told(world: World, batch: Batch) -> None:
    answer.tell(batch, deliver(batch, world.publisher, world.layout, world.deadline))


def ago(**before: float) -> str:
    return (datetime.now(UTC) - timedelta(**before)).isoformat()


def record(key: str, when: object) -> dict[str, Any]:
    return s3_record(key, bucket="docs") | {"eventTime": when}


def test_a_commit_tells_how_long_ago_the_oldest_of_its_events_was(world: World) -> None:
    world.s3.upload("a/1.pdf")
    recent, older = record("a/1.pdf", ago(seconds=2)), record("a/2.pdf", ago(seconds=30))
    told(world, parse(sqs_event(s3_event(recent), s3_event(older), s3_event(recent))))
    (late,) = counted("EventToCommit")
    assert 30_000 <= late < 35_000
    assert metrics.metric_set["EventToCommit"]["Unit"] == "Milliseconds"


def test_so_does_one_of_eventbridge_and_of_sns(world: World) -> None:
    bridged = eventbridge_event("a/1.pdf") | {"time": ago(seconds=20)}
    bridged["detail"]["bucket"]["name"] = "docs"
    told(world, parse(sqs_event(bridged)))
    told(world, parse(sqs_event(sns_envelope(s3_event(record("b/1.pdf", ago(seconds=40)))))))
    assert [round(late / 10_000) for late in counted("EventToCommit")] == [2, 4]


@pytest.mark.parametrize("when", [None, "", "yesterday", 17, "2026-04-02T08:11:43"])
def test_an_event_that_does_not_tell_its_time_is_committed_all_the_same(world: World, when: object) -> None:
    world.s3.upload("a/1.pdf")
    told(world, parse(s3_event(record("a/1.pdf", when))))
    assert counted("EventToCommit") == []
    assert counted("DocumentsAdded") == [1.0]


def test_a_clock_that_is_ahead_makes_no_commit_early(world: World) -> None:
    told(world, parse(s3_event(record("a/1.pdf", ago(seconds=-60)))))
    assert counted("EventToCommit") == [0.0]


@pytest.mark.parametrize(
    ("before", "gone", "shrink"), [(20, 15, [75.0]), (10, 10, [100.0]), (10, 1, [10.0]), (9, 9, [])]
)
def test_an_update_tells_by_how_much_a_manifest_of_ten_or_more_shrank(
    world: World, before: int, gone: int, shrink: list[float]
) -> None:
    keys = [f"a/{number}.pdf" for number in range(before)]
    for key in keys:
        world.s3.upload(key)
    told(world, parse(s3_event(*(record(key, None) for key in keys))))
    assert counted("ManifestShrink") == []
    for key in keys[:gone]:
        world.s3.remove(key)
    told(world, parse(s3_event(*(record(key, None) for key in keys[:gone]))))
    assert counted("ManifestShrink") == shrink


def test_a_document_in_the_place_of_one_that_went_is_no_shrinking(world: World) -> None:
    keys = [f"a/{number}.pdf" for number in range(10)]
    for key in keys:
        world.s3.upload(key)
    told(world, parse(s3_event(*(record(key, None) for key in keys))))
    world.s3.remove("a/0.pdf")
    world.s3.upload("a/new.pdf")
    told(world, parse(s3_event(record("a/0.pdf", None), record("a/new.pdf", None))))
    assert counted("ManifestShrink") == []


def test_a_rebuild_tells_it_too_and_a_scan_how_many_lines_it_healed() -> None:
    world = Scanned(*(f"a/{number}.pdf" for number in range(12)))
    scanned(world)
    assert counted("LinesHealed") == [12.0]
    for number in range(9):
        world.s3.remove(f"a/{number}.pdf")
    scanned(world)
    assert counted("ManifestShrink") == [75.0]
    assert counted("LinesHealed") == [12.0, 9.0]


def scanned(world: Scanned) -> None:
    report = world.scan()
    for each in report.rebuilt.values():
        scan_answer.tell_settled(each.folder, each)
    settings = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": ""})
    scan_answer.tell(Request.parse({}, settings), report)

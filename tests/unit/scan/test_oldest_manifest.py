"""What a scan's survey says of how long links have been left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.full_scan import answer
from functions.full_scan.request import Request
from shared.domain.documents import Folder
from shared.domain.errors import AccessDeniedError
from shared.domain.ranges import Range
from shared.scan.turn import Turn
from shared.telemetry import metrics
from tests.fake_objects import refusal
from tests.world import Scanned


@pytest.fixture
def world() -> Any:
    """Manifests of `a/` and `b/`, and the one of the root, are 5000, 1000 and 300 seconds old."""
    world = Scanned("a/1.pdf", "b/1.pdf", "top.pdf")
    for prefix, seconds in (("a/", 5000), ("b/", 1000), ("", 300)):
        world.s3.now = datetime.now(UTC) - timedelta(seconds=seconds)
        world.publish(f"{prefix}1.pdf", folder=Folder("docs", prefix))
    world.s3.now = datetime.now(UTC)
    yield world
    metrics.clear_metrics()


def counted() -> list[float] | None:
    found: list[float] | None = metrics.metric_set.get("OldestManifestAge", {}).get("Value")
    return found


def tell(world: Scanned, prefix: str = "") -> None:
    answer.tell(Request(Turn(Folder("docs", prefix), Range(prefix))), world.scan(prefix))


def test_a_scan_counts_once_how_old_the_oldest_manifest_below_its_prefix_was(world: Scanned) -> None:
    tell(world)
    (age,) = counted() or []
    assert 5000 <= age < 5100
    assert metrics.metric_set["OldestManifestAge"]["Unit"] == "Seconds"


def test_of_a_prefix_only_what_lies_below_it_counts(world: Scanned) -> None:
    tell(world, "b/")
    (age,) = counted() or []
    assert 1000 <= age < 1100


def test_a_scan_that_ends_has_made_all_of_them_new(world: Scanned) -> None:
    world.scan()
    tell(world)
    (age,) = counted() or []
    assert age < 100


def test_other_objects_where_manifests_lie_are_none(world: Scanned) -> None:
    world.s3.now = datetime.now(UTC) - timedelta(days=9)
    for key in ("manifests/.staging/1", "manifests/a/notes.txt"):
        world.s3.upload(key)
    tell(world)
    (age,) = counted() or []
    assert age < 5100


def test_a_scan_that_then_fails_has_counted_it(world: Scanned) -> None:
    def deny(name: str, request: dict[str, Any]) -> None:
        if name == "put_object" or (name == "list_objects_v2" and request["Prefix"] == ""):
            raise refusal("AccessDenied")

    world.s3.before = deny
    report = world.scan()
    assert isinstance(report.interrupted, AccessDeniedError)
    answer.tell(Request(Turn(Folder("docs", ""), Range(""))), report)
    (age,) = counted() or []
    assert age >= 5000


def test_before_the_first_manifest_nothing_is_counted() -> None:
    tell(Scanned("a/1.pdf"))
    assert counted() is None
    metrics.clear_metrics()

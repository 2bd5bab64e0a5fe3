"""The deployed full scan, by hand and by its schedule."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from local.deployed.library import Library, fetch, seconds_until
from tests.e2e.events import settle

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


def test_a_lost_event_is_healed_by_a_scan(library: Library, prefix: str) -> None:
    kept, unknown, stale = (f"{prefix}{name}.pdf" for name in ("kept", "unknown", "stale"))
    library.upload(kept, PDF)
    library.upload(stale, PDF)
    seconds_until(lambda: set(library.manifest(prefix)) == {kept, stale}, "both in their manifest")
    with library.unheard():
        library.upload(unknown, PDF)
        library.delete(stale)
    settle(library)
    assert set(library.manifest(prefix)) == {kept, stale}
    answer = library.scan(prefix)
    assert answer["count"] == 2
    assert set(library.manifest(prefix)) == {kept, unknown}
    line = library.line(unknown)
    assert line is not None
    assert line.url is not None
    assert fetch(line.url) == PDF


def test_a_scan_counts_under_its_own_name_how_old_the_oldest_manifest_was(library: Library, prefix: str) -> None:
    library.scan(prefix)  # its own manifest is there at the latest now
    library.scan(prefix)
    log = library.log_of(library.stack.full_scan_function)
    *_, counted = [json.loads(line) for line in log if "OldestManifestAge" in line]
    assert counted["service"] == library.stack.full_scan_function
    (age,) = counted["OldestManifestAge"]
    assert 0 <= age < 600


def test_the_scheduler_starts_a_scan_of_the_whole_bucket(library: Library, prefix: str) -> None:
    with library.unheard():
        library.upload(f"{prefix}a/unknown.pdf", PDF)
        library.upload(f"{prefix}b/unknown.pdf", PDF)
    settle(library)
    assert not library.shows(f"{prefix}a/unknown.pdf")
    with enabled_for_now(library, "Refresh"):
        for folder in ("a", "b"):
            key = f"{prefix}{folder}/unknown.pdf"
            seconds_until(partial(library.shows, key), f"{key} in its manifest", at_most=30)


@contextmanager
def enabled_for_now(library: Library, schedule: str) -> Iterator[None]:
    """Whom the deployed schedule invokes, and with what, stays as in the template; afterwards all of it."""
    scheduler = library.aws.scheduler
    (name,) = [found["Name"] for found in scheduler.list_schedules()["Schedules"] if schedule in found["Name"]]
    deployed = scheduler.get_schedule(Name=name)
    same: dict[str, Any] = {
        "Name": name,
        "FlexibleTimeWindow": deployed["FlexibleTimeWindow"],
        "Target": deployed["Target"],
    }
    now = f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})"
    scheduler.update_schedule(**same, State="ENABLED", ScheduleExpression=now)
    yield
    expression, state = deployed["ScheduleExpression"], deployed["State"]
    scheduler.update_schedule(**same, State=state, ScheduleExpression=expression)

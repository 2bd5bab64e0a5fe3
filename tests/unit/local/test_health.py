"""What of a stack needs a person, and what does not."""

import json
import re
from dataclasses import replace

import pytest

from local.operating.health import Alarm, Failed, Health, Manifest, Manifests, Queues, Scans

NOW = "2026-04-02T08:00:00Z"
FIRST = Manifest("a/", "2026-04-02T07:55:00Z", 300, 500, 2, 1, "2026-04-02T08:10:00Z")
RECORD = {"outcome": "complete", "prefix": "", "began": NOW, "ended": NOW, "documents": 1, "folders": 1, "healed": 0}
WELL = Health(
    "pdf-links",
    NOW,
    Queues(3, 1, None, 0, 2),
    (),
    Scans(RECORD, 1, Failed("old", NOW, "failed: x", mended=True)),
    (),
    Manifests(1, 500, FIRST.modified, (FIRST, replace(FIRST, prefix="b/", first_expiry=None))),
)


def test_waiting_events_scans_that_run_and_failures_that_were_mended_need_nobody() -> None:
    assert WELL.wants() == []
    assert json.loads(json.dumps(WELL.told()))["well"] is True


@pytest.mark.parametrize("queues", [Queues(1, 0, 900, 0, 0), Queues(0, 0, 5000, 0, 0), Queues(9, 9, None, 0, 0)])
def test_events_that_wait_for_a_while_or_have_been_done_since_need_nobody(queues: Queues) -> None:
    assert replace(WELL, queues=queues).wants() == []


@pytest.mark.parametrize(
    ("ill", "why"),
    [
        (replace(WELL, alarms=(Alarm("DeadEventsAlarm", NOW, ""),)), "docs/runbook.md#deadeventsalarm"),
        (replace(WELL, queues=Queues(0, 0, None, 2, 0)), "dead-lettered: 2; .*make redrive STACK=pdf-links"),
        (replace(WELL, queues=Queues(1, 0, 901, 0, 0)), "waited for more than 15 minutes: docs/runbook.md#lateevents"),
        (replace(WELL, queues=Queues(0, 1, 901, 0, 0)), "waited for more than 15 minutes"),
        (replace(WELL, drifted=("No link opens",)), "No link opens"),
        (replace(WELL, paused=("updates are stopped",)), "make resume STACK=pdf-links"),
        (
            replace(WELL, scans=Scans(RECORD, 0, Failed("last", NOW, "timed out", mended=False))),
            "has timed out; .*make scan",
        ),
        (replace(WELL, scans=Scans({**RECORD, "outcome": "failures", "failures": 3}, 0, None)), "failed for: 3;"),
        (replace(WELL, now="2026-04-02T08:10:00Z"), "links that have ended: 1;"),
        (
            replace(WELL, manifests=Manifests(1, 5, NOW, (replace(FIRST, damage="no number"),))),
            "Manifests that cannot be read: 1, such as that of 'a/': ",
        ),
    ],
)
def test_what_needs_a_person_is_said_with_what_to_do(ill: Health, why: str) -> None:
    (told,) = ill.wants()
    assert re.search(why, told)
    assert ill.told()["well"] is False


def test_a_stack_that_was_never_scanned_is_well() -> None:
    assert replace(WELL, scans=Scans(None, 0, None), manifests=Manifests(0, 0, None, ())).wants() == []

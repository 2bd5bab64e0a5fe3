"""What of an archive can be read, by HEAD and by LIST, and times in the form that manifests have."""

import pytest

from shared.domain.archive import AT_ONCE, Access, by_head, by_listing
from shared.domain.instant import zulu

FROZEN = Access(archived=True)
MIDNIGHT = "2012-12-21T00:00:00Z"
RESTORED = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"'


@pytest.mark.parametrize(
    "storage_class", [None, "STANDARD", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING", "OTHER"]
)
def test_other_storage_classes_answer_at_once(storage_class: str | None) -> None:
    assert by_head(storage_class, None, None) == by_listing(storage_class, None, None) == AT_ONCE


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_what_lies_in_an_archive_is_archived_until_its_restore_has_ended(storage_class: str) -> None:
    assert by_head(storage_class, None, None) == by_listing(storage_class, None, None) == FROZEN
    assert by_head(storage_class, None, 'ongoing-request="true"') == by_listing(storage_class, "true", None) == FROZEN
    restored = Access(restored_until=MIDNIGHT)
    assert by_head(storage_class, None, RESTORED) == restored
    assert by_listing(storage_class, "false", "2012-12-21T00:00:00.000Z") == restored


@pytest.mark.parametrize("status", ["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"])
def test_a_head_tells_the_archive_tiers_of_intelligent_tiering(status: str) -> None:
    assert by_head("INTELLIGENT_TIERING", status, None) == FROZEN
    assert by_head("INTELLIGENT_TIERING", status, 'ongoing-request="true"') == FROZEN
    assert by_head("INTELLIGENT_TIERING", None, 'ongoing-request="false"') == AT_ONCE


def test_a_listing_tells_of_intelligent_tiering_only_that_a_restore_goes_on() -> None:
    assert by_listing("INTELLIGENT_TIERING", "true", None) == FROZEN
    assert by_listing("INTELLIGENT_TIERING", "false", None) == AT_ONCE


@pytest.mark.parametrize("date", ["", "soon", "Fri, 99 Dec 2012 00:00:00 GMT", "2012-12-21T00:00:00Z"])
def test_a_restored_copy_whose_end_cannot_be_read_can_be_read_itself(date: str) -> None:
    assert by_head("GLACIER", None, f'ongoing-request="false", expiry-date="{date}"') == AT_ONCE
    assert by_listing("GLACIER", "false", date.removesuffix("Z")) == AT_ONCE


@pytest.mark.parametrize("restore", ["", "nonsense", 'ongoing-request="maybe"'])
def test_a_restore_that_cannot_be_read_is_none(restore: str) -> None:
    assert by_head("GLACIER", None, restore) == FROZEN


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-04-02T08:26:50Z", "2026-04-02T08:26:50Z"),
        ("2026-04-02T08:26:50+00:00", "2026-04-02T08:26:50Z"),
        ("2026-04-02T10:26:50.999+02:00", "2026-04-02T08:26:50Z"),
        ("20260402T082650Z", "2026-04-02T08:26:50Z"),
        ("0999-04-02T08:26:50.1Z", "0999-04-02T08:26:50Z"),
    ],
)
def test_times_of_any_zone_become_those_that_sort_as_they_follow(text: str, time: str) -> None:
    assert zulu(text) == time


@pytest.mark.parametrize(
    "text",
    [None, "", "soon", "1775118410", "2026-04-02T08:26:50", "2026-13-02T08:26:50Z", "0001-01-01T00:00:00+10:00"],
)
def test_what_is_no_time_of_a_known_zone_is_none(text: str | None) -> None:
    assert zulu(text) is None

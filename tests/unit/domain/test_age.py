"""How old something is, whatever a listing says of its time."""

from datetime import UTC, datetime

import pytest

from shared.domain.age import age

NOW = datetime(2026, 4, 2, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_modified", "seconds"),
    [
        ("2026-04-02T08:11:43Z", 197.0),
        ("2026-03-02T08:15:00Z", 31 * 86400.0),
        ("2026-04-02T08:15:05Z", 0.0),  # the store's clock is five seconds ahead
        ("2026-04-02T08:11:43", None),
        ("yesterday", None),
        ("Z", None),
        ("", None),
    ],
)
def test_an_age_is_in_seconds_and_never_less_than_none(last_modified: str, seconds: float | None) -> None:
    assert age(last_modified, NOW) == seconds

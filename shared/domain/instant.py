"""Times as manifests have them: UTC, whole seconds, 2026-04-02T08:26:50Z. As texts they sort as they follow. Pure."""

import re
from datetime import UTC, datetime
from functools import lru_cache

_ZULU = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@lru_cache(maxsize=1024)  # a manifest's links have few ends among them
def zulu(text: str | None) -> str | None:
    """Any ISO 8601 time with an offset, in this form, a fraction of a second dropped; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return text if _ZULU.fullmatch(text or "") else stamped(found)


def stamped(time: datetime) -> str | None:
    """A time in this form; None where it is not known in which zone it is, or out of the calendar in UTC."""
    if time.tzinfo is None:
        return None
    try:
        return f"{time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
    except OverflowError:
        return None


@lru_cache(maxsize=1024)  # the links of a manifest were signed at few moments
def instant(text: str) -> datetime | None:
    """Read any ISO 8601 time with an offset; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def earliest(one: str | None, other: str | None) -> str | None:
    """The earlier of two times in this form; of None and a time, the time."""
    return min(filter(None, (one, other)), default=None)

"""How old something is that a listing shows."""

from datetime import datetime


def age(last_modified: str, now: datetime) -> float | None:
    """Seconds since a time such as 2026-04-02T08:11:43Z, 0 where that is still to come; None where it is no time."""
    try:
        return max(0.0, (now - datetime.fromisoformat(last_modified)).total_seconds())
    except (TypeError, ValueError):  # TypeError: a time without its zone
        return None

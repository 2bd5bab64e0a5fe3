"""Whether what is chosen of links' lives goes together: how long they are to live, who signs them, how often anew."""

import re
from collections.abc import Iterator, Mapping

from local.deployed.choice import Choice
from local.deployed.template import once
from shared.links.lifetimes import SESSION_SECONDS, too_long

# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
_RATE = re.compile(r"rate\(\s*([0-9]{1,6})\s+(minute|hour|day)s?\s*\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


def risks(parameters: Mapping[str, str]) -> Iterator[str]:
    """What may be regretted, each in a sentence; nothing where links are stable, or of what cannot be told."""
    chosen = Choice(once(), **parameters)
    if chosen.value({"Ref": "Links"}) == "stable":
        return
    asked = str(chosen.value({"Ref": "UrlExpirySeconds"}))
    if asked.isdecimal():
        by_key, by_role = bool(chosen.value({"Ref": "SigningSecretArn"})), bool(chosen.value({"Ref": "SigningRoleArn"}))
        if doubt := too_long(int(asked), by_key=by_key, by_role=by_role):
            yield f"UrlExpirySeconds={asked}: {doubt}"
        yield from _of_cap(chosen, min(int(asked), SESSION_SECONDS) if by_role else int(asked))
        yield from _of_refresh(chosen, min(int(asked), SESSION_SECONDS // 2) if by_role else int(asked))


def _of_cap(chosen: Choice, lives: int) -> Iterator[str]:
    """`lives`: so many seconds a link has at most, by its own line."""
    cap = str(chosen.value({"Ref": "MaxSignatureAgeSeconds"}))
    if cap.isdecimal() and int(cap) < lives:
        yield (
            f"MaxSignatureAgeSeconds={cap} ends links that say they live {lives} s: their expires_at is no truth. "
            "Raise it, or lower UrlExpirySeconds."
        )


def _of_refresh(chosen: Choice, lives: int) -> Iterator[str]:
    """`lives`: so many seconds a link has at least."""
    period = period_of(str(chosen.value({"Ref": "RefreshSchedule"})))
    if chosen.value({"Ref": "RefreshState"}) != "ENABLED":
        return
    if period and 3 * period > lives:
        yield (
            f"RefreshSchedule signs anew every {period} s what may live {lives} s: below three times the period "
            "links die where one refresh fails."
        )
    alarm = str(chosen.value({"Ref": "ScanAlarmSeconds"}))
    if period and alarm.isdecimal() and int(alarm) <= period:
        yield (
            f"ScanAlarmSeconds={alarm} is no more than RefreshSchedule's {period} s: the alarm tells of scans "
            "that were not to start yet."
        )


def period_of(schedule: str) -> int | None:
    """Seconds from one run to the next; None: of a `cron()` or an `at()` that is not told here."""
    found = _RATE.fullmatch(schedule)
    return int(found[1]) * _SECONDS[found[2]] if found else None

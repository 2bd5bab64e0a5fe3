"""The fields of a scan's event, each on its own: read, or refused with what it must be."""

from typing import Any

from shared.domain.errors import EventError, quoted

KNOWN = (
    "bucket", "prefix", "links", "after", "until", "alone", "resumable", "resume", "plan", "parts", "execution",
)  # fmt: skip
_MOST_NAMED = 5  # unknown ones


def check_names(event: dict[str, Any]) -> None:
    """A misspelt field would scan something else than was asked for; an envelope's fields say nothing of a scan.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html
    """
    if "detail-type" in event:
        raise EventError(
            "a scan takes no EventBridge event: give the schedule or the rule's target a constant input, such as "
            '{"prefix": ""}'
        )
    if unknown := [name for name in event if name not in KNOWN]:
        named = ", ".join(map(quoted, unknown[:_MOST_NAMED])) + (", …" if len(unknown) > _MOST_NAMED else "")
        known = ", ".join(map(repr, KNOWN))
        raise EventError(f"a scan does not know the field {named}; it takes {known}, no others")


def text(event: dict[str, Any], name: str, default: str) -> str:
    value = event.get(name, default)
    if not isinstance(value, str):
        raise EventError(f"the scan's {name!r} is {quoted(value)}, but must be text, or be left out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise EventError(f"the scan's {name!r} is {quoted(value)}, which is no UTF-8 text") from error
    return value


def flag(event: dict[str, Any], name: str, *, default: bool) -> bool:
    value = event.get(name, default)
    if not isinstance(value, bool):
        raise EventError(f"the scan's {name!r} is {quoted(value)}, but must be true or false")
    return value


def plan(event: dict[str, Any], most: int) -> int | None:
    """Into how many ranges; 0: as many as there is need of; None: no plan is asked for."""
    value = event.get("plan", False)
    if isinstance(value, bool):
        return 0 if value else None
    if not isinstance(value, int) or not 1 <= value <= most:
        raise EventError(f"the scan's 'plan' is {quoted(value)}, but must be true, or a number of ranges, 1 to {most}")
    return value

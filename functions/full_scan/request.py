"""What the full scan is asked for."""

import re
from dataclasses import dataclass
from typing import Any

from shared.config import Settings
from shared.domain.documents import BUCKET_NAME, Folder
from shared.domain.errors import EventError, shown

_FIELDS = ("bucket", "prefix", "links")
_MOST = 5  # unknown fields that are named
_ADDRESS = re.compile(r"https?://")


@dataclass(frozen=True, slots=True)
class Request:
    """`{"bucket"?: …, "prefix"?: …, "links"?: true}`; what is missing comes from the environment."""

    folder: Folder
    links: bool = True

    @classmethod
    def parse(cls, event: Any, settings: Settings) -> "Request":  # noqa: ANN401 -- whatever was sent
        """Raise EventError naming the field that cannot be used, or is not known."""
        if not isinstance(event, dict):
            raise EventError(f'a scan takes an object such as {{"prefix": "2026/04/"}}, not {type(event).__name__}')
        _check_names(event)
        bucket = _text(event, "bucket", settings.bucket_name)
        prefix = settings.layout.widened(_text(event, "prefix", settings.prefix))
        links = event.get("links", True)
        if not BUCKET_NAME.fullmatch(bucket):
            raise EventError(f"the scan's 'bucket' {_shown(bucket)} is no bucket's name; leave it out for BUCKET_NAME")
        if not isinstance(links, bool):
            raise EventError(f"the scan's 'links' is {_shown(links)}, but must be true or false")
        folder = Folder(bucket, prefix)
        _check(folder, settings)
        return cls(folder, links)


def _check_names(event: dict[str, Any]) -> None:
    """A misspelt field would scan something else than was asked for; an envelope's fields say nothing of a scan.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html
    """
    if "detail-type" in event:
        raise EventError(
            "a scan takes no EventBridge event: give the schedule or the rule's target a constant input, such as "
            '{"prefix": ""}'
        )
    if unknown := [name for name in event if name not in _FIELDS]:
        named = ", ".join(map(_shown, unknown[:_MOST])) + (", …" if len(unknown) > _MOST else "")
        raise EventError(f"a scan does not know the field {named}; it takes 'bucket', 'prefix' and 'links', no others")


def _text(event: dict[str, Any], name: str, default: str) -> str:
    value = event.get(name, default)
    if not isinstance(value, str):
        raise EventError(f"the scan's {name!r} is {_shown(value)}, but must be text, or be left out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise EventError(f"the scan's {name!r} is {_shown(value)}, which is no UTF-8 text") from error
    return value


def _check(folder: Folder, settings: Settings) -> None:
    if _ADDRESS.match(folder.prefix) and shown(folder.prefix) != folder.prefix:
        raise EventError(f"the scan's 'prefix' {_shown(folder.prefix)} is a link; a prefix is such as '2026/04/'")
    if settings.layout.is_reserved(folder.bucket, folder.prefix):
        raise EventError(f"the scan's 'prefix' {_shown(folder.prefix)} is where manifests lie: no document is there")
    if not settings.layout.manifest_of(folder).fits:
        raise EventError(f"the scan's 'prefix' {_shown(folder.prefix)} is too long: its manifest could have no name")


def _shown(value: object) -> str:
    return f"{shown(repr(value)):.100}"

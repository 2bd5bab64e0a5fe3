"""What the full scan is asked for."""

from dataclasses import dataclass
from typing import Any

from shared.config import Settings
from shared.domain.documents import BUCKET_NAME, Folder
from shared.domain.errors import EventError


@dataclass(frozen=True, slots=True)
class Request:
    """`{"bucket"?: …, "prefix"?: …, "links"?: true}`; what is missing comes from the environment."""

    folder: Folder
    links: bool = True

    @classmethod
    def parse(cls, event: Any, settings: Settings) -> "Request":  # noqa: ANN401 -- whatever was sent
        """Raise EventError naming the field that cannot be used."""
        if not isinstance(event, dict):
            raise EventError(f'a scan takes an object such as {{"prefix": "2026/04/"}}, not {type(event).__name__}')
        bucket = _text(event, "bucket", settings.bucket_name)
        prefix = settings.layout.widened(_text(event, "prefix", settings.prefix))
        links = event.get("links", True)
        if not BUCKET_NAME.fullmatch(bucket):
            raise EventError(f"the scan's 'bucket' {bucket!r:.100} is no bucket's name; leave it out for BUCKET_NAME")
        if not isinstance(links, bool):
            raise EventError(f"the scan's 'links' is {links!r:.100}, but must be true or false")
        folder = Folder(bucket, prefix)
        _check(folder, settings)
        return cls(folder, links)


def _text(event: dict[str, Any], name: str, default: str) -> str:
    value = event.get(name, default)
    if not isinstance(value, str):
        raise EventError(f"the scan's {name!r} is {value!r:.100}, but must be text, or be left out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise EventError(f"the scan's {name!r} is {value!r:.100}, which is no UTF-8 text") from error
    return value


def _check(folder: Folder, settings: Settings) -> None:
    if settings.layout.is_reserved(folder.bucket, folder.prefix):
        raise EventError(f"the scan's 'prefix' {folder.prefix!r} is where manifests lie: no document is there")
    if not settings.layout.manifest_of(folder).fits:
        raise EventError(f"the scan's 'prefix' {folder.prefix[:100]!r}… is too long: its manifest could have no name")

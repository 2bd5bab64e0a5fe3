"""A manifest's lines, as a consumer reads them."""

import json
from dataclasses import dataclass
from functools import lru_cache

from shared.domain.archive import Access
from shared.domain.manifest import Document
from tests.model.scale import STABLE


@dataclass(frozen=True, slots=True)
class Shown:
    """A line, read by a consumer."""

    key: str
    document: Document | None
    revision: int
    url: str | None = None
    expires_at: str | None = None
    flaw: str | None = None
    """What is wrong with its link."""
    stable: bool | None = None
    """Whether its link is; None: there is none, or it is half of both."""


@lru_cache(maxsize=65536)
def read_line(raw: bytes) -> Shown:
    fields = json.loads(raw)
    key, revision = fields["key"], fields.get("revision", 0)
    if fields.get("deleted"):
        return Shown(key, None, revision)
    access = Access(fields.get("archived", False), fields.get("restored_until"))
    document = Document(key, fields.get("size", 0), fields.get("etag", ""), fields.get("last_modified", ""), access)
    url, expires_at = fields.get("url"), fields.get("expires_at")
    return Shown(
        key, document, revision, url, expires_at, _flaw(document, revision, url, expires_at), _kind(url, expires_at)
    )


def _flaw(document: Document, revision: int, url: str | None, expires_at: str | None) -> str | None:
    access = document.access
    if (url is None) != access.archived:
        return "a link that is dead, or none"
    if url is None or not revision:
        return None
    if f"/{document.key}?" not in url:
        return "another document's link"
    if _kind(url, expires_at) is None:
        return "a link that ends and does not say so, or says so and does not"
    if (expires_at or "") > (access.restored_until or "9"):
        return "a link that outlives the restored copy"
    return None


def _kind(url: str | None, expires_at: str | None) -> bool | None:
    if url is None or (expires_at is None) != (f"?{STABLE}" in url):
        return None
    return expires_at is None

"""A manifest's lines, as a consumer reads them."""

import json
from dataclasses import dataclass
from functools import lru_cache

from shared.domain.archive import Access
from shared.domain.manifest import Document


@dataclass(frozen=True, slots=True)
class Shown:
    """A line, read by a consumer."""

    key: str
    document: Document | None
    revision: int
    url: str | None
    expires_at: str | None


@lru_cache(maxsize=65536)
def read_line(raw: bytes) -> Shown:
    fields = json.loads(raw)
    key, revision = fields["key"], fields.get("revision", 0)
    if fields.get("deleted"):
        return Shown(key, None, revision, None, None)
    access = Access(fields.get("archived", False), fields.get("restored_until"))
    document = Document(key, fields.get("size", 0), fields.get("etag", ""), fields.get("last_modified", ""), access)
    return Shown(key, document, revision, fields.get("url"), fields.get("expires_at"))

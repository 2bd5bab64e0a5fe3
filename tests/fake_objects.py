"""What an S3 in memory holds, what it says of that, and how it refuses."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from botocore.exceptions import ClientError

from shared.domain.archive import Access
from shared.domain.manifest import Document

_STATUS = {
    "304": 304,
    "NoSuchKey": 404,
    "NoSuchBucket": 404,
    "NoSuchUpload": 404,
    "404": 404,
    "PreconditionFailed": 412,
    "ConditionalRequestConflict": 409,
    "AccessDenied": 403,
    "InvalidObjectState": 403,
    "NotImplemented": 501,
    "InternalError": 500,
    "SlowDown": 503,
    "InvalidRange": 416,
    "EntityTooSmall": 400,
    "400": 400,
    "ExpiredToken": 400,
    "InvalidRequest": 400,
    "AuthorizationHeaderMalformed": 400,
}


def refusal(code: str, operation: str = "Any") -> ClientError:
    """The error boto3 raises for that S3 error code."""
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": _STATUS[code]}}
    return ClientError(answer, operation)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object. `etag` as S3 writes it, in quotes: a hash of the content, metadata apart."""

    body: bytes
    etag: str
    modified: datetime
    metadata: dict[str, str] = field(default_factory=dict)
    storage_class: str = ""
    restored_until: datetime | None = None

    @property
    def archived(self) -> bool:
        return self.storage_class in ("GLACIER", "DEEP_ARCHIVE") and self.restored_until is None


@dataclass(slots=True)
class Upload:
    """A multipart upload in progress."""

    bucket: str
    key: str
    metadata: dict[str, str]
    began: datetime
    parts: dict[int, tuple[bytes, str]] = field(default_factory=dict)


def etag_of(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def described(key: str, stored: Stored, *, restores: bool = True) -> Document:
    """What a HEAD and a LIST tell of an object. `restores`: whether LIST was asked for a restored copy."""
    if not restores:
        stored = replace(stored, restored_until=None)
    until = stamp(stored.restored_until) if stored.restored_until else None
    access = Access(stored.archived, until)
    return Document(key, len(stored.body), stored.etag.strip('"'), stamp(stored.modified), access)


@lru_cache(maxsize=1024)
def stamp(moment: datetime) -> str:
    """A time as manifests and listings have it; histories see few, and see them often."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""An S3 in memory that refuses what S3 refuses, with a hook before and after every call.

The hooks make interleavings exact: a test lets another writer act at the very request it means, without a sleep.
`FakeS3` answers like boto3's client for the operations the project uses, `AsyncS3` like aioboto3's for LIST.
"""

# ruff: noqa: N803, ARG002 -- S3's names, and some that do not matter here

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from threading import RLock
from typing import Any, Self

from botocore.exceptions import ClientError

from tests.fake_objects import Stored, Upload, described, etag_of, refusal
from tests.fake_uploads import Uploads

Hook = Callable[[str, dict[str, Any]], None]


class FakeS3(Uploads):
    """Buckets, objects, uploads; a clock that stands still unless a test moves it."""

    def __init__(self, *buckets: str) -> None:
        self.buckets: dict[str, dict[str, Stored]] = {bucket: {} for bucket in buckets or ("docs",)}
        self.uploads: dict[str, Upload] = {}
        self.now = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
        self.before: Hook = lambda _name, _request: None
        self.after: Hook = lambda _name, _request: None
        self.calls: list[str] = []
        self._ids = count(1)
        self._one_at_a_time = RLock()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """`client.head_object(…)` and its kin: the hooks around the method that does it."""
        try:
            act = object.__getattribute__(self, f"_{operation}")
        except AttributeError:
            raise AttributeError(operation) from None

        def call(**request: Any) -> Any:
            self.calls.append(operation)
            self.before(operation, request)
            with self._one_at_a_time:  # a condition is checked and the object written in one go
                answer = act(**request)
            self.after(operation, request)
            return answer

        return call

    # What a test does behind the project's back

    def upload(self, key: str, body: bytes = b"%PDF-", bucket: str = "docs") -> None:
        self.buckets[bucket][key] = Stored(body, etag_of(body), self.now)

    def remove(self, key: str, bucket: str = "docs") -> None:
        self.buckets[bucket].pop(key, None)

    def archive(self, key: str, storage_class: str = "GLACIER") -> None:
        """As a lifecycle rule does, or as a restored copy's end: neither ETag nor time changes."""
        objects = self.buckets["docs"]
        objects[key] = replace(objects[key], storage_class=storage_class, restored_until=None)

    def unarchive(self, key: str, seconds: int = 86400) -> None:
        """What is archived can be read for so long: RestoreObject, completed."""
        objects = self.buckets["docs"]
        objects[key] = replace(objects[key], restored_until=self.now + timedelta(seconds=seconds))

    def tick(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    # Objects

    def _find(self, bucket: str, key: str) -> Stored:
        if bucket not in self.buckets:
            raise refusal("NoSuchBucket")
        if key not in self.buckets[bucket]:
            raise refusal("NoSuchKey")
        return self.buckets[bucket][key]

    def _head_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        try:
            return self._described(self._find(Bucket, Key))
        except ClientError:
            raise refusal("404", "HeadObject") from None  # a HEAD's answer has no body to tell more

    def _get_object(
        self,
        Bucket: str,
        Key: str,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
        Range: str | None = None,
    ) -> dict[str, Any]:
        found = self._find(Bucket, Key)
        if IfNoneMatch == found.etag:
            raise refusal("304", "GetObject")
        if found.archived:
            raise refusal("InvalidObjectState")
        if IfMatch not in (None, found.etag):
            raise refusal("PreconditionFailed")
        ends = Range.removeprefix("bytes=").split("-") if Range else ("", "")
        first, end = int(ends[0] or 0), int(ends[1]) + 1 if ends[1] else None
        if Range and first >= len(found.body):
            raise refusal("InvalidRange")
        part = found.body[first:end]
        answer = self._described(found) | {"ContentLength": len(part), "Body": io.BytesIO(part)}
        told = f"bytes {first}-{first + len(part) - 1}/{len(found.body)}"
        return answer | ({"ContentRange": told} if Range else {})

    def _put_object(
        self,
        Bucket: str,
        Key: str,
        Body: bytes,
        Metadata: dict[str, str] | None = None,
        ContentType: str = "",
        **condition: str,
    ) -> dict[str, Any]:
        assert Body, "a PUT with an empty body stalls botocore's next request"
        self._check(Bucket, Key, **condition)
        self.buckets[Bucket][Key] = Stored(Body, etag_of(Body), self.now, dict(Metadata or {}))
        return {"ETag": etag_of(Body)}

    def _delete_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        self.buckets[Bucket].pop(Key, None)
        return {}

    def _check(self, bucket: str, key: str, IfMatch: str | None = None, IfNoneMatch: str | None = None) -> None:
        if bucket not in self.buckets:
            raise refusal("NoSuchBucket")
        there = self.buckets[bucket].get(key)
        if IfMatch is not None and there is None:
            raise refusal("NoSuchKey")
        if (IfNoneMatch and there) or (IfMatch is not None and there and there.etag != IfMatch):
            raise refusal("PreconditionFailed")

    def _described(self, found: Stored) -> dict[str, Any]:
        answer = {
            "ETag": found.etag,
            "ContentLength": len(found.body),
            "LastModified": found.modified,
            "Metadata": dict(found.metadata),
        }
        if found.storage_class:
            answer["StorageClass"] = found.storage_class
        if found.restored_until:
            until = format_datetime(found.restored_until, usegmt=True)
            answer["Restore"] = f'ongoing-request="false", expiry-date="{until}"'
        return answer

    # LIST

    def _head_bucket(self, Bucket: str) -> dict[str, Any]:
        if Bucket not in self.buckets:
            raise refusal("404", "HeadBucket")
        return {}

    def _list_objects_v2(
        self, Bucket: str, Prefix: str, MaxKeys: int, ContinuationToken: str = "", Delimiter: str = "", **more: Any
    ) -> dict[str, Any]:
        """What the client answers once `pages.read_pages_fast` is installed: in the order of the keys' bytes."""
        if Bucket not in self.buckets:
            raise refusal("NoSuchBucket", "ListObjectsV2")
        keys = sorted((key for key in self.buckets[Bucket] if key.startswith(Prefix)), key=str.encode)
        keys = [key for key in keys if key.encode() > (ContinuationToken or more.get("StartAfter", "")).encode()]
        keys = [key for key in keys if not (Delimiter and Delimiter in key[len(Prefix) :])]
        asked = "RestoreStatus" in more.get("OptionalObjectAttributes", ())
        page = [described(key, self.buckets[Bucket][key], restores=asked) for key in keys[:MaxKeys]]
        answer = {"Listed": (page, page[-1].key if len(keys) > MaxKeys else None)}
        return answer | ({"Folders": self._folders(Bucket, Prefix)} if Delimiter else {})

    def _folders(self, bucket: str, prefix: str) -> list[str]:
        below = (key.removeprefix(prefix) for key in self.buckets[bucket] if key.startswith(prefix))
        return sorted({prefix + key[: key.index("/") + 1] for key in below if "/" in key})


class AsyncS3:
    """The same S3 as the listing's client sees it."""

    def __init__(self, s3: FakeS3) -> None:
        self._s3 = s3

    async def list_objects_v2(self, **request: Any) -> Any:
        await asyncio.sleep(0)  # as a request does: others may run
        return self._s3.list_objects_v2(**request)

    async def get_object(self, **request: Any) -> Any:
        await asyncio.sleep(0)
        answer = self._s3.get_object(**request)
        return answer | {"Body": _Body(answer["Body"].read())}


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def read(self) -> bytes:
        return self._body

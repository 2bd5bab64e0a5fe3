"""The store under examination: one bucket of it, and there only what lies below a prefix of the examination's own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3

from shared.domain.documents import Place
from shared.links.credentials import Links, session_key
from shared.store.client import make_client
from shared.store.failures import BROKEN, code_of, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LINK_SECONDS = 900


class NoEtagError(Exception):
    """An answer named no ETag: there is nothing a condition could be about."""


@dataclass(frozen=True, slots=True)
class Store:
    """Names are keys below `home`. Raises what the SDK raises, and NoEtagError."""

    session: boto3.Session
    client: "S3Client"
    endpoint_url: str | None
    home: Place
    written: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, session: boto3.Session, endpoint_url: str | None, home: Place) -> "Store":
        return cls(session, make_client(session, endpoint_url), endpoint_url, home)

    def named(self, name: str) -> dict[str, str]:
        """`Bucket` and `Key` of it, for the SDK; it will be deleted in the end."""
        key = self.home.key + name
        self.written.add(key)
        return {"Bucket": self.home.bucket, "Key": key}

    def put(self, name: str, body: bytes, condition: Mapping[str, str] | None = None) -> str:
        """PutObject; the ETag."""
        return etag_of(self._call("put_object", name, Body=body, **condition or {}))

    def complete(self, name: str, body: bytes, condition: Mapping[str, str] | None = None) -> str:
        """The same, as a multipart upload of one part."""
        with self.upload(name, body) as (upload, parts):
            completed = self._call("complete_multipart_upload", name, **upload, **parts, **condition or {})
            return etag_of(completed)

    @contextmanager
    def upload(self, name: str, body: bytes) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
        """Begin and fill one: its UploadId and the parts to complete it with. Aborted where the block fails."""
        upload = self.begin(name)
        try:
            yield upload, self.fill(name, upload, body)
        except BaseException:
            self.abort(name, upload)
            raise

    def begin(self, name: str) -> dict[str, str]:
        return {"UploadId": self._call("create_multipart_upload", name)["UploadId"]}

    def fill(self, name: str, upload: Mapping[str, str], body: bytes) -> dict[str, Any]:
        etag = etag_of(self._call("upload_part", name, PartNumber=1, Body=body, **upload))
        return {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}

    def copy(self, name: str, source: str, size: int, etag: str) -> str:
        """UploadPartCopy of another's first bytes, as it was when it had that ETag; the part's ETag."""
        upload = self.begin(name)
        pinned = {"CopySource": self.named(source), "CopySourceIfMatch": etag}
        span = f"bytes=0-{size - 1}"
        try:
            answer = self._call("upload_part_copy", name, PartNumber=1, CopySourceRange=span, **pinned, **upload)
            return etag_of(answer["CopyPartResult"])
        finally:
            self.abort(name, upload)

    def abort(self, name: str, upload: Mapping[str, str]) -> None:
        """What was completed, or is gone, needs none."""
        try:
            self._call("abort_multipart_upload", name, **upload)
        except BROKEN as error:
            if not status_of(error):
                raise

    def head(self, name: str) -> dict[str, Any]:
        return self._call("head_object", name)

    def get(self, name: str) -> bytes:
        body: bytes = self._call("get_object", name)["Body"].read()
        return body

    def delete(self, name: str) -> None:
        self._call("delete_object", name)

    def pages(self, below: str, **options: Any) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 -- LIST's options
        """LIST what lies below a name, page by page: the entries, their `Key` cut down to what follows `below`."""
        prefix = self.home.key + below
        asked: dict[str, Any] = {"Bucket": self.home.bucket, "Prefix": prefix, **options}
        while True:
            page: Any = self.client.list_objects_v2(**asked)
            yield [{**entry, "Key": entry["Key"].removeprefix(prefix)} for entry in page.get("Contents", [])]
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def link(self, name: str, signed_at: datetime | None = None) -> str:
        """The link the project would make of it, or would have made then (aware)."""
        key = partial(session_key, self.session)
        now = signed_at or datetime.now(UTC)
        links = Links(self.client.meta.region_name, self.endpoint_url, LINK_SECONDS, key, lambda: now)
        return links.signing(self.home.bucket).link(self.named(name)["Key"])

    def tidy(self) -> list[str]:
        """Delete all that was written; what could not be, and why."""
        return [f"{key}: {why}" for key in sorted(self.written) if (why := self._discard(key))]

    def _discard(self, key: str) -> str:
        try:
            self.client.delete_object(Bucket=self.home.bucket, Key=key)
        except BROKEN as error:
            return "" if status_of(error) in (400, 404) else answer_of(error)  # 400: a name it never took
        return ""

    def _call(self, operation: str, name: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 -- the SDK's
        answer: dict[str, Any] = getattr(self.client, operation)(**self.named(name), **options)
        return answer


def etag_of(answer: Mapping[str, Any]) -> str:
    """Raise NoEtagError where it names none."""
    if not answer.get("ETag"):
        raise NoEtagError
    return str(answer["ETag"])


def answer_of(error: Exception) -> str:
    """What the store said, in short: nothing of it is quoted that may hold an address."""
    status, code = status_of(error), code_of(error)
    named = "" if code == str(status) else code  # a HEAD's answer has no body to name one
    return f"{status} {named}".strip() if status else type(error).__name__

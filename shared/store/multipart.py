"""Objects put together on the server: what lies in S3 already is copied there, only new bytes are sent.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html: parts of 5 MiB to 5 GiB, the last of any size,
at most 10,000. Whatever ends badly is aborted.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from shared.domain.deadline import Deadline
from shared.domain.documents import Place
from shared.domain.errors import StoreUnavailableError
from shared.domain.manifest import CONTENT_TYPE
from shared.store.failures import BROKEN, code_of, status_of
from shared.store.looks import etag_of
from shared.telemetry import logger

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

RANGE = 640 * 1024 * 1024  # bytes of one copied part: one for a million lines, side by side for what is larger
_AT_ONCE = 4
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Source:
    """An object that is copied whole, as it was when it had this ETag. `size` in bytes, 5 MiB or more."""

    place: Place
    etag: str
    size: int

    def ranges(self) -> list[tuple[int, int]]:
        """Equal ranges, first and last byte, of at most RANGE bytes and so (there being several) well above 5 MiB."""
        count = -(-self.size // RANGE)
        step = -(-self.size // count)
        return [(first, min(first + step, self.size) - 1) for first in range(0, self.size, step)]


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be written: where, with which metadata, under which condition (`IfMatch` or `IfNoneMatch`)."""

    place: Place
    metadata: Mapping[str, str]
    condition: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart upload in progress."""

    client: "S3Client"
    place: Place
    id: str

    def send(self, number: int, body: bytes) -> "CompletedPartTypeDef":
        answer = self.client.upload_part(
            Bucket=self.place.bucket, Key=self.place.key, UploadId=self.id, PartNumber=number, Body=body
        )
        return {"PartNumber": number, "ETag": etag_of(answer, f"part {number} of", self.place)}

    def copy(self, number: int, source: Source, first: int, last: int) -> "CompletedPartTypeDef":
        answer = self.client.upload_part_copy(
            Bucket=self.place.bucket,
            Key=self.place.key,
            UploadId=self.id,
            PartNumber=number,
            CopySource={"Bucket": source.place.bucket, "Key": source.place.key},
            CopySourceIfMatch=source.etag,
            CopySourceRange=f"bytes={first}-{last}",
        )
        return {"PartNumber": number, "ETag": etag_of(answer["CopyPartResult"], f"part {number} of", self.place)}

    def complete(self, parts: list["CompletedPartTypeDef"], condition: Mapping[str, str]) -> str:
        answer = self.client.complete_multipart_upload(
            Bucket=self.place.bucket,
            Key=self.place.key,
            UploadId=self.id,
            MultipartUpload={"Parts": parts},
            **condition,  # type: ignore[arg-type]  # IfMatch or IfNoneMatch
        )
        return etag_of(answer, "completing", self.place)

    def abort(self) -> None:
        self.client.abort_multipart_upload(Bucket=self.place.bucket, Key=self.place.key, UploadId=self.id)


class Multipart:
    """Objects made of parts: a manifest appended to or put in place; what a rebuild stages is `Staging`'s."""

    def __init__(self, client: "S3Client", patient: Callable[[], "S3Client"] | None = None) -> None:
        """`patient` makes the client that copies what is very large, and waits longer for it."""
        self._client = client
        self._patient = patient or (lambda: client)

    def join(self, target: Target, source: Source, tail: bytes, deadline: Deadline) -> None:
        """Write `source`, copied, and `tail`, sent, as one object; visible whole, where the condition holds, or not.

        Raises what the SDK raises; 409 and 412 mean that the condition did not hold.
        """
        with self._upload(target.place, target.metadata) as upload:
            parts = self._copied(upload, source, deadline)
            if tail:
                deadline.require(f"the last part of {target.place}")
                parts.append(upload.send(len(parts) + 1, tail))
            deadline.require(f"completing {target.place}")
            upload.complete(parts, target.condition)

    def discard(self, place: Place) -> None:
        """Delete what was staged. Where that fails, the bucket's lifecycle rule does it: logged, no error."""
        _insist(lambda: self._client.delete_object(Bucket=place.bucket, Key=place.key), f"deleting {place}")

    def _copied(self, upload: Upload, source: Source, deadline: Deadline) -> list["CompletedPartTypeDef"]:
        def copy(numbered: tuple[int, tuple[int, int]]) -> "CompletedPartTypeDef":
            number, (first, last) = numbered
            deadline.require(f"copying bytes {first} to {last} into {upload.place}")
            return upload.copy(number, source, first, last)

        numbered = list(enumerate(source.ranges(), 1))
        try:
            if len(numbered) == 1:
                return [copy(numbered[0])]
            upload = replace(upload, client=self._patient())
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                return list(pool.map(copy, numbered))
        except BROKEN as error:
            if source.place != upload.place and code_of(error) in (
                "NoSuchKey",
                "PreconditionFailed",
                "404",
                "412",
            ):
                raise StoreUnavailableError(
                    f"{source.place}: what was staged is gone or changed. Scan again."
                ) from error
            raise

    @contextmanager
    def _upload(self, place: Place, metadata: Mapping[str, str]) -> Iterator[Upload]:
        upload = self.begin(place, metadata)
        try:
            yield upload
        except BaseException:
            abort(upload)
            raise

    def begin(self, place: Place, metadata: Mapping[str, str]) -> Upload:
        began = time.monotonic()
        try:
            answer = self._client.create_multipart_upload(
                Bucket=place.bucket, Key=place.key, ContentType=CONTENT_TYPE, Metadata=dict(metadata)
            )
        except BROKEN as error:
            if status_of(error) in (0, 500, 503):
                self._sweep(place, None, time.monotonic() - began)
            raise
        if answer["ResponseMetadata"].get("RetryAttempts", 0):
            self._sweep(place, answer["UploadId"], time.monotonic() - began)
        return Upload(self._client, place, answer["UploadId"])

    def _sweep(self, place: Place, kept: str | None, seconds: float) -> None:
        """Abort what a lost answer may have begun: this key's uploads of the last few seconds, one's own aside.

        Another writer's may be among them: it is refused then, and writes once more.
        """
        try:
            listed = self._client.list_multipart_uploads(Bucket=place.bucket, Prefix=place.key)
        except BROKEN as error:
            logger.warning(
                "uploads begun without an answer are left to the lifecycle rule",
                key=place.key,
                why=f"{type(error).__name__} {code_of(error)}",
            )
            return
        told = listed["ResponseMetadata"]["HTTPHeaders"].get("date")
        now = parsedate_to_datetime(told) if told else datetime.now(UTC)
        since = now - timedelta(seconds=seconds + 2)  # the header tells whole seconds
        for found in listed.get("Uploads", []):
            if found["Key"] == place.key and found["UploadId"] != kept and found["Initiated"] >= since:
                abort(Upload(self._client, place, found["UploadId"]))


def abort(upload: Upload) -> None:
    """Where it cannot be, the lifecycle rule does it."""
    _insist(upload.abort, f"aborting an upload of {upload.place}")


def _insist(request: Callable[[], Any], what: str) -> None:
    """Do what tidies up, again where it fails; what even then remains is the lifecycle rules' (and is logged)."""
    for attempt in range(1, _TRIES + 1):
        try:
            request()
        except BROKEN as error:
            if attempt == _TRIES and code_of(error) != "NoSuchUpload":
                logger.warning(
                    "could not tidy up; the lifecycle rule will",
                    step=what,
                    why=f"{type(error).__name__} {code_of(error)}",
                )
        else:
            return

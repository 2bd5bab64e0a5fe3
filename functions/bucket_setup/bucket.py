"""An existing bucket: a look at it, and its configurations, read and put back whole.

S3 has no condition for these writes: what somebody else changes between the look and the write is lost. They follow
each other at once, and docs/existing-bucket.md says that nobody should change the bucket at that moment.
"""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from functions.bucket_setup.ours import Configuration
from functions.bucket_setup.refused import Asked, anothers, elsewhere, explained, region_told
from shared.domain.deadline import Deadline
from shared.domain.errors import LinkManifestError, OutOfTimeError, StoreUnavailableError
from shared.store.failures import BROKEN, code_of, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

UNDOING = 110.0  # seconds: a write, three more to undo all, and an answer, where S3 takes its longest
_RIGHTS_SPREAD = (1, 2, 4, 8, 15)  # seconds until the rights of a role that has just been made are known everywhere
_UNSET = ("NoSuchLifecycleConfiguration", "NoSuchCORSConfiguration")
_PARTS = ("notification", "lifecycle", "cors")
_Request = tuple[str, dict[str, Any]]  # an operation of S3's API, and what it is sent beside the bucket


class NotPutBackError(LinkManifestError):
    """A change failed half way, and so did undoing it: some of what is ours is in the bucket."""


class ExistingBucket:
    """One that was there before the stack. What it raises are LinkManifestErrors: a sentence for the stack's event."""

    def __init__(
        self, client: "S3Client", asked: Asked, deadline: Deadline, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._asked = asked
        self._deadline = deadline
        self._sleep = sleep
        self._named: Any = {"Bucket": asked.bucket, "ExpectedBucketOwner": asked.account}

    def require(self) -> None:
        """Raise where it is not there, not this account's, or in another region."""
        try:
            self._look_patiently()
        except BROKEN as error:
            raise anothers(self._asked) if self._is_anothers(error) else self._explained(error, "HeadBucket") from error

    def is_there(self) -> bool:
        """Whether it still is, in this region. Raises where that cannot be seen."""
        try:
            self._look()
        except BROKEN as error:
            if status_of(error) == HTTPStatus.NOT_FOUND or region_told(error, self._asked.region):
                return False
            raise self._explained(error, "HeadBucket") from error
        return True

    def read(self) -> Configuration:
        """All that may be changed, as it is."""
        return Configuration(
            self._read("GetBucketNotificationConfiguration") or {},
            self._read("GetBucketLifecycleConfiguration"),
            self._read("GetBucketCors"),
        )

    def change(self, found: Configuration, wanted: Configuration) -> None:
        """Write what differs, or nothing of it: what was written before a failure is put back.

        Raises NotPutBackError where that fails, too.
        """
        changing = [part for part in _PARTS if getattr(found, part) != getattr(wanted, part)]
        for number, part in enumerate(changing):
            try:
                self._require_time()
                self._put(part, wanted)
            except LinkManifestError as error:
                unsure = isinstance(error, StoreUnavailableError)  # it may have been written
                self._undo(changing[: number + unsure], found, error)
                raise

    def _look(self) -> None:
        region = self._client.head_bucket(**self._named).get("BucketRegion") or self._asked.region
        if region != self._asked.region:
            raise elsewhere(self._asked, region)

    def _look_patiently(self) -> None:
        for wait in _RIGHTS_SPREAD:
            try:
                return self._look()
            except BROKEN as error:
                if status_of(error) != HTTPStatus.FORBIDDEN or region_told(error, self._asked.region):
                    raise
            self._sleep(wait)
        return self._look()

    def _is_anothers(self, error: Exception) -> bool:
        """Whether the bucket can be seen, but not as this account's own."""
        if status_of(error) != HTTPStatus.FORBIDDEN:
            return False
        try:
            self._client.head_bucket(Bucket=self._asked.bucket)
        except BROKEN:
            return False
        return True

    def _read(self, operation: str) -> Mapping[str, Any] | None:
        try:
            found = getattr(self._client, xform_name(operation))(**self._named)
        except BROKEN as error:
            if code_of(error) in _UNSET:
                return None
            raise self._explained(error, operation) from error
        return {name: value for name, value in found.items() if name != "ResponseMetadata"}

    def _put(self, part: str, wanted: Configuration) -> None:
        operation, sent = _REQUESTS[part](wanted)
        try:
            getattr(self._client, xform_name(operation))(**self._named, **sent)
        except BROKEN as error:
            raise self._explained(error, operation) from error

    def _undo(self, parts: list[str], found: Configuration, why: LinkManifestError) -> None:
        try:
            for part in reversed(parts):
                self._put(part, found)
        except LinkManifestError as error:
            raise NotPutBackError(f"{why} What was changed before that could not be put back: {error}") from why

    def _require_time(self) -> None:
        if self._deadline.left() < UNDOING:
            raise OutOfTimeError(
                f"S3 was too slow about bucket {self._asked.bucket!r}: nothing was changed. Try again."
            )

    def _explained(self, error: Exception, operation: str) -> LinkManifestError:
        return explained(error, self._asked, operation)


def _notification(wanted: Configuration) -> _Request:
    """Not tried first, as S3 would: a queue or topic of somebody else that is broken must not be in our way."""
    sent = {"NotificationConfiguration": dict(wanted.notification), "SkipDestinationValidation": True}
    return "PutBucketNotificationConfiguration", sent


def _lifecycle(wanted: Configuration) -> _Request:
    if not wanted.lifecycle or not wanted.lifecycle.get("Rules"):
        return "DeleteBucketLifecycle", {}
    others = {name: value for name, value in wanted.lifecycle.items() if name != "Rules"}
    return "PutBucketLifecycleConfiguration", {
        "LifecycleConfiguration": {"Rules": wanted.lifecycle["Rules"]},
        **others,
    }


def _cors(wanted: Configuration) -> _Request:
    if not wanted.cors or not wanted.cors.get("CORSRules"):
        return "DeleteBucketCors", {}
    return "PutBucketCors", {"CORSConfiguration": dict(wanted.cors)}


_REQUESTS: Mapping[str, Callable[[Configuration], _Request]] = {
    "notification": _notification,
    "lifecycle": _lifecycle,
    "cors": _cors,
}

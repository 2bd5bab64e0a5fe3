"""Does a store refuse what it must? One that ignores a condition loses updates without a word.

    make check-store S3_ENDPOINT_URL=… BUCKET_NAME=…

Every write of the project depends on these refusals (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html),
so they are tried here, on objects of its own below the manifests' staging folder, which it deletes again.
"""

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from shared.config import Settings
from shared.domain.documents import Folder, Place
from shared.domain.errors import LinkManifestError
from shared.store.endpoint import connect
from shared.store.failures import BROKEN, code_of, explain, status_of
from shared.store.multipart import Source, Upload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_SMALLEST_PART = 5 * 1024 * 1024
_WRONG = '"00000000000000000000000000000000"'


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, whether the store did right, and what it answered."""

    tried: str
    right: bool
    answered: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One store under examination."""

    client: "S3Client"
    place: Place
    written: list[Place] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        """Try everything, one after the other. Raises what the SDK raises where the store cannot be used at all."""
        etag = self._put(self.place, {}, size=_SMALLEST_PART)
        missing = Place(self.place.bucket, self.place.key + "-missing")
        create, wrong, right = {"IfNoneMatch": "*"}, {"IfMatch": _WRONG}, {"IfMatch": etag}
        for name, write in (("PutObject", self._put), ("CompleteMultipartUpload", self._complete)):
            yield _refused(f"{name}, If-None-Match: *, where an object is", partial(write, self.place, create))
            yield _refused(f"{name}, If-Match, another ETag", partial(write, self.place, wrong))
            yield _refused(f"{name}, If-Match, where no object is", partial(write, missing, wrong))
        yield _refused("UploadPartCopy, x-amz-copy-source-if-match, another ETag", lambda: self._copy(_WRONG))
        yield _accepted("UploadPartCopy, x-amz-copy-source-if-match, its ETag", lambda: self._copy(etag))
        yield _accepted("CompleteMultipartUpload, If-Match, its ETag", lambda: self._complete(self.place, right))

    def tidy(self) -> None:
        for place in self.written:
            self.client.delete_object(Bucket=place.bucket, Key=place.key)

    def _put(self, place: Place, condition: dict[str, str], size: int = 1) -> str:
        self.written.append(place)
        answer = self.client.put_object(Bucket=place.bucket, Key=place.key, Body=b"x" * size, **condition)  # type: ignore[arg-type]  # one of two conditions
        return answer["ETag"]

    def _complete(self, place: Place, condition: dict[str, str]) -> str:
        self.written.append(place)
        upload = self._upload(place)
        try:
            return upload.complete([upload.send(1, b"y")], condition)
        except BROKEN:
            upload.abort()
            raise

    def _copy(self, etag: str) -> None:
        upload = self._upload(self.place)
        try:
            upload.copy(1, Source(self.place, etag, _SMALLEST_PART), 0, _SMALLEST_PART - 1)
        finally:
            upload.abort()

    def _upload(self, place: Place) -> Upload:
        answer = self.client.create_multipart_upload(Bucket=place.bucket, Key=place.key)
        return Upload(self.client, place, answer["UploadId"])


def _refused(tried: str, request: Callable[[], object]) -> Finding:
    try:
        request()
    except BROKEN as error:
        return Finding(tried, status_of(error) in (404, 409, 412), _answer(error))
    return Finding(tried, right=False, answered="accepted: updates would be lost")


def _accepted(tried: str, request: Callable[[], object]) -> Finding:
    try:
        request()
    except BROKEN as error:
        return Finding(tried, right=False, answered=_answer(error))
    return Finding(tried, right=True, answered="accepted")


def _answer(error: Exception) -> str:
    return f"{status_of(error)} {code_of(error)}" if status_of(error) else type(error).__name__


def examine(client: "S3Client", settings: Settings) -> list[Finding]:
    """Try everything on this bucket. Raises LinkManifestError where it cannot be reached or written to."""
    home = settings.layout.manifest_of(Folder(settings.bucket_name, ""))
    trial = Trial(client, settings.layout.staging(home, f"check-{uuid.uuid4().hex}"))
    try:
        return list(trial.findings())
    except BROKEN as error:
        raise explain(error, "writing", trial.place) from error
    finally:
        try:
            trial.tidy()
        except BROKEN as error:
            print(f"could not delete {trial.place}: {_answer(error)}", file=sys.stderr)


def main() -> int:
    """Print what was found; 1 where the store is not fit."""
    try:
        settings = Settings.from_env(os.environ)
        findings = examine(connect(settings), settings)
    except LinkManifestError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    table = Table("tried", "answered", "")
    for finding in findings:
        table.add_row(finding.tried, finding.answered, "ok" if finding.right else "[red]WRONG")
    Console().print(table)
    fit = all(finding.right for finding in findings)
    print("fit: no update is lost on this store." if fit else "NOT FIT: do not use this store, updates would be lost.")
    return 0 if fit else 1


if __name__ == "__main__":
    sys.exit(main())

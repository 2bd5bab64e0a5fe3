"""What is to take a large manifest's place, sent part by part, while it is still being listed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from shared.domain.deadline import Deadline
from shared.domain.documents import Place
from shared.store.failures import BROKEN, explain
from shared.store.looks import etag_of
from shared.store.multipart import Multipart, Source, Upload, abort

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CompletedPartTypeDef


class Staging:
    """An object that grows part by part, each of 5 MiB at least, the last aside; nobody sees it before it is complete.

    Its key is random, its upload nobody else's. Whoever does not complete it abandons it.
    """

    def __init__(self, multipart: Multipart, place: Place) -> None:
        self._multipart, self._place = multipart, place
        self._upload: Upload | None = None
        self._parts: list[CompletedPartTypeDef] = []
        self._size = 0

    def send(self, chunk: bytes, deadline: Deadline) -> None:
        """The next part. Raises what S3's answers mean, and OutOfTimeError."""
        with _explained(self._place):
            upload, number = self._begun(), len(self._parts) + 1
            deadline.require(f"part {number} of {self._place}")
            self._parts.append(upload.send(number, chunk))
            self._size += len(chunk)

    def complete(self) -> Source:
        with _explained(self._place):
            return Source(self._place, self._completed(self._begun()), self._size)

    def abandon(self) -> None:
        """Leave nothing of it; it may have been completed, and the answer lost."""
        if self._upload:
            abort(self._upload)
        self._multipart.discard(self._place)

    def _begun(self) -> Upload:
        if not self._upload:
            self._upload = self._multipart.begin(self._place, {})
        return self._upload

    def _completed(self, upload: Upload) -> str:
        """The ETag. Where an object is there after a failure, only the answer was lost."""
        try:
            return upload.complete(self._parts, {})
        except BROKEN:
            with suppress(*BROKEN):
                found = upload.client.head_object(Bucket=self._place.bucket, Key=self._place.key)
                return etag_of(found, "HEAD", self._place)
            raise


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise explain(error, "staging", place) from error

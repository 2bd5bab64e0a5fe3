"""Documents as they are right now."""

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from shared.domain.deadline import Deadline
from shared.domain.documents import Place
from shared.domain.manifest import Document
from shared.store.failures import BROKEN, explain, require_missing, status_of

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_s3 import S3Client


class Bucket:
    """Documents as they are right now, by HEAD: the event is a hint, the bucket is the truth."""

    def __init__(self, client: "S3Client", pool: Executor) -> None:
        self._client = client
        self._pool = pool

    def observe(self, bucket: str, keys: Iterable[str], deadline: Deadline) -> dict[str, Document | None]:
        """HEAD every key, side by side; None for one that is gone."""
        wanted = list(keys)
        if len(wanted) == 1:
            return {wanted[0]: self._head(Place(bucket, wanted[0]))}

        def look(key: str) -> Document | None:
            deadline.require(f"looking at {key!r} in bucket {bucket!r}")
            return self._head(Place(bucket, key))

        found = self._pool.map(look, wanted)
        return dict(zip(wanted, found, strict=True))

    def _head(self, place: Place) -> Document | None:
        try:
            answer = self._client.head_object(Bucket=place.bucket, Key=place.key)
        except BROKEN as error:
            if status_of(error) == 404:  # noqa: PLR2004 -- HTTP's Not Found
                return self._confirm_gone(place)
            raise explain(error, "HEAD", place) from error
        return _document(place.key, answer)

    def _confirm_gone(self, place: Place) -> Document | None:
        """A HEAD's 404 has no body to tell a missing key from a missing bucket; that of a GET has."""
        try:
            answer = self._client.get_object(Bucket=place.bucket, Key=place.key)
        except BROKEN as error:
            require_missing(self._client, error, place)
            return None
        answer["Body"].close()
        return _document(place.key, answer)


def _document(key: str, answer: Any) -> Document:  # noqa: ANN401 -- HEAD and GET answer alike
    modified: datetime = answer["LastModified"]
    return Document(key, answer["ContentLength"], answer["ETag"].strip('"'), f"{modified:%Y-%m-%dT%H:%M:%SZ}")

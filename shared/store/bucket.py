"""Documents as they are right now."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.archive import Access, by_head
from shared.domain.deadline import Deadline
from shared.domain.documents import Place
from shared.domain.errors import AccessDeniedError, LinkManifestError, RequestRefusedError
from shared.domain.manifest import Document
from shared.store.failures import BROKEN, explain, status_of
from shared.store.looks import etag_of, look, look_closer

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_s3 import S3Client

OF_ONE_DOCUMENT = (AccessDeniedError, RequestRefusedError)
"""A policy or a key of its own: the others of its folder may well be read. All else is the bucket's, or the store's."""

Sight = Document | LinkManifestError | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at some documents came to: each as it is (None: gone), or why S3 would not tell."""

    seen: dict[str, Document | None]
    refused: dict[str, LinkManifestError]


class Bucket:
    """Documents as they are right now, by HEAD: the event is a hint, the bucket is the truth."""

    def __init__(self, client: "S3Client", pool: Executor) -> None:
        self._client = client
        self._pool = pool

    def observe(self, bucket: str, keys: Iterable[str], deadline: Deadline) -> Found:
        """HEAD every key, side by side. Raises what the bucket, and not one document of it, is the reason of."""
        wanted = list(keys)
        if len(wanted) == 1:
            return _sorted({wanted[0]: self._look(Place(bucket, wanted[0]))})

        def look_in_time(key: str) -> Sight:
            deadline.require(f"looking at {key!r} in bucket {bucket!r}")
            return self._look(Place(bucket, key))

        found = self._pool.map(look_in_time, wanted)
        return _sorted(dict(zip(wanted, found, strict=True)))

    def _look(self, place: Place) -> Sight:
        try:
            answer = look(self._client, place)
            return _document(place, answer) if answer else None
        except OF_ONE_DOCUMENT as error:
            return error


def access_to(client: "S3Client", place: Place) -> Access | None:
    """How a document can be read now; None: it is gone, or all of its bucket, or none can lie there. One request, if
    it is answered plainly.
    """
    try:
        return _access(client.head_object(Bucket=place.bucket, Key=place.key))
    except BROKEN as error:
        if status_of(error) == 404:  # noqa: PLR2004 -- HTTP's Not Found
            return None
        if status_of(error) != 400:  # noqa: PLR2004 -- HTTP's Bad Request, which tells of the key, the bucket or who asks
            raise explain(error, "HEAD", place) from error
    try:
        found = look_closer(client, place)
    except RequestRefusedError:
        return None
    return _access(found) if found else None


def _access(answer: Any) -> Access:  # noqa: ANN401 -- HEAD and GET answer alike
    return by_head(answer.get("StorageClass"), answer.get("ArchiveStatus"), answer.get("Restore"))


def _sorted(sights: Mapping[str, Sight]) -> Found:
    refused = {key: sight for key, sight in sights.items() if isinstance(sight, LinkManifestError)}
    seen = {key: sight for key, sight in sights.items() if not isinstance(sight, LinkManifestError)}
    return Found(seen, refused)


def _document(place: Place, answer: Any) -> Document:  # noqa: ANN401 -- HEAD and GET answer alike
    modified: datetime = answer["LastModified"]
    etag = etag_of(answer, "HEAD", place).strip('"')
    return Document(place.key, answer["ContentLength"], etag, f"{modified:%Y-%m-%dT%H:%M:%SZ}", _access(answer))

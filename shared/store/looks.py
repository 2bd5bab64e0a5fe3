"""What lies under a key: a HEAD, and where its answer, which has no body, cannot tell, a GET."""

import re
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from shared.domain.documents import Place
from shared.domain.errors import StoreUnfitError
from shared.store.failures import BROKEN, explain, require_missing, status_of

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

    Described = HeadObjectOutputTypeDef | GetObjectOutputTypeDef

_BEGINNING = re.compile(r"bytes 0-[0-9]+/([0-9]+)").fullmatch
_CHUNK = 1024 * 1024  # bytes passed over at once
_OK = 200
_UNTOLD = (400, 404)
"""The object or the bucket missing; a token expired, another region, an object that needs a key of its owner's."""
_NOT_MODIFIED = 304
_NO_SUCH_RANGE = 416  # an object of no bytes has no first one


def look(client: "S3Client", place: Place) -> "Described | None":
    """What S3 tells of an object; None: there is none. Raises what the answer means."""
    try:
        return client.head_object(Bucket=place.bucket, Key=place.key)
    except BROKEN as error:
        if status_of(error) not in _UNTOLD:
            raise explain(error, "HEAD", place) from error
    return look_closer(client, place)


def look_inside(client: "S3Client", place: Place, most: int) -> "tuple[Described, bytes] | None":
    """What S3 tells of an object, and up to `most` of its first bytes: of one answer, and so of one object.

    A body that breaks off, or is of elsewhere, counts as none. Raises what the answer means.
    """
    try:
        answer = client.get_object(Bucket=place.bucket, Key=place.key, Range=f"bytes=0-{most - 1}")
    except BROKEN as error:
        if status_of(error) == _NO_SUCH_RANGE:
            found = look(client, place)
            return (found, b"") if found else None
        require_missing(client, error, place)
        return None
    with closing(answer["Body"]) as body:
        if not _begins(answer):
            found = look(client, place)
            return (found, b"") if found else None
        try:
            return answer, body.read(most)
        except BROKEN:
            return answer, b""


def is_still(client: "S3Client", place: Place, etag: str | None) -> bool:
    """Whether an object has that ETag, or None: there is none. Raises what the answer means.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Consideration when using request headers".
    """
    unless = {"IfNoneMatch": etag} if etag else {}
    try:
        answer = client.get_object(Bucket=place.bucket, Key=place.key, **unless)  # type: ignore[arg-type]
    except BROKEN as error:
        if status_of(error) == _NOT_MODIFIED:
            return True
        require_missing(client, error, place)
        return etag is None
    answer["Body"].close()
    return answer.get("ETag") == etag


def _begins(answer: "Described") -> bool:
    """Whether its bytes are the first ones, of so many. A server that knows no ranges answers with all of them."""
    told: str | None = answer.get("ContentRange")  # which no HEAD tells, and no answer that is whole
    if told is None:
        return answer.get("ResponseMetadata", {}).get("HTTPStatusCode", _OK) == _OK
    return bool(_BEGINNING(told))


def go_to(start: int, answer: "GetObjectOutputTypeDef", place: Place) -> None:
    """Make the body one from byte `start` on. Raises StoreUnfitError for an answer of elsewhere."""
    told: str | None = answer.get("ContentRange")
    if told is None:
        _skip(answer["Body"], start)  # a server that knows no ranges answers with all of it
    elif not told.startswith(f"bytes {start}-"):
        raise StoreUnfitError(
            f"GET {place} (bucket {place.bucket!r}): asked from byte {start} on, the store answered {told}."
        )


def _skip(body: "StreamingBody", left: int) -> None:
    while left and (passed := len(body.read(min(left, _CHUNK)))):
        left -= passed


def size_of(answer: "Described") -> int:
    """The bytes of all of the object: an answer to a range counts its own, and tells those of all besides."""
    begun = _BEGINNING(str(answer.get("ContentRange", "")))
    return int(begun[1]) if begun else answer["ContentLength"]


def look_closer(client: "S3Client", place: Place) -> "Described | None":
    """The same by a GET, whose answer has a body that tells more."""
    try:
        answer = client.get_object(Bucket=place.bucket, Key=place.key)
    except BROKEN as error:
        require_missing(client, error, place)
        return None
    answer["Body"].close()
    return answer


def etag_of(answer: Mapping[str, Any], what: str, place: Place) -> str:
    """The ETag as S3 writes it, in quotes. Raises StoreUnfitError where there is none."""
    etag = answer.get("ETag")
    if not etag or etag == '""':
        raise no_etag(what, place)
    return str(etag)


def no_etag(what: str, place: Place) -> StoreUnfitError:
    return StoreUnfitError(
        f"{what} {place} (bucket {place.bucket!r}): the store answered without an ETag, and no write can be "
        "conditional without one. This store cannot be used, at least as it is set up."
    )

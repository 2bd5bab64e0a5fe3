"""The S3 client, what its errors mean to a person, and a look at documents."""

import logging
from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    InvalidRegionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from shared.deadline import Deadline
from shared.documents import Place
from shared.errors import (
    AccessDeniedError,
    BucketMissingError,
    ConfigError,
    CredentialsError,
    LinkManifestError,
    RequestRefusedError,
    StoreUnavailableError,
)
from shared.manifest import Document

if TYPE_CHECKING:
    from datetime import datetime

    from aiobotocore.config import AioConfig
    from types_boto3_s3 import S3Client

BROKEN = (BotoCoreError, ClientError, ResponseParserError, OSError)
"""What the SDK raises where a request did not end well."""

_NO_CREDENTIALS = (CredentialRetrievalError, NoCredentialsError, PartialCredentialsError, TokenRetrievalError)
_IMPOSSIBLE = (400, 405, 411, 413, 414, 422)  # statuses by which S3 says that it never will
_PASSING = {"RequestTimeout", "RequestTimeTooSkewed", "SlowDown", "InternalError", "ServiceUnavailable"}


def _options(endpoint_url: str | None) -> dict[str, Any]:
    """SigV4; virtual-hosted on AWS, path style elsewhere; time-outs short enough to leave time for another try."""
    return {
        "signature_version": "s3v4",
        "s3": {"addressing_style": "path" if endpoint_url else "virtual"},
        "connect_timeout": 2,
        "read_timeout": 15,
        "retries": {"mode": "standard", "total_max_attempts": 3},
        "max_pool_connections": 50,
        "request_checksum_calculation": "when_required",  # bodies are signed; other stores know no trailing checksums
        "response_checksum_validation": "when_required",
    }


def make_client(session: boto3.Session, endpoint_url: str | None) -> "S3Client":
    try:
        client = session.client("s3", endpoint_url=endpoint_url, config=Config(**_options(endpoint_url)))
    except (ValueError, InvalidRegionError) as error:
        raise ConfigError(
            f"S3_ENDPOINT_URL {endpoint_url!r} or the region {session.region_name!r} cannot be used: {error}"
        ) from error
    stay_in_region(client)
    return client


def stay_in_region(client: Any) -> None:  # noqa: ANN401 -- boto3's or aioboto3's
    """Follow no redirect to another region: the links would be signed for the wrong one. It is an error instead."""

    def before_call(params: dict[str, Any], **_: object) -> None:
        params["context"].setdefault("s3_redirect", {})["redirected"] = True  # as if it had been followed already

    client.meta.events.register("before-call.s3", before_call)


def async_configuration(endpoint_url: str | None) -> "AioConfig":
    """The same, for the listing's client."""
    from aiobotocore.config import AioConfig  # noqa: PLC0415 -- 130 ms to import, and only a scan needs it

    return AioConfig(**_options(endpoint_url))


def status_of(error: BaseException) -> int:
    """The HTTP status S3 answered with; 0 where there was no answer."""
    if not isinstance(error, ClientError):
        return 0
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code_of(error: BaseException) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_passing(error: BaseException) -> bool:
    """Whether the same request may well succeed later: no answer, half an answer, a 5xx."""
    if not isinstance(error, ClientError):
        return not isinstance(error, (*_NO_CREDENTIALS, ParamValidationError))
    return status_of(error) >= 500 or code_of(error) in _PASSING  # noqa: PLR2004 -- HTTP's server errors


def explain(error: Exception, what: str, place: Place) -> LinkManifestError:
    """The error a person can act on. The SDK's message is not quoted: it may hold an address."""
    if isinstance(error, LinkManifestError):
        return error
    asked = f"{what} {place} (bucket {place.bucket!r})"
    status, code = status_of(error), code_of(error)
    if isinstance(error, _NO_CREDENTIALS) or code in ("ExpiredToken", "TokenRefreshRequired"):
        return CredentialsError(
            f"{asked}: no valid credentials ({type(error).__name__} {code}). Give the process some."
        )
    if status in (401, 403):
        return AccessDeniedError(
            f"{asked}: S3 answered {status} {code}. Allow it in the role and in the bucket's policy "
            "(without s3:ListBucket a missing key answers 403 too)."
        )
    if code == "NoSuchBucket" or isinstance(error, ParamValidationError):
        return no_bucket(what, place)
    found = f"{status} {code}".strip() if status else type(error).__name__
    return _by_status(status, f"{asked}: {found}.", code)


def _by_status(status: int, found: str, code: str) -> LinkManifestError:
    if status in (301, 307, 308) or code == "AuthorizationHeaderMalformed":
        return ConfigError(f"{found} The bucket is in another region. Run, or deploy, in the bucket's own.")
    if status in _IMPOSSIBLE and code not in _PASSING:
        return RequestRefusedError(f"{found} This store does not take it. Trying it again will not help.")
    return StoreUnavailableError(f"{found} Is the store up? Whatever was asked for is to be tried again.")


def no_bucket(what: str, place: Place) -> BucketMissingError:
    return BucketMissingError(f"{what} {place}: there is no bucket {place.bucket!r}. Create it, or name the right one.")


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


def require_missing(client: "S3Client", error: Exception, place: Place) -> None:
    """Raise, unless this GET failed because the object, and not its bucket, does not exist.

    A 404 whose body cannot be read (it repeats the key, and XML 1.0 knows not every character) tells neither.
    """
    if code_of(error) == "404":
        try:
            client.head_bucket(Bucket=place.bucket)
        except BROKEN as failure:
            gone = status_of(failure) == 404  # noqa: PLR2004 -- HTTP's Not Found
            raise (no_bucket("GET", place) if gone else explain(failure, "HEAD", place)) from failure
    elif code_of(error) != "NoSuchKey":
        raise explain(error, "GET", place) from error


def _document(key: str, answer: Any) -> Document:  # noqa: ANN401 -- HEAD and GET answer alike
    modified: datetime = answer["LastModified"]
    return Document(key, answer["ContentLength"], answer["ETag"].strip('"'), f"{modified:%Y-%m-%dT%H:%M:%SZ}")


def quiet() -> None:
    """The SDK's loggers can print what is signed; none of it belongs in a log."""
    for name in ("boto3", "botocore", "aioboto3", "aiobotocore", "urllib3", "s3transfer"):
        logging.getLogger(name).setLevel(logging.WARNING)

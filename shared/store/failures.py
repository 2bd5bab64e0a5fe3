"""What S3's errors mean to a person, and to the protocol."""

from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from shared.domain.documents import Place
from shared.domain.errors import (
    AccessDeniedError,
    BucketMissingError,
    ConfigError,
    CredentialsError,
    LinkManifestError,
    RequestRefusedError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BROKEN = (BotoCoreError, ClientError, ResponseParserError, OSError, HTTPError)
"""What the SDK raises where a request did not end well; of an error's body that is cut, what its connection raised."""

_NO_CREDENTIALS = (CredentialRetrievalError, NoCredentialsError, PartialCredentialsError, TokenRetrievalError)
_NOT_VALID = ("ExpiredToken", "InvalidToken", "TokenRefreshRequired")
_IMPOSSIBLE = (400, 405, 411, 413, 414, 422)  # statuses by which S3 says that it never will
_PASSING = {"RequestTimeout", "RequestTimeTooSkewed", "SlowDown", "InternalError", "ServiceUnavailable"}


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
    if isinstance(error, _NO_CREDENTIALS) or code in _NOT_VALID:
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


def require_missing(client: "S3Client", error: Exception, place: Place) -> None:
    """Raise, unless this GET failed because the object, and not its bucket, does not exist.

    A body that cannot be read (it repeats the key, and XML 1.0 knows not every character) tells neither, nor whether a
    400 is the object's: then the bucket itself is asked.
    """
    status, code = status_of(error), code_of(error)
    if status in (400, 404) and code in ("", str(status)):
        _require_bucket(client, place)
        code = "NoSuchKey" if status == 404 else code  # noqa: PLR2004 -- HTTP's Not Found
    if code != "NoSuchKey":
        raise explain(error, "GET", place) from error


def _require_bucket(client: "S3Client", place: Place) -> None:
    """Raise, unless the bucket answers: whatever was refused, it was that object alone."""
    try:
        client.head_bucket(Bucket=place.bucket)
    except ClientError as error:
        if status_of(error) == 404:  # noqa: PLR2004 -- HTTP's Not Found
            raise no_bucket("GET", place) from error
        if status_of(error) == 400:  # noqa: PLR2004 -- HTTP's Bad Request
            raise _all_refused(client, error, place) from error
        raise explain(error, "HEAD", place) from error
    except BROKEN as error:
        raise explain(error, "HEAD", place) from error


def _all_refused(client: "S3Client", error: ClientError, place: Place) -> LinkManifestError:
    """A HEAD's 400 of a whole bucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html."""
    region = error.response["ResponseMetadata"].get("HTTPHeaders", {}).get("x-amz-bucket-region")
    if region not in (None, client.meta.region_name):
        return ConfigError(f"HEAD {place}: the bucket is in {region}. Run, or deploy, in the bucket's own region.")
    return CredentialsError(
        f"HEAD {place}: S3 answers 400 to anything asked of bucket {place.bucket!r}. The credentials have expired or "
        "are another region's. Give the process valid ones."
    )

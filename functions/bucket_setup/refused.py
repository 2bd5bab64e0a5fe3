"""What S3's answers about a bucket mean to whoever deploys: what, where, and what to do, for the stack's event."""

from dataclasses import dataclass
from http import HTTPStatus

from botocore.exceptions import ClientError, ParamValidationError

from shared.domain.errors import (
    AccessDeniedError,
    BucketMissingError,
    ConfigError,
    LinkManifestError,
    RequestRefusedError,
    StoreUnavailableError,
    shown,
)
from shared.store.failures import code_of, is_passing, status_of

_MOST_QUOTED = 200

# The right that a request takes: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
_RIGHTS = {
    "HeadBucket": "s3:ListBucket",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "GetBucketCors": "s3:GetBucketCORS",
    "PutBucketCors": "s3:PutBucketCORS",
    "DeleteBucketCors": "s3:PutBucketCORS",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which bucket a stack was given, and where the stack is."""

    bucket: str
    account: str
    region: str


def explained(error: Exception, asked: Asked, operation: str) -> LinkManifestError:
    """The error a person can act on."""
    status = status_of(error)
    code = code_of(error).removeprefix(str(status))  # a HEAD has no body to name one
    told = region_told(error, asked.region)
    if told:
        return elsewhere(asked, told)
    if status == HTTPStatus.NOT_FOUND:
        return BucketMissingError(
            f"there is no bucket {asked.bucket!r}: make it in {asked.region}, or name another in ExistingBucketName."
        )
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(asked, operation, code)
    if isinstance(error, ParamValidationError):
        return RequestRefusedError(
            f"{operation} of bucket {asked.bucket!r}: it holds what this version cannot put back as it is, an element "
            "twice for example. Mend that in the bucket, then deploy again."
        )
    if isinstance(error, ClientError) and not is_passing(error):
        said = shown(str(error.response["Error"].get("Message", "")))[:_MOST_QUOTED]
        return RequestRefusedError(
            f"S3 does not take {operation} of bucket {asked.bucket!r}: {code or status}: {said}. Mend that in the "
            "bucket, then deploy again."
        )
    found = f"{status} {code}".strip() if status else type(error).__name__
    return StoreUnavailableError(f"{operation} of bucket {asked.bucket!r}: {found}. Nothing was decided: try it again.")


def elsewhere(asked: Asked, region: str) -> ConfigError:
    return ConfigError(
        f"bucket {asked.bucket!r} is in {region}, and this stack in {asked.region}: deploy it in {region}, or name a "
        f"bucket of {asked.region} in ExistingBucketName."
    )


def anothers(asked: Asked) -> AccessDeniedError:
    return AccessDeniedError(
        f"bucket {asked.bucket!r} belongs to another account than {asked.account}: deploy in the bucket's own, or name "
        "a bucket of this one in ExistingBucketName."
    )


def region_told(error: Exception, here: str) -> str | None:
    """The bucket's region, where S3's refusal says that it is another than this."""
    if not isinstance(error, ClientError):
        return None
    region = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region")
    return region if region != here else None


def _forbidden(asked: Asked, operation: str, code: str) -> AccessDeniedError:
    return AccessDeniedError(
        f"S3 refuses {operation} of bucket {asked.bucket!r} ({code or HTTPStatus.FORBIDDEN.value}): either it is not "
        f"of account {asked.account}, or a policy (the bucket's, a permissions boundary, the organization's) denies "
        f"this stack's role {_RIGHTS[operation]}: allow it, or name another bucket in ExistingBucketName."
    )

"""Whether a bucket, or something under a key, is there at all: for what a person runs. The functions make no bucket."""

from typing import TYPE_CHECKING, Any

from shared.domain.documents import Place
from shared.domain.errors import BucketMissingError
from shared.store.failures import BROKEN, code_of, explain, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def create_bucket(client: "S3Client", bucket: str) -> None:
    """Make the bucket where it is not there yet, in the client's region."""
    region = client.meta.region_name
    where = {} if region in ("us-east-1", "aws-global") else {"LocationConstraint": region}
    try:
        client.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))  # type: ignore[arg-type]  # any region's name
    except BROKEN as error:
        if code_of(error) not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise explain(error, "creating", Place(bucket, "")) from error


def require_bucket(client: "S3Client", bucket: str) -> None:
    """Raise what keeps every upload from working, before the first: no bucket, no credentials, nobody there."""
    try:
        client.head_bucket(Bucket=bucket)
    except BROKEN as error:
        if status_of(error) == 404:  # noqa: PLR2004 -- HTTP's Not Found
            raise BucketMissingError(
                f"there is no bucket {bucket!r}. Name another (BUCKET_NAME=…), or have it made: --create-bucket."
            ) from error
        if code_of(error) != "403":  # it may be allowed to write and nothing else: each upload will tell
            raise explain(error, "looking for", Place(bucket, "")) from error


def is_there(client: "S3Client", place: Place) -> bool:
    """Whether an object is known to be there. What cannot be seen may be there: only a conditional write tells."""
    try:
        client.head_object(Bucket=place.bucket, Key=place.key)
    except BROKEN:
        return False
    return True


def refuse_to_overwrite(client: "S3Client") -> None:
    """Have every upload of this client, in one piece or many, answered by 412 where its key is taken.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html; boto3's transfers do not pass it on.
    """

    def before_parameter_build(params: dict[str, Any], **_: object) -> None:
        params["IfNoneMatch"] = "*"

    for operation in ("PutObject", "CompleteMultipartUpload"):
        client.meta.events.register(f"before-parameter-build.s3.{operation}", before_parameter_build)

"""What the stack's event says where a bucket cannot be had: what, where, and what to do, and nothing was changed."""

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.bucket_setup.memory import NOTHING
from functions.bucket_setup.refused import _RIGHTS, Asked, explained
from tests.fake_bucket import ASKED, FakeBucket, refusal
from tests.setting_up import Cloudformation


@pytest.fixture
def bucket() -> FakeBucket:
    return FakeBucket()


def refused(bucket: FakeBucket) -> str:
    stack = Cloudformation(bucket)
    outcome = stack.create()
    assert outcome.failure
    assert bucket.writes == []
    assert outcome.physical_id == NOTHING
    assert stack.delete().failure is None
    return outcome.failure


def test_a_bucket_that_is_missing(bucket: FakeBucket) -> None:
    bucket.is_there = False
    assert refused(bucket) == (
        "there is no bucket 'reports': make it in eu-west-1, or name another in ExistingBucketName."
    )


@pytest.mark.parametrize("status", [301, 400, 403])
def test_a_bucket_in_another_region(bucket: FakeBucket, status: int) -> None:
    bucket.fails["HeadBucket"] = refusal("HeadBucket", status, region="us-east-1")
    assert refused(bucket).startswith("bucket 'reports' is in us-east-1, and this stack in eu-west-1: deploy it in")


def test_a_bucket_that_a_gateway_shows_from_another_region(bucket: FakeBucket) -> None:
    bucket.region = "us-east-1"
    assert refused(bucket).startswith("bucket 'reports' is in us-east-1")


def test_a_bucket_of_another_account_that_lets_us_look(bucket: FakeBucket) -> None:
    bucket.owner = "444455556666"
    assert refused(bucket).startswith("bucket 'reports' belongs to another account than 111122223333: deploy in")


def test_a_bucket_that_is_closed_to_us(bucket: FakeBucket) -> None:
    bucket.fails["HeadBucket"] = refusal("HeadBucket", 403, region="eu-west-1")
    told = refused(bucket)
    assert told.startswith("S3 refuses HeadBucket of bucket 'reports' (403): either it is not of account 111122223333")
    assert "denies this stack's role s3:ListBucket" in told


def test_rights_that_are_not_known_everywhere_yet_are_waited_for(bucket: FakeBucket) -> None:
    def spreading() -> None:
        if len(bucket.requests) < 4:
            raise refusal("HeadBucket", 403)

    bucket.fails["HeadBucket"] = spreading
    stack = Cloudformation(bucket)
    assert stack.create().failure is None
    assert 0 < sum(stack.slept) <= 30


@pytest.mark.parametrize("operation", [name for name in _RIGHTS if name.startswith("Get")])
def test_what_may_not_be_read_is_named_with_the_right_it_takes(bucket: FakeBucket, operation: str) -> None:
    bucket.fails[operation] = refusal(operation, 403, "AccessDenied")
    assert f"{operation} of bucket 'reports' (AccessDenied)" in (told := refused(bucket))
    assert f"role {_RIGHTS[operation]}:" in told


def test_a_store_that_does_not_answer_is_no_verdict() -> None:
    error = ReadTimeoutError(endpoint_url="https://s3.example/?X-Amz-Signature=secret")
    told = str(explained(error, ASKED, "GetBucketCors"))
    assert told == "GetBucketCors of bucket 'reports': ReadTimeoutError. Nothing was decided: try it again."


def test_what_s3_says_is_quoted_without_what_makes_a_link_work() -> None:
    error = refusal("PutBucketCors", 400, "InvalidRequest")
    error.response["Error"]["Message"] = "see https://s3.example/?X-Amz-Signature=secret"
    told = str(explained(error, Asked("reports", "1", "eu-west-1"), "PutBucketCors"))
    assert "PutBucketCors of bucket 'reports': InvalidRequest: see" in told
    assert "secret" not in told


def test_a_deletion_that_is_refused_says_so_and_is_to_be_tried_again(bucket: FakeBucket) -> None:
    stack = Cloudformation(bucket)
    stack.create()
    bucket.fails["HeadBucket"] = refusal("HeadBucket", 403)
    outcome = stack.delete()
    assert "s3:ListBucket" in str(outcome.failure)
    assert outcome.physical_id == stack.physical_id
    bucket.fails.clear()
    assert stack.delete().failure is None

"""A setting up that fails half way: what was written is put back, or is its deletion's to take out."""

from copy import deepcopy

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.bucket_setup.memory import NOTHING
from functions.bucket_setup.settled import Outcome
from tests.fake_bucket import FakeBucket, refusal
from tests.setting_up import BOTH, NOTIFICATION, OWNER, Cloudformation, full

LATER = ["PutBucketLifecycleConfiguration", "PutBucketCors"]
REFUSED = refusal("Put", 403, "AccessDenied")
SILENT = EndpointConnectionError(endpoint_url="https://s3.example")


@pytest.mark.parametrize("failing", LATER)
@pytest.mark.parametrize("why", [REFUSED, refusal("Put", 400, "InvalidRequest")], ids=["denied", "impossible"])
def test_a_creation_that_fails_half_way_leaves_nothing_and_its_deletion_succeeds(
    stack: Cloudformation, bucket: FakeBucket, failing: str, why: Exception
) -> None:
    before = deepcopy(bucket.configurations)
    bucket.fails[failing] = why
    assert failing in str(stack.create(**BOTH).failure)
    assert bucket.configurations == before
    bucket.requests.clear()
    assert stack.delete(**BOTH).failure is None
    assert bucket.writes == []


def test_an_update_that_fails_half_way_leaves_what_was_before_it(stack: Cloudformation, bucket: FakeBucket) -> None:
    first = stack.create().physical_id
    before = deepcopy(bucket.configurations)
    bucket.fails["PutBucketCors"] = REFUSED
    outcome = stack.update(**BOTH)
    assert (outcome.physical_id, bool(outcome.failure)) == (first, True)
    assert bucket.configurations == before


def test_a_write_without_an_answer_is_undone_too(stack: Cloudformation, bucket: FakeBucket) -> None:
    before = deepcopy(bucket.configurations)

    def written_but_silent() -> None:
        if "PutBucketCors" not in bucket.requests[:-1]:
            bucket.configurations["cors"] = {"CORSRules": [{"ID": f"{OWNER}shares"}]}
            raise SILENT

    bucket.fails["PutBucketCors"] = written_but_silent
    assert "try it again" in str(stack.create(**BOTH).failure)
    assert bucket.configurations == before


def test_what_cannot_be_put_back_is_the_deletion_s_to_take_out(stack: Cloudformation, bucket: FakeBucket) -> None:
    before = deepcopy(bucket.configurations)

    def once() -> None:
        if len(bucket.writes) > 1:
            raise SILENT

    bucket.fails = {"PutBucketNotificationConfiguration": once, "PutBucketLifecycleConfiguration": REFUSED}
    outcome = stack.create(**BOTH)
    assert "could not be put back" in str(outcome.failure)
    assert outcome.physical_id == "reports:eventbridge-was-off"
    bucket.fails.clear()
    assert stack.delete(**BOTH).failure is None
    assert bucket.configurations == before


def test_without_the_time_to_undo_it_nothing_is_begun(bucket: FakeBucket) -> None:
    stack = Cloudformation(bucket, seconds=100)
    assert "too slow" in str(stack.create(**BOTH).failure)
    assert bucket.writes == []


def test_a_fault_of_ours_is_answered_too(stack: Cloudformation, bucket: FakeBucket) -> None:
    bucket.fails["PutBucketLifecycleConfiguration"] = RuntimeError("broken")
    outcome = stack.create(**BOTH)
    assert outcome.failure == "RuntimeError: broken. See the log."
    bucket.fails.clear()
    assert stack.delete(**BOTH).failure is None
    assert bucket.configurations == full().configurations


def test_rules_that_a_creation_left_without_saying_so_go_with_its_deletion_and_eventbridge_stays(
    stack: Cloudformation, bucket: FakeBucket
) -> None:
    stack.create(**BOTH)
    assert stack.delete(NOTHING, **BOTH) == Outcome(NOTHING)
    assert bucket.configurations == {
        **full().configurations,
        "notification": {**NOTIFICATION, "EventBridgeConfiguration": {}},
    }


def test_what_was_never_set_up_is_deleted_though_the_bucket_is_closed(
    stack: Cloudformation, bucket: FakeBucket
) -> None:
    bucket.owner = "444455556666"
    assert stack.create(**BOTH).failure
    assert stack.delete(**BOTH) == Outcome(NOTHING)


def test_a_request_that_names_no_bucket_fails_and_its_deletion_does_not() -> None:
    stack = Cloudformation(FakeBucket())
    assert "BucketName" in str(stack.create(BucketName="").failure)
    assert stack.delete(BucketName="").failure is None

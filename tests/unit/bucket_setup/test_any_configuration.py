"""Whatever a bucket is set to, it is exactly that again once the stack has come, changed and gone."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.fake_bucket import FakeBucket, refusal
from tests.setting_up import BOTH, Cloudformation

texts = st.text("abc/-. ", max_size=4)
ids = st.fixed_dictionaries({}, optional={"ID": texts | st.just("pdf-links/sweep")})
values = st.recursive(
    texts | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
scopes = st.sampled_from([{"Filter": {}}, {"Filter": {"And": {"Tags": [{"Key": "a", "Value": "b"}]}}}])
older = st.fixed_dictionaries({"Prefix": texts})


def rules(scope: Any) -> Any:
    parts = st.tuples(
        ids, scope, st.fixed_dictionaries({"Status": st.sampled_from(["Enabled", "Disabled"]), "x": values})
    )
    return st.lists(parts.map(lambda all_of: all_of[0] | all_of[1] | all_of[2]), min_size=1, max_size=4)


lifecycles = st.none() | st.fixed_dictionaries(
    {
        "Rules": rules(scopes) | rules(older),
        "TransitionDefaultMinimumObjectSize": st.sampled_from(["varies_by_storage_class", "all_storage_classes_128K"]),
    }
)
cors = st.none() | st.fixed_dictionaries({"CORSRules": rules(st.just({}))})
notifications = st.fixed_dictionaries(
    {},
    optional={
        "TopicConfigurations": st.lists(values, max_size=3),
        "QueueConfigurations": st.lists(values, max_size=3),
        "LambdaFunctionConfigurations": st.lists(values, max_size=3),
        "EventBridgeConfiguration": st.just({}),
    },
)
wanted = st.sampled_from([{}, BOTH, {"CorsRules": BOTH["CorsRules"]}, {"LifecycleRules": BOTH["LifecycleRules"]}])
WRITES = [
    *("PutBucketNotificationConfiguration", "PutBucketLifecycleConfiguration", "PutBucketCors"),
    *("DeleteBucketLifecycle", "DeleteBucketCors"),
]


@given(notifications, lifecycles, cors, st.lists(wanted, min_size=1, max_size=4))
def test_created_changed_and_deleted_leaves_it_as_it_was(
    notification: Any, lifecycle: Any, rules: Any, choices: list[dict[str, Any]]
) -> None:
    bucket = FakeBucket(notification, lifecycle, rules)
    before = deepcopy(bucket.configurations)
    stack = Cloudformation(bucket)
    first, *later = choices
    outcomes = [stack.create(**first), *(stack.update(**each) for each in later), stack.delete(**choices[-1])]
    assert [outcome.failure for outcome in outcomes] == [None] * len(outcomes)
    assert len({outcome.physical_id for outcome in outcomes}) == 1
    assert bucket.configurations == before


@given(notifications, lifecycles, cors, st.sets(st.sampled_from(WRITES)), st.sampled_from([400, 403, 409, 500, 503]))
def test_whatever_is_refused_a_failed_creation_and_its_deletion_leave_it_as_it_was(
    notification: Any, lifecycle: Any, rules: Any, failing: set[str], status: int
) -> None:
    bucket = FakeBucket(notification, lifecycle, rules)
    before = deepcopy(bucket.configurations)
    stack = Cloudformation(bucket)
    bucket.fails = {operation: refusal(operation, status) for operation in failing}
    failed = stack.create(**BOTH).failure
    bucket.fails.clear()
    assert failed or not failing & set(bucket.writes)
    assert stack.delete(**BOTH).failure is None
    assert bucket.configurations == before

"""An existing bucket set up and taken back: what is ours comes and goes, and nothing else moves."""

import json
from copy import deepcopy
from typing import Any

import pytest

from functions.bucket_setup.memory import NOTHING
from functions.bucket_setup.ours import MOST_CORS_RULES, MOST_LIFECYCLE_RULES
from functions.bucket_setup.settled import Outcome
from tests.fake_bucket import FakeBucket, refusal
from tests.setting_up import BOTH, CORS, LIFECYCLE, NOTIFICATION, OWNER, Cloudformation, event, full

LISTENS = {"Name": "theirs", "EventPattern": json.dumps({"source": ["aws.s3"]})}


def test_what_is_ours_is_added_behind_what_is_there(stack: Cloudformation, bucket: FakeBucket) -> None:
    assert stack.create(**BOTH).failure is None
    assert bucket.configurations["notification"] == {**NOTIFICATION, "EventBridgeConfiguration": {}}
    *theirs, ours = bucket.configurations["lifecycle"]["Rules"]
    assert theirs == LIFECYCLE["Rules"]
    assert ours == {
        "ID": f"{OWNER}sweep",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    *theirs, ours = bucket.configurations["cors"]["CORSRules"]
    assert theirs == CORS["CORSRules"]
    assert (ours["ID"], ours["MaxAgeSeconds"]) == (f"{OWNER}shares", 3600)


def test_the_sizes_that_move_to_an_archive_stay_as_they_were(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create(**BOTH)
    assert bucket.configurations["lifecycle"]["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"


def test_somebody_s_broken_destination_is_not_in_the_way(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create()
    assert bucket.validated == [False]


@pytest.mark.parametrize("of", [full, FakeBucket], ids=["a bucket with settings", "a bucket without any"])
def test_taken_back_all_is_as_it_was(of: Any) -> None:
    bucket = of()
    before = deepcopy(bucket.configurations)
    stack = Cloudformation(bucket)
    stack.create(**BOTH)
    stack.update()
    stack.update(**BOTH)
    assert stack.delete(**BOTH).failure is None
    assert bucket.configurations == before


def test_what_is_no_longer_wanted_goes_with_an_update(stack: Cloudformation, bucket: FakeBucket) -> None:
    first = stack.create(**BOTH).physical_id
    assert stack.update().physical_id == first
    assert bucket.configurations["lifecycle"] == LIFECYCLE
    assert bucket.configurations["cors"] == CORS
    assert "EventBridgeConfiguration" in bucket.configurations["notification"]


def test_what_others_changed_meanwhile_stays(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create(**BOTH)
    bucket.configurations["lifecycle"]["Rules"].append({"ID": "later", "Status": "Enabled", "Filter": {}})
    bucket.configurations["notification"]["QueueConfigurations"] = []
    stack.delete(**BOTH)
    assert [rule.get("ID") for rule in bucket.configurations["lifecycle"]["Rules"]] == [None, "sweep", "later"]
    assert bucket.configurations["notification"]["QueueConfigurations"] == []


def test_a_rule_of_another_stack_of_a_longer_name_is_not_ours(stack: Cloudformation, bucket: FakeBucket) -> None:
    other = {"ID": OWNER.replace("pdf-links", "pdf-links-2") + "sweep", "Status": "Enabled", "Filter": {}}
    bucket.configurations["lifecycle"]["Rules"].append(other)
    stack.create(**BOTH)
    stack.delete(**BOTH)
    assert other in bucket.configurations["lifecycle"]["Rules"]


def test_where_rules_have_the_older_form_ours_has_it_too(stack: Cloudformation, bucket: FakeBucket) -> None:
    bucket.configurations["lifecycle"] = {"Rules": [{"Prefix": "tmp/", "Status": "Enabled", "Expiration": {"Days": 3}}]}
    assert stack.create(**BOTH).failure is None
    assert bucket.configurations["lifecycle"]["Rules"][-1]["Prefix"] == ""


def test_what_is_as_it_should_be_is_not_written(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create(**BOTH)
    bucket.requests.clear()
    stack.update(**BOTH)
    assert bucket.writes == []


def test_eventbridge_that_was_on_stays_on(bucket: FakeBucket) -> None:
    bucket.configurations["notification"]["EventBridgeConfiguration"] = {}
    stack = Cloudformation(bucket)
    stack.create()
    stack.update(**BOTH)
    stack.delete(**BOTH)
    assert bucket.configurations["notification"] == {**NOTIFICATION, "EventBridgeConfiguration": {}}


def test_eventbridge_stays_on_while_somebody_listens_and_the_log_says_who(
    bucket: FakeBucket, caplog: pytest.LogCaptureFixture
) -> None:
    stack = Cloudformation(bucket, [LISTENS, LISTENS | {"Name": "own"}])
    stack.create()
    assert stack.delete().failure is None
    assert bucket.configurations["notification"] == {**NOTIFICATION, "EventBridgeConfiguration": {}}
    (told,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert vars(told)["rules"] == ["theirs"]


def test_eventbridge_that_somebody_turned_off_meanwhile_stays_off_and_no_rule_is_looked_for(
    bucket: FakeBucket, caplog: pytest.LogCaptureFixture
) -> None:
    stack = Cloudformation(bucket, [LISTENS])
    stack.create()
    del bucket.configurations["notification"]["EventBridgeConfiguration"]
    assert stack.delete().failure is None
    assert bucket.configurations["notification"] == NOTIFICATION
    assert "EventBridge stays on" not in caplog.text


def test_eventbridge_stays_on_where_nobody_can_tell_who_listens(bucket: FakeBucket) -> None:
    class Denied:
        def __iter__(self) -> Any:
            raise refusal("ListRules", 400, "AccessDeniedException")

    stack = Cloudformation(bucket, Denied())
    stack.create(**BOTH)
    assert stack.delete(**BOTH).failure is None
    assert "EventBridgeConfiguration" in bucket.configurations["notification"]
    assert bucket.configurations["lifecycle"] == LIFECYCLE


def test_an_id_that_is_not_ours_takes_back_rules_and_leaves_eventbridge(stack: Cloudformation) -> None:
    """CloudFormation makes one up where a creation never answered."""
    stack.create(**BOTH)
    assert stack.delete("stack-ExistingBucket-1A2B3C", **BOTH).failure is None
    assert stack.bucket.configurations["lifecycle"] == LIFECYCLE
    assert "EventBridgeConfiguration" in stack.bucket.configurations["notification"]


def test_a_bucket_that_is_gone_is_taken_back_already(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create(**BOTH)
    bucket.is_there = False
    assert stack.delete(**BOTH).failure is None


def test_a_bucket_that_was_made_anew_elsewhere_is_not_touched(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create(**BOTH)
    bucket.requests.clear()
    bucket.fails["HeadBucket"] = refusal("HeadBucket", 301, region="us-east-1")
    assert stack.delete(**BOTH).failure is None
    assert bucket.writes == []


@pytest.mark.parametrize(
    ("name", "rules", "most"), [("lifecycle", "Rules", MOST_LIFECYCLE_RULES), ("cors", "CORSRules", MOST_CORS_RULES)]
)
def test_rules_too_many_are_refused_before_anything_is_written(
    stack: Cloudformation, bucket: FakeBucket, name: str, rules: str, most: int
) -> None:
    bucket.configurations[name] = {rules: [{"ID": f"rule {n}"} for n in range(most)]}
    assert f"S3 takes {most}: merge some" in str(stack.create(**BOTH).failure)
    assert bucket.writes == []


def test_an_update_to_another_bucket_has_the_first_one_taken_back() -> None:
    first, second = full(), FakeBucket(name="archive")
    stack = Cloudformation(first)
    old = stack.create(**BOTH).physical_id
    stack.bucket = second
    new = stack.update(**BOTH).physical_id
    assert new != old
    assert second.configurations["lifecycle"]
    stack.bucket = first
    assert stack.delete(old, **BOTH).failure is None
    assert first.configurations == full().configurations
    stack.bucket = second
    assert stack.delete(**BOTH).failure is None
    assert second.configurations == FakeBucket().configurations


def test_an_update_to_another_bucket_that_is_rolled_back_remembers_what_the_first_was_like() -> None:
    first, second = full(), FakeBucket(name="archive")
    stack = Cloudformation(first)
    old = stack.create(**BOTH).physical_id
    stack.bucket = second
    new = stack.update(**BOTH).physical_id
    stack.bucket = first
    assert stack.update(**BOTH).physical_id == old
    stack.bucket = second
    stack.delete(new, **BOTH)
    stack.bucket = first
    stack.delete(**BOTH)
    assert (first.configurations, second.configurations) == (full().configurations, FakeBucket().configurations)


@pytest.mark.parametrize(
    ("chosen", "left"),
    [(BOTH, {**NOTIFICATION, "EventBridgeConfiguration": {}}), ({}, NOTIFICATION)],
    ids=["rules", "no rule to tell by"],
)
def test_eventbridge_that_somebody_turned_on_while_the_stack_was_elsewhere_is_theirs_where_that_can_be_seen(
    chosen: dict[str, Any], left: dict[str, Any]
) -> None:
    first, second = full(), FakeBucket(name="archive")
    stack = Cloudformation(first)
    old = stack.create(**chosen).physical_id
    stack.bucket = second
    stack.update(**chosen)
    stack.bucket = first
    stack.delete(old, **chosen)
    first.configurations["notification"]["EventBridgeConfiguration"] = {}
    stack.update(**chosen)
    stack.delete(**chosen)
    assert first.configurations["notification"] == left


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_look_finds_what_is_wrong_with_a_bucket_and_writes_nothing(bucket: FakeBucket, kind: str) -> None:
    stack = Cloudformation(bucket)
    good = stack.ask(event(kind, Only="look"))
    bucket.is_there = False
    bad = stack.ask(event(kind, good.physical_id, Only="look"))
    assert (good.failure, bucket.writes) == (None, [])
    assert "there is no bucket" in str(bad.failure)
    assert (good.physical_id, bad.physical_id) == ("reports", "reports")


def test_a_look_that_is_deleted_takes_nothing_back(stack: Cloudformation, bucket: FakeBucket) -> None:
    stack.create(**BOTH)
    bucket.requests.clear()
    for id_ in ("reports", NOTHING):
        assert stack.ask(event("Delete", id_, Only="look", **BOTH)) == Outcome(id_)
    assert bucket.requests == []

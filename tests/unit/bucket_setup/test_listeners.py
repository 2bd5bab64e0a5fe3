"""Which rules of EventBridge live on a bucket's events."""

import json
from typing import Any

import pytest

from functions.bucket_setup.listeners import listeners


def told(pattern: Any, **others: str) -> bool:
    rule = {"Name": "theirs", "State": "ENABLED", "EventPattern": json.dumps(pattern), **others}
    return listeners([rule], "reports", "own") == ["theirs"]


LISTEN: list[Any] = [
    {"source": ["aws.s3"]},
    {"source": ["aws.s3", "aws.ec2"], "detail-type": ["Object Created"]},
    {"source": ["aws.s3"], "detail": {"bucket": {"name": ["reports"]}, "object": {"key": [{"prefix": "a/"}]}}},
    {"source": ["aws.s3"], "detail": {"bucket": {"name": [{"prefix": "rep"}]}}},
    {"source": [{"prefix": "aws."}]},
    {"account": ["111122223333"]},
    {"source": ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail", "Object Deleted"]},
    {"source": ["aws.s3"], "detail-type": [{"prefix": "Object"}]},
    {"source": ["aws.s3"], "detail": {"$or": [{"bucket": {"name": ["else"]}}, {"reason": ["PutObject"]}]}},
    {"source": ["aws.s3"], "detail": ["in a form", "nobody has seen"]},
    ["in another"],
]
DO_NOT: list[Any] = [
    {"source": ["aws.ec2"]},
    {"source": ["aws.s3"], "detail": {"bucket": {"name": ["other"]}}},
    {"source": ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"]},
]


@pytest.mark.parametrize("pattern", LISTEN, ids=json.dumps)
def test_a_rule_that_may_be_told_of_the_bucket_listens(pattern: Any) -> None:
    assert told(pattern)


@pytest.mark.parametrize("pattern", DO_NOT, ids=json.dumps)
def test_a_rule_that_is_about_something_else_does_not(pattern: Any) -> None:
    assert not told(pattern)


def test_a_rule_that_is_off_or_runs_by_the_clock_or_is_the_stack_s_own_does_not() -> None:
    everything = {"source": ["aws.s3"]}
    assert not told(everything, State="DISABLED")
    assert not told(everything, Name="own")
    nightly = {"Name": "nightly", "State": "ENABLED", "ScheduleExpression": "rate(1 day)"}
    assert listeners([nightly], "reports", "own") == []


def test_a_rule_that_also_hears_what_cloudtrail_tells_listens() -> None:
    assert told({"source": ["aws.s3"]}, State="ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")

"""What the template would refuse is told before anything is built."""

import pytest

from local.deployed.constraints import broken
from local.deployed.parameters import ParameterError, check
from local.deployed.template import read


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"UrlExpirySeconds": "0"}, "UrlExpirySeconds is '0', but must be a whole number from 1 to 604800."),
        ({"UrlExpirySeconds": "an hour"}, "UrlExpirySeconds is 'an hour', but must be a whole number"),
        ({"Links": "Stable"}, "Links is 'Stable', but must be one of presigned, stable."),
        ({"LogRetentionDays": "8"}, "LogRetentionDays is '8', but must be one of 1, 3, 5, 7"),
        ({"LinkBaseUrl": "http://links.example.com"}, "but must be an https address"),
        ({"PrefixDepth": "65"}, "PrefixDepth is '65', but must be a number from 1 to 64, or empty."),
        ({"RefreshSchedule": "20 minutes"}, "RefreshSchedule is '20 minutes', but must be such as rate(20 minutes)"),
        ({"RefreshSchedule": "rate(1 minutes)"}, "RefreshSchedule is 'rate(1 minutes)'"),
        ({"NightlySchedule": "cron(0 2 * *)"}, "NightlySchedule is 'cron(0 2 * *)'"),
        ({"TimeZone": "Europe/Berln"}, "TimeZone is 'Europe/Berln', but must be the name of a time zone"),
        ({"AlarmTopicArn": "night"}, "AlarmTopicArn is 'night', but must be the ARN of an SNS topic"),
        ({"Links": "stable"}, "Links=stable needs OpenLinks=ENABLED, or nobody could open them."),
        ({"ManifestPrefix": ""}, "ManifestPrefix may be empty only with"),
        ({"ExistingBucketName": "docs", "BucketName": "others"}, "leave BucketName empty"),
        ({"ExistingBucketName": "docs", "ManifestBucketName": "docs"}, "ManifestBucketName is a bucket that the stack"),
        ({"ExistingBucketName": "My Bucket"}, "but must be the name of a bucket in this account and region."),
    ],
)
def test_a_value_or_a_choice_that_is_refused_is_named_with_what_it_must_be(chosen: dict[str, str], said: str) -> None:
    (told,) = broken(read(), chosen)
    assert said in told


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ParameterError, match=r"(?s)QueueMax is '-1'.*OpenLinks=ENABLED"):
        check({"QueueMax": "-1", "Links": "stable"}, read())


def test_every_pattern_has_a_sentence() -> None:
    without = [
        name
        for name, each in read()["Parameters"].items()
        if "AllowedPattern" in each and not each.get("ConstraintDescription")
    ]
    assert without == []


def test_what_is_right_is_let_through() -> None:
    check({}, read())
    check({"Links": "stable", "OpenLinks": "ENABLED", "Prefix": "a\nb", "ExistingBucketName": "reports.2026"}, read())

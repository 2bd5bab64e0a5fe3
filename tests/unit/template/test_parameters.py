"""Which parameters are let through, and what they switch."""

from typing import Any

import pytest

from local.deployed.choice import Choice

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
STEPS_OF_CLOUDWATCH = [
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
]
NOTHING = {"Ref": "AWS::NoValue"}


def test_what_is_chosen_by_default_is_let_through(template: dict[str, Any]) -> None:
    assert Choice(template).refused_by() == set()


def test_manifests_without_a_prefix_need_a_bucket_of_their_own(template: dict[str, Any]) -> None:
    assert Choice(template, ManifestPrefix="").refused_by() == {"ManifestsHaveAPlace"}
    assert Choice(template, ManifestPrefix="", ManifestBucketName="links").refused_by() == set()


def test_a_manifest_bucket_that_is_the_documents_own_is_refused(template: dict[str, Any]) -> None:
    assert Choice(template, BucketName="docs", ManifestBucketName="docs").refused_by() == {"ManifestsHaveTheirOwn"}
    assert Choice(template, BucketName="docs", ManifestBucketName="links").refused_by() == set()
    assert Choice(template, BucketName="docs").refused_by() == set()


def test_logs_are_kept_for_a_time_cloudwatch_knows(template: dict[str, Any]) -> None:
    retention = template["Parameters"]["LogRetentionDays"]
    assert retention["AllowedValues"] == STEPS_OF_CLOUDWATCH
    assert retention["Default"] in STEPS_OF_CLOUDWATCH


def concurrency_parameters(template: dict[str, Any]) -> dict[str, Any]:
    """Every parameter that reserves, by the function it reserves for."""
    found = {}
    for name, resource in template["Resources"].items():
        reserved = resource["Properties"].get("ReservedConcurrentExecutions")
        if reserved:
            found[name] = reserved
    return found


def test_some_function_can_be_reserved_for(template: dict[str, Any]) -> None:
    assert concurrency_parameters(template)
    names = {name for name in template["Parameters"] if name.endswith("Concurrency")}
    assert {reserved["Fn::If"][1]["Ref"] for reserved in concurrency_parameters(template).values()} == names


@pytest.mark.parametrize(("chosen", "reserved"), [("", NOTHING), ("0", "0"), ("3", "3")])
def test_nothing_is_reserved_unless_asked_for_and_nought_turns_off_as_on_lambda(
    template: dict[str, Any], chosen: str, reserved: object
) -> None:
    for wanted in concurrency_parameters(template).values():
        parameter = wanted["Fn::If"][1]["Ref"]
        assert template["Parameters"][parameter]["Default"] == ""
        assert Choice(template, **{parameter: chosen}).value(wanted) == reserved

"""The buckets: what outlives a mistake with the stack, who is let in, and what is swept."""

from typing import Any

import pytest

from local.deployed.choice import Choice
from tests.policies import Asked, decided, statements_of

BOTH = pytest.mark.parametrize("bucket", ["Documents", "Manifests"])
EACH = pytest.mark.parametrize("bucket", ["Documents", "Manifests", "Shares"])


def rules(template: dict[str, Any], bucket: str) -> dict[str, Any]:
    """The lifecycle rules of a bucket by their names, where each bucket holds what its name says."""
    choice = Choice(template, ManifestBucketName="links" if bucket == "Manifests" else "")
    found = template["Resources"][bucket]["Properties"]["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in map(choice.value, found)}


@EACH
def test_a_bucket_is_private_and_encrypted(resources: dict[str, Any], bucket: str) -> None:
    assert set(resources[bucket]["PublicAccessBlockConfiguration"].values()) == {True}
    assert resources[bucket]["BucketEncryption"]
    assert resources[bucket]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


@pytest.mark.parametrize(
    "kept", ["Documents", "Manifests", "Shares", "DocumentsPolicy", "ManifestsPolicy", "SharesPolicy", "LinkSecret"]
)
def test_a_bucket_and_who_is_let_in_outlive_the_stack_but_not_a_failed_beginning(
    template: dict[str, Any], kept: str
) -> None:
    assert template["Resources"][kept]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert template["Resources"][kept]["UpdateReplacePolicy"] == "Retain"


@EACH
def test_on_aws_a_bucket_speaks_tls_only(template: dict[str, Any], bucket: str) -> None:
    policy = template["Resources"][f"{bucket}Policy"]
    choice = Choice(template, ManifestBucketName="links", OpenLinks="ENABLED")
    assert choice.value({"Condition": policy["Condition"]})
    said = statements_of(choice, policy, {f"{bucket}.Arn": "arn:aws:s3:::a-bucket"})
    for resource in ("arn:aws:s3:::a-bucket", "arn:aws:s3:::a-bucket/q1.pdf"):
        plain, safe = (Asked("s3:GetObject", resource, {"aws:SecureTransport": tls}) for tls in ("false", "true"))
        assert (decided(said, plain), decided(said, safe)) == ("denied", "nothing")


@BOTH
def test_what_a_killed_process_leaves_is_swept_after_a_day(template: dict[str, Any], bucket: str) -> None:
    uploads = rules(template, bucket)["sweep-unfinished-uploads"]
    staged = rules(template, bucket)["sweep-staged-manifests"]
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in uploads
    assert staged["Prefix"] == {"Fn::Sub": "${ManifestPrefix}.staging/"}
    assert staged["ExpirationInDays"] == 1
    assert uploads["Status"] == staged["Status"] == "Enabled"


@BOTH
def test_where_versions_are_kept_those_of_manifests_go_after_a_day_and_no_document_does(
    template: dict[str, Any], bucket: str
) -> None:
    versions = rules(template, bucket)["sweep-earlier-manifests"]
    assert versions["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert versions["Prefix"] == {"Ref": "ManifestPrefix"}
    assert versions["Status"] == "Enabled"
    for rule in rules(template, bucket).values():
        assert "Prefix" in rule or set(rule) == {"Id", "Status", "AbortIncompleteMultipartUpload"}


def test_where_manifests_lie_apart_nothing_of_the_documents_is_swept(template: dict[str, Any]) -> None:
    choice = Choice(template, ManifestBucketName="links")
    found = template["Resources"]["Documents"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [rule.get("Id") for rule in map(choice.value, found)] == ["sweep-unfinished-uploads", None, None]


def test_the_queue_lets_s3_in_well_before_the_bucket_tries_it(template: dict[str, Any]) -> None:
    waits = template["Resources"]["Documents"]["DependsOn"]
    assert "EventsPolicy" in waits
    queues = [name for name in waits if template["Resources"][name]["Type"] == "AWS::SQS::Queue"]
    assert [template["Resources"][name]["DependsOn"] for name in queues] == ["EventsPolicy"]

"""The buckets: what outlives a mistake with the stack, who is let in, and what is swept."""

from typing import Any

import pytest


@pytest.mark.parametrize("bucket", ["Documents", "Manifests"])
def test_a_bucket_is_private_encrypted_and_outlives_the_stack(template: dict[str, Any], bucket: str) -> None:
    resource = template["Resources"][bucket]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert set(resource["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert resource["Properties"]["BucketEncryption"]
    assert f"{bucket}Policy" in template["Resources"]


@pytest.mark.parametrize("policy", ["DocumentsPolicy", "ManifestsPolicy"])
def test_on_aws_a_bucket_speaks_tls_only(resources: dict[str, Any], policy: str) -> None:
    (statement,) = resources[policy]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


@pytest.mark.parametrize("bucket", ["Documents", "Manifests"])
def test_what_a_killed_process_leaves_is_swept_after_a_day(resources: dict[str, Any], bucket: str) -> None:
    rules = resources[bucket]["LifecycleConfiguration"]["Rules"]
    uploads, staged = (rule.get("Fn::If", [rule])[-1] for rule in rules)
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in uploads
    assert staged["Prefix"] == {"Fn::Sub": "${ManifestPrefix}.staging/"}
    assert staged["ExpirationInDays"] == 1
    assert uploads["Status"] == staged["Status"] == "Enabled"

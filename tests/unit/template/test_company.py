"""What a company may ask for: a key of its own, a bound on every role, a network, each only where it is chosen."""

from typing import Any

import pytest

from local.deployed.choice import Choice
from local.deployed.constraints import broken
from tests.policies import KNOWN, Asked, decided, resolved, statements_of

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BOUNDARY = "arn:aws:iam::111122223333:policy/bounds"
NETWORK = {"SubnetIds": "subnet-0a,subnet-0b", "SecurityGroupIds": "sg-0c"}
NOTHING = {"Ref": "AWS::NoValue"}
ARNS = {
    **{f"{bucket}.Arn": f"arn:aws:s3:::{bucket.lower()}" for bucket in ("Documents", "Manifests", "Shares")},
    **{f"{each}.Arn": f"arn:aws:{each}" for each in ("OpenLinkLogs", "Events", "OnCreatedLogs")},
    "Documents": "documents",
    "LinkSecret.Id": "secret",
}
THROUGH_S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}


def roles(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] == "AWS::IAM::Role"}


def test_every_role_is_bounded_where_that_is_chosen(template: dict[str, Any]) -> None:
    assert len(roles(template)) >= 8
    for role in roles(template).values():
        boundary = role["Properties"]["PermissionsBoundary"]
        assert Choice(template, PermissionsBoundaryArn=BOUNDARY).value(boundary) == BOUNDARY
        assert Choice(template).value(boundary) == NOTHING


@pytest.mark.parametrize("bucket", ["Documents", "Manifests", "Shares"])
def test_a_bucket_is_encrypted_under_the_key_and_asks_for_it_seldom(template: dict[str, Any], bucket: str) -> None:
    (rule,) = template["Resources"][bucket]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    keyed, plain = (resolved(choice, rule, {}) for choice in (Choice(template, KmsKeyArn=KEY), Choice(template)))
    under = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert keyed == {"ServerSideEncryptionByDefault": under, "BucketKeyEnabled": True}
    assert plain == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def may(template: dict[str, Any], policy: str, action: str, asked: dict[str, str], **chosen: str) -> str:
    """What a policy of the template says of the key."""
    choice, resource = Choice(template, **chosen), template["Resources"][policy]
    inline = resource["Properties"].get("Policies", [{}])[0]
    holder = {"Properties": inline} if inline else resource
    known = {**KNOWN, **ARNS, "AWS::URLSuffix": "amazonaws.com"}
    return decided(statements_of(choice, holder, known), Asked(action, KEY, asked))


@pytest.mark.parametrize(
    ("policy", "writes"), [("ManifestAccess", "allowed"), ("OpenLinkRole", "nothing"), ("ShareAdmin", "allowed")]
)
def test_who_reads_may_decrypt_through_s3_and_who_writes_may_ask_for_a_key(
    template: dict[str, Any], policy: str, writes: str
) -> None:
    chosen = {"KmsKeyArn": KEY, "OpenLinks": "ENABLED"}
    assert may(template, policy, "kms:Decrypt", THROUGH_S3, **chosen) == "allowed"
    assert may(template, policy, "kms:GenerateDataKey", THROUGH_S3, **chosen) == writes
    assert may(template, policy, "kms:Decrypt", {}, **chosen) == "nothing"  # not itself
    assert (
        may(template, policy, "kms:Decrypt", {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}, **chosen) == "nothing"
    )
    assert may(template, policy, "kms:Encrypt", THROUGH_S3, **chosen) == "nothing"
    assert may(template, policy, "kms:Decrypt", THROUGH_S3, OpenLinks="ENABLED") == "nothing"


@pytest.mark.parametrize("function", ["OnCreated", "FullScan", "OpenLink"])
def test_a_function_joins_the_network_that_is_chosen_with_the_rights_that_takes(
    template: dict[str, Any], function: str
) -> None:
    own, role = template["Resources"][function]["Properties"], template["Resources"][f"{function}Role"]["Properties"]
    joined, apart = Choice(template, **NETWORK), Choice(template)
    assert joined.value(own["VpcConfig"]) == {
        "SubnetIds": {"Fn::Split": [",", {"Ref": "SubnetIds"}]},
        "SecurityGroupIds": {"Fn::Split": [",", {"Ref": "SecurityGroupIds"}]},
    }
    assert apart.value(own["VpcConfig"]) == NOTHING
    assert {"Ref": "NetworkAccess"} in map(joined.value, role["ManagedPolicyArns"])
    assert {"Ref": "NetworkAccess"} not in map(apart.value, role["ManagedPolicyArns"])


def test_what_sets_up_a_bucket_stays_out_of_it_for_it_must_answer_cloudformation(template: dict[str, Any]) -> None:
    assert "VpcConfig" not in template["Globals"]["Function"]
    assert "VpcConfig" not in template["Resources"]["BucketSetup"]["Properties"]


# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
def test_a_network_takes_these_rights_and_no_others(template: dict[str, Any]) -> None:
    (statement,) = template["Resources"]["NetworkAccess"]["Properties"]["PolicyDocument"]["Statement"]
    assert {each.removeprefix("ec2:") for each in statement["Action"]} == {
        "CreateNetworkInterface",
        "DescribeNetworkInterfaces",
        "DescribeSubnets",
        "DeleteNetworkInterface",
        "AssignPrivateIpAddresses",
        "UnassignPrivateIpAddresses",
    }
    assert "NetworkAccess" not in Choice(template).there()


@pytest.mark.parametrize("half", [{"SubnetIds": "subnet-0a"}, {"SecurityGroupIds": "sg-0c"}])
def test_half_of_a_network_is_refused(template: dict[str, Any], half: dict[str, str]) -> None:
    assert Choice(template, **half).refused_by() == {"NetworkIsWhole"}
    assert Choice(template, **NETWORK).refused_by() == set()


@pytest.mark.parametrize("wrong", ["subnet-0a,", "subnet-0a,,subnet-0b", "subnet-0a subnet-0b", ",", "sg-0c"])
def test_a_list_of_something_else_is_refused(template: dict[str, Any], wrong: str) -> None:
    assert list(broken(template, NETWORK | {"SubnetIds": wrong}))
    assert not list(broken(template, NETWORK))

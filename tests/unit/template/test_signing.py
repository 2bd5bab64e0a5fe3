"""Whose credentials sign documents' links: what is chosen, who is told, and what they may; and what signs may read."""

import re
from pathlib import Path
from typing import Any

import pytest

from local.deployed.choice import Choice
from local.deployed.template import read
from local.project import ROOT
from shared.config import LinkSettings
from shared.domain.documents import Layout
from tests.unit.template.test_links import STABLE, environment

SECRET = {"SigningSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signer-a1B2c3"}
ROLE = {"SigningRoleArn": "arn:aws:iam::123456789012:role/team/signs-links"}
WRITERS = ["OnCreated", "FullScan"]
SIGNERS = [ROOT / "docs" / "signing" / name for name in ("role.yaml", "user.yaml")]


def allowed(template: dict[str, Any], **chosen: str) -> list[dict[str, Any]]:
    """What is said of signing by policies of their own, with whom it is attached to."""
    choice, there = Choice(template, **chosen), {"SignsByTheKey", "SignsByTheRole"}
    properties = [template["Resources"][name]["Properties"] for name in sorted(choice.there() & there)]
    return [
        {
            "roles": [role["Ref"] for role in each["Roles"]],
            "action": each["PolicyDocument"]["Statement"][0]["Action"],
            "resource": choice.value(each["PolicyDocument"]["Statement"][0]["Resource"]),
        }
        for each in properties
        if len(each["PolicyDocument"]["Statement"]) == 1
    ]


def test_by_default_the_functions_own_roles_sign(template: dict[str, Any]) -> None:
    assert allowed(template) == []
    assert all(environment(template, function) == {} for function in WRITERS)


@pytest.mark.parametrize(
    ("chosen", "action", "told"),
    [
        (SECRET, "secretsmanager:GetSecretValue", {"SIGNING_SECRET_ID": SECRET["SigningSecretArn"]}),
        (ROLE, "sts:AssumeRole", {"SIGNING_ROLE_ARN": ROLE["SigningRoleArn"]}),
    ],
)
def test_who_writes_manifests_is_told_and_may_use_that_one_and_nothing_else(
    template: dict[str, Any], chosen: dict[str, str], action: str, told: dict[str, str]
) -> None:
    (arn,) = chosen.values()
    roles = ["OnCreatedRole", "FullScanRole"]
    assert allowed(template, **chosen) == [{"roles": roles, "action": action, "resource": arn}]
    assert [environment(template, function, **chosen) for function in WRITERS] == [told, told]
    assert LinkSettings.from_env(told) != LinkSettings()
    assert len(Choice(template, **chosen).there() - Choice(template).there()) == 1


@pytest.mark.parametrize("chosen", [SECRET, ROLE])
def test_where_links_are_stable_nobody_is_told_and_nobody_may(template: dict[str, Any], chosen: dict[str, str]) -> None:
    assert allowed(template, **STABLE, **chosen) == []
    for function in WRITERS:
        assert environment(template, function, **STABLE, **chosen) == environment(template, function, **STABLE)


@pytest.mark.parametrize("chosen", [SECRET, ROLE])
def test_what_opens_links_signs_by_its_own_role(template: dict[str, Any], chosen: dict[str, str]) -> None:
    opener = environment(template, "OpenLink", OpenLinks="ENABLED", **chosen)
    assert opener == environment(template, "OpenLink", OpenLinks="ENABLED")


def test_both_are_refused_with_a_sentence(template: dict[str, Any]) -> None:
    assert Choice(template, **SECRET, **ROLE).refused_by() == {"OneSigner"}
    assert Choice(template, **SECRET).refused_by() == Choice(template, **ROLE).refused_by() == set()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("SigningSecretArn", SECRET["SigningSecretArn"], "signer"),
        ("SigningSecretArn", "", SECRET["SigningSecretArn"].removesuffix("-a1B2c3")),
        ("SigningRoleArn", ROLE["SigningRoleArn"], "signs-links"),
        ("SigningRoleArn", "arn:aws-cn:iam::123456789012:role/x", "arn:aws:iam::123456789012:user/x"),
        ("SigningRoleArn", "", "arn:aws:sts::123456789012:assumed-role/x/y"),
    ],
)
def test_an_arn_of_another_kind_is_refused_with_a_sentence(
    template: dict[str, Any], name: str, good: str, bad: str
) -> None:
    parameter = template["Parameters"][name]
    assert re.fullmatch(parameter["AllowedPattern"], good)
    assert not re.fullmatch(parameter["AllowedPattern"], bad)
    assert parameter["ConstraintDescription"]


@pytest.mark.parametrize("signer", SIGNERS, ids=lambda file: file.stem)
def test_what_signs_reads_every_document_and_nothing_else(signer: Path) -> None:
    (policy,) = read(signer)["Resources"]["Signer"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:GetObject")
    ends = {each["Fn::Sub"].rpartition("*")[2] for each in statement["Resource"]}
    assert {each["Fn::Sub"].rpartition("*")[0] for each in statement["Resource"]} == {
        "arn:${AWS::Partition}:s3:::${Bucket}/"
    }
    cased = {f".{p}{d}{f}" for p in "pP" for d in "dD" for f in "fF"}
    assert ends == cased
    assert all(Layout().is_document("docs", f"a{end}") for end in cased)


def test_only_the_roles_that_write_manifests_may_assume_the_one_that_signs(template: dict[str, Any]) -> None:
    """By the names that CloudFormation gives them: <stack>-<resource>-<random>."""
    properties = read(SIGNERS[0])["Resources"]["Signer"]["Properties"]
    (statement,) = properties["AssumeRolePolicyDocument"]["Statement"]
    trusted = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]
    names = [each["Fn::Sub"].rpartition("${Stack}-")[2].removesuffix("-*") for each in trusted]
    assert names == [role["Ref"] for role in template["Resources"]["SignsByTheRole"]["Properties"]["Roles"]]
    assert set(names) <= set(template["Resources"])
    assert not any("RoleName" in template["Resources"][name]["Properties"] for name in names)
    assert properties["MaxSessionDuration"] == 3600

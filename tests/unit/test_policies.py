"""The evaluator of policies decides as AWS's documentation says, and nothing that it does not know."""

from typing import Any

import pytest

from tests.policies import Asked, UnknownPolicyError, decided

BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket1"
PUT = Asked("s3:PutObject", f"{BUCKET}/key")


def statement(effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/*", **more}


def told(**keys: str) -> Asked:
    names = {"if_match": "s3:if-match", "creates": "s3:ObjectCreationOperation", "tls": "aws:SecureTransport"}
    return Asked("s3:PutObject", f"{BUCKET}/key", {names[name]: value for name, value in keys.items()})


def test_a_deny_wins_over_any_allow_and_what_nobody_speaks_of_is_nothing() -> None:
    assert decided([statement()], PUT) == "allowed"
    assert decided([statement(), statement("Deny")], PUT) == "denied"
    assert decided([statement(Resource=BUCKET)], PUT) == decided([], PUT) == "nothing"


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html, its second example
def test_a_write_without_its_condition_is_denied_but_for_what_creates_no_object() -> None:
    condition = {"Null": {"s3:if-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    policy = [statement(), statement("Deny", Action="s3:PutObject", Condition=condition)]
    assert decided(policy, told(creates="true")) == "denied"
    assert decided(policy, told(creates="true", if_match='"an etag"')) == "allowed"
    assert decided(policy, told(creates="false")) == "allowed"


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
def test_a_flag_that_is_absent_is_not_false() -> None:
    policy = [statement(), statement("Deny", Condition={"Bool": {"aws:SecureTransport": False}})]
    assert decided(policy, told(tls="false")) == "denied"
    assert decided(policy, told(tls="true")) == decided(policy, told()) == "allowed"


# https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
@pytest.mark.parametrize(("age", "said"), [("600000", "allowed"), ("600001", "denied"), (None, "allowed")])
def test_numbers_are_compared_as_numbers(age: str | None, said: str) -> None:
    policy = [statement(), statement("Deny", Condition={"NumericGreaterThan": {"s3:signatureAge": 600000}})]
    asked = Asked("s3:GetObject", f"{BUCKET}/key", {"s3:signatureAge": age} if age else {})
    assert decided(policy, asked) == said


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
def test_a_negated_operator_matches_where_no_value_does_and_where_there_is_none() -> None:
    condition = {"StringNotEquals": {"aws:PrincipalTag/job-category": ["iamuser-admin", "auditor"]}}
    policy = [statement("Deny", Condition=condition)]
    tagged = [Asked("s3:GetObject", f"{BUCKET}/k", {"aws:PrincipalTag/job-category": tag}) for tag in ("auditor", "x")]
    assert [decided(policy, each) for each in (*tagged, PUT)] == ["nothing", "denied", "denied"]


def test_if_exists_lets_through_what_is_absent() -> None:
    policy = [statement(Condition={"StringEqualsIfExists": {"s3:prefix": "a/"}})]
    assert decided(policy, PUT) == "allowed"
    assert decided([statement(Condition={"StringEquals": {"s3:prefix": "a/"}})], PUT) == "nothing"


def test_stars_and_question_marks_are_of_actions_and_resources_whose_case_alone_counts() -> None:
    assert decided([statement(Action="S3:put*", Resource=f"{BUCKET}/?ey")], PUT) == "allowed"
    assert decided([statement(Resource=f"{BUCKET}/KEY")], PUT) == "nothing"
    assert decided([statement(Action=["s3:GetObject", "s3:PutObject?"])], PUT) == "nothing"


def test_what_is_not_named_is_all_else() -> None:
    without = {name: value for name, value in statement().items() if name not in ("Action", "Resource")}
    policy = [without | {"NotAction": "s3:Get*", "NotResource": f"{BUCKET}/other"}]
    assert decided(policy, PUT) == "allowed"
    assert decided(policy, Asked("s3:GetObject", f"{BUCKET}/key")) == "nothing"
    assert decided(policy, Asked("s3:PutObject", f"{BUCKET}/other")) == "nothing"


def test_who_asks_is_a_key_of_its_own() -> None:
    condition = {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/remover"}}
    policy = [statement("Deny", Condition=condition)]
    assert decided(policy, PUT) == "denied"
    remover = Asked("s3:PutObject", f"{BUCKET}/key", principal="arn:aws:iam::111122223333:role/remover")
    assert decided(policy, remover) == "nothing"


@pytest.mark.parametrize(
    "strange",
    [
        {"Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}},
        {"Condition": {"ForAllValues:StringEquals": {"a": "b"}}},
        {"Principal": {"AWS": "111122223333"}},
        {"NotPrincipal": "*"},
        {"Resource": "arn:aws:s3:::b/${aws:username}/*"},
        {"Effect": "Perhaps"},
    ],
)
def test_what_it_does_not_know_it_decides_nothing_of(strange: dict[str, Any]) -> None:
    with pytest.raises(UnknownPolicyError):
        decided([statement(**strange)], PUT)

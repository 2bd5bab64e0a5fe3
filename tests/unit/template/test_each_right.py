"""Every right of every role is for something, is enough for it, and is no wider.

Of what the emulator does not check this is the policies' text, decided by tests/policies.py: not AWS itself.
"""

import json
from typing import Any

import pytest

from tests.policies import Asked, decided
from tests.rights import CHOSEN, ENFORCED, USED, actions_of, written


@pytest.fixture(scope="module")
def policies(template: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return written(template, **CHOSEN)


def allowed(policies: dict[str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, each) for name, said in policies.items() for each in said if each["Effect"] == "Allow"]


def test_every_right_that_is_written_is_for_something_and_nothing_else_is_named(
    policies: dict[str, list[dict[str, Any]]],
) -> None:
    given = {(name, action) for name, statement in allowed(policies) for action in actions_of(statement)}
    assert given == set(USED)
    assert set(USED) >= ENFORCED


@pytest.mark.parametrize("right", sorted(USED))
def test_a_right_is_enough_for_what_it_is_for_and_without_it_that_is_not_allowed(
    policies: dict[str, list[dict[str, Any]]], right: tuple[str, str]
) -> None:
    (policy, action), use = right, USED[right]
    asked = Asked(action, use.resource, use.told)
    assert use.page.startswith("https://docs.aws.amazon.com/")
    assert decided(policies[policy], asked) == "allowed"
    less = [each | {"Action": [one for one in actions_of(each) if one != action]} for each in policies[policy]]
    assert decided(less, asked) == "nothing"


@pytest.mark.parametrize("right", sorted(USED))
def test_a_right_is_of_named_things_or_says_why_it_is_of_all(
    policies: dict[str, list[dict[str, Any]]], right: tuple[str, str]
) -> None:
    (policy, action), use = right, USED[right]
    of = [each["Resource"] for each in policies[policy] if action in actions_of(each)]
    assert "*" not in action
    assert ('"*"' in json.dumps(of)) == bool(use.everything)
    others = ("arn:aws:s3:::somebody-elses/q1.pdf", "arn:aws:s3:::somebody-elses", "arn:aws:sqs:another")
    if not use.everything:
        assert {decided(policies[policy], Asked(action, other, use.told)) for other in others} == {"nothing"}


@pytest.mark.parametrize(
    ("policy", "action", "resource"),
    [
        ("ManifestAccess", "s3:PutObject", "arn:aws:s3:::docs/a/q1.pdf"),
        ("ManifestAccess", "s3:PutObject", "arn:aws:s3:::links/manifests/.staging/8f3c"),
        ("ManifestAccess", "s3:PutObject", "arn:aws:s3:::links/manifests/.state/last-scan.json"),
        ("ManifestAccess", "s3:DeleteObject", "arn:aws:s3:::links/manifests/docs/a/manifest.jsonl"),
        ("ManifestAccess", "s3:ListBucketMultipartUploads", "arn:aws:s3:::docs"),
        ("FullScanRole", "s3:DeleteObject", "arn:aws:s3:::links/manifests/docs/a/manifest.jsonl"),
        ("FullScanRole", "s3:DeleteObject", "arn:aws:s3:::docs/a/q1.pdf"),
        ("OpenLinkRole", "s3:PutObject", "arn:aws:s3:::shares/8f3c"),
        ("ShareAdmin", "s3:GetObject", "arn:aws:s3:::docs/a/q1.pdf"),
    ],
)
def test_what_a_neighbour_may_is_not_in_it(
    policies: dict[str, list[dict[str, Any]]], policy: str, action: str, resource: str
) -> None:
    assert decided(policies[policy], Asked(action, resource)) == "nothing"

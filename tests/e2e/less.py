"""A deployed policy, with one right taken out of it for a while."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.deployed.library import Library
from tests.rights import actions_of

INLINE = {  # policies that a role holds itself: whose, and by which name
    "FullScanRole": ("FullScanRole", "scan"),
    "OpenLinkRole": ("OpenLinkRole", "open-links"),
    "FullScanSeesExecutions": ("FullScanRole", "see-executions"),
}


class _Policy:
    """By its name in the template; inline or managed."""

    def __init__(self, library: Library, name: str) -> None:
        aws, (holder, self._inline) = library.aws, INLINE.get(name, (name, ""))
        found = aws.cloudformation.describe_stack_resource(StackName=library.stack.name, LogicalResourceId=holder)
        self._physical = found["StackResourceDetail"]["PhysicalResourceId"]
        self._iam: Any = aws.session.client("iam", endpoint_url=aws.endpoint_url)

    def read(self) -> dict[str, Any]:
        document: dict[str, Any] = self._role_policy() if self._inline else self._default_version()
        return document

    def write(self, document: dict[str, Any]) -> None:
        text = json.dumps(document)
        if self._inline:
            self._iam.put_role_policy(RoleName=self._physical, PolicyName=self._inline, PolicyDocument=text)
            return
        for version in self._iam.list_policy_versions(PolicyArn=self._physical)["Versions"]:
            if not version["IsDefaultVersion"]:  # there are five at most
                self._iam.delete_policy_version(PolicyArn=self._physical, VersionId=version["VersionId"])
        self._iam.create_policy_version(PolicyArn=self._physical, PolicyDocument=text, SetAsDefault=True)

    def _role_policy(self) -> Any:
        return self._iam.get_role_policy(RoleName=self._physical, PolicyName=self._inline)["PolicyDocument"]

    def _default_version(self) -> Any:
        version = self._iam.get_policy(PolicyArn=self._physical)["Policy"]["DefaultVersionId"]
        return self._iam.get_policy_version(PolicyArn=self._physical, VersionId=version)["PolicyVersion"]["Document"]


@contextmanager
def without(library: Library, name: str, action: str) -> Iterator[None]:
    policy = _Policy(library, name)
    before = policy.read()
    policy.write({**before, "Statement": list(_less(before["Statement"], action))})
    try:
        yield
    finally:
        policy.write(before)


def _less(statements: list[dict[str, Any]], action: str) -> Iterator[dict[str, Any]]:
    for statement in statements:
        left = [each for each in actions_of(statement) if each != action]
        if statement["Effect"] == "Deny":
            yield statement
        elif left:
            yield statement | {"Action": left}

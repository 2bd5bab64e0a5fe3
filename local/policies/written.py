"""Every policy that a template writes, where it is, and as IAM will read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.policies.examples import every_case


@dataclass(frozen=True, slots=True)
class Policy:
    """`resource`: whose it is, by its name in the template."""

    resource: str
    document: Mapping[str, Any]


def policies(template: Mapping[str, Any]) -> Iterator[Policy]:
    """In each form that conditions give them. Raises UnknownExpressionError.

    Who may assume a role is left out: such a policy names no resource, and the linter takes that for an error.
    """
    for name, resource in template["Resources"].items():
        for document in _documents(resource.get("Properties", {})):
            yield from (Policy(name, case) for case in every_case(template, document))


def _documents(part: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 -- a template's
    if isinstance(part, dict) and "Statement" in part:
        yield part
    elif isinstance(part, dict):
        for name, each in part.items():
            if name != "AssumeRolePolicyDocument":
                yield from _documents(each)
    elif isinstance(part, list):
        for each in part:
            yield from _documents(each)

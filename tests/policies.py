"""Policies as IAM decides them: for what no emulator evaluates. What it does not know, it refuses to decide.

An explicit deny wins over any allow, and what nobody allows is denied:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from local.deployed.choice import Choice
from local.deployed.resolving import Resolver

KNOWN = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "pdf-links",
}
_ELEMENTS = {
    *("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
}


class UnknownPolicyError(Exception):
    """The policy holds what this evaluator does not know: it decides nothing, rather than something wrong."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as IAM sees it. `told`: its condition keys, by name; a key that is not there is absent."""

    action: str
    resource: str
    told: Mapping[str, str] = field(default_factory=dict)
    principal: str = "arn:aws:iam::111122223333:role/somebody"

    def key(self, name: str) -> str | None:
        keys = {each.lower(): value for each, value in self.told.items()}
        return keys.get(name.lower(), self.principal if name.lower() == "aws:principalarn" else None)


def decided(statements: list[dict[str, Any]], asked: Asked) -> str:
    """`allowed`, `denied`, or `nothing`: no statement speaks of it. Raises UnknownPolicyError."""
    effects = {statement["Effect"] for statement in statements if _speaks_of(statement, asked)}
    if not effects <= {"Allow", "Deny"}:
        raise UnknownPolicyError(f"effects {effects}")
    return "denied" if "Deny" in effects else "allowed" if "Allow" in effects else "nothing"


def _speaks_of(statement: dict[str, Any], asked: Asked) -> bool:
    if strange := statement.keys() - _ELEMENTS:
        raise UnknownPolicyError(f"elements {strange}")
    conditions = [_holds(operator, keys, asked) for operator, keys in statement.get("Condition", {}).items()]
    return (
        _principal(statement.get("Principal", "*"))
        and _one_of(statement, "Action", asked.action, fold=True)
        and _one_of(statement, "Resource", asked.resource)
        and all(conditions)
    )


def _principal(told: object) -> bool:
    if told == "*" or (isinstance(told, dict) and told.keys() == {"Service"}):
        return True
    raise UnknownPolicyError(f"principal {told}")


def _one_of(statement: dict[str, Any], element: str, value: str, *, fold: bool = False) -> bool:
    if f"Not{element}" in statement:
        return not _any_like(statement[f"Not{element}"], value, fold=fold)
    return _any_like(statement[element], value, fold=fold)


def _any_like(patterns: str | list[str], value: str, *, fold: bool = False) -> bool:
    """An action's name knows no case, a resource does."""
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(_like(pattern.lower(), value.lower()) if fold else _like(pattern, value) for pattern in listed)


def _like(pattern: str, value: str) -> bool:
    """`*` is any text, `?` one character."""
    if "${" in pattern:
        raise UnknownPolicyError(f"variable in {pattern}")
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return bool(re.fullmatch("(?s)" + "".join(parts), value))


def _holds(operator: str, keys: Mapping[str, Any], asked: Asked) -> bool:
    """All keys of an operator, any value of a key. `IfExists` lets through what is absent, as a negated one does."""
    base = operator.removesuffix("IfExists")
    if base == "Null":
        return all((asked.key(name) is None) == (_text(wanted) == "true") for name, wanted in keys.items())
    if base not in _OPERATORS:
        raise UnknownPolicyError(f"operator {operator}")
    compare, negated = _OPERATORS[base]
    return all(
        any(compare(each, value) for each in _texts(wanted)) != negated
        if (value := asked.key(name)) is not None
        else negated or operator != base
        for name, wanted in keys.items()
    )


def _texts(wanted: object) -> list[str]:
    return [_text(each) for each in (wanted if isinstance(wanted, list) else [wanted])]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _same(wanted: str, value: str) -> bool:
    return wanted == value


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "Bool": (lambda wanted, value: wanted.lower() == value.lower(), False),
    "StringEquals": (_same, False),
    "StringNotEquals": (_same, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_like, False),
    "ArnLike": (_like, False),
    "ArnNotEquals": (_like, True),
    "ArnNotLike": (_like, True),
    "NumericGreaterThan": (lambda wanted, value: float(value) > float(wanted), False),
}


def resolved(choice: Choice, expression: Any, known: Mapping[str, str]) -> Any:
    """A part of the template as CloudFormation makes it. `known`: what references come to. Raises KeyError."""
    names = {**KNOWN, **known}

    def named(name: str) -> str:
        return names[name] if name in names else _chosen(choice, name)

    return Resolver(choice.holds, named, known.__getitem__, _unknown).value(expression)


def _chosen(choice: Choice, name: str) -> str:
    value: object = choice.value({"Ref": name})
    if isinstance(value, dict):
        raise KeyError(name)
    return str(value)


def _unknown(part: dict[str, Any]) -> NoReturn:
    raise KeyError(str(part))


def statements_of(choice: Choice, resource: dict[str, Any], known: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a resource's policy document says, where it is deployed so."""
    found: list[dict[str, Any]] = resolved(choice, resource["Properties"]["PolicyDocument"]["Statement"], known)
    return found

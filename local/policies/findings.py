"""What is wrong with a policy, and what of that is accepted."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.policies.written import Policy

ACCEPTED = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True, slots=True)
class Finding:
    """`issue`: parliament's name of it, or WILDCARD_ACTION; `detail`: which actions."""

    resource: str
    issue: str
    detail: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.resource}: {self.issue}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One finding that is as it is to be, on one resource, and why."""

    resource: str
    issue: str
    actions: tuple[str, ...]
    why: str

    def covers(self, finding: Finding) -> bool:
        """All of these actions are what is found, no more."""
        mine = (self.resource, self.issue) == (finding.resource, finding.issue)
        return mine and finding.detail == ", ".join(self.actions)


def accepted(file: Path = ACCEPTED) -> list[Accepted]:
    """What that file has."""
    found = tomllib.loads(file.read_text())["accepted"]
    return [Accepted(each["resource"], each["issue"], tuple(each["actions"]), each["why"]) for each in found]


def findings(policy: Policy) -> Iterator[Finding]:
    """What parliament finds; and any action with a wildcard, of which it finds some only, and `*` alone never."""
    from parliament import analyze_policy_string  # noqa: PLC0415 -- where it is installed: .tools/parliament

    for found in analyze_policy_string(json.dumps(policy.document)).findings:
        yield Finding(policy.resource, found.issue, ", ".join(_actions(found.detail)))
    for statement in _listed(policy.document["Statement"]):
        wide = [action for action in _listed(statement.get("Action", ())) if "*" in action]
        if statement["Effect"] == "Allow" and (wide or "NotAction" in statement):
            yield Finding(policy.resource, "WILDCARD_ACTION", ", ".join(wide))


def judged(found: Iterable[Finding], reasons: Iterable[Accepted]) -> Iterator[str]:
    """What is not accepted, and what is accepted but found no longer."""
    every, left = list(dict.fromkeys(found)), list(reasons)
    for finding in every:
        if not any(reason.covers(finding) for reason in left):
            yield f"{finding}. Mend it, or name it in {ACCEPTED.name} with a reason."
    for reason in left:
        if not any(map(reason.covers, every)):
            yield f"{reason.resource}: {reason.issue} of {', '.join(reason.actions)} is accepted, but found no longer."


def _actions(detail: Any) -> list[str]:  # noqa: ANN401 -- parliament's: a sentence, actions, or records of them
    listed = detail if isinstance(detail, list) else [detail]
    return [str(each["action"] if isinstance(each, dict) and "action" in each else each) for each in listed]


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return list(value) if isinstance(value, list | tuple) else [value]

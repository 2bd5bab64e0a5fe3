"""The template with its references resolved, as CloudFormation would, to names of the tests' own."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from local.deployed.choice import Choice
from local.deployed.template import read

REGION = "eu-central-1"
VERSION = "7"
"""Of every function."""
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::StackName": "pdf-links",
}
_NOTHING = {"Ref": "AWS::NoValue"}


@cache
def _template() -> dict[str, Any]:
    return read()


class Stack:
    """What there is with these parameters."""

    def __init__(self, **chosen: str) -> None:
        self.template = _template()
        self._choice = Choice(self.template, **chosen)

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Of every resource of that kind, by its logical name."""
        every = self.template["Resources"]
        found = {name: every[name] for name in sorted(self._choice.there()) if every[name]["Type"] == kind}
        return {name: self.value(each["Properties"]) for name, each in found.items()}

    def value(self, given: Any) -> Any:
        """With every function in it done."""
        if isinstance(given, list):
            return [self.value(each) for each in given if self._choice.value(each) != _NOTHING]
        if not isinstance(given, dict):
            return given
        if len(given) == 1:
            ((name, argument),) = given.items()
            if name in ("Ref", "Condition") or name.startswith("Fn::"):
                return self._done(name, argument)
        return {name: self.value(each) for name, each in given.items() if self._choice.value(each) != _NOTHING}

    def _done(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._named(argument)
            case "Fn::GetAtt":
                return self._named(argument if isinstance(argument, str) else ".".join(argument))
            case "Fn::Sub":
                text, own = (argument, {}) if isinstance(argument, str) else argument
                return self._filled(text, {key: self.value(each) for key, each in own.items()})
            case "Fn::Join":
                return argument[0].join(self.value(argument[1]))
            case "Fn::If":
                return self.value(argument[1 if self._choice.value({"Condition": argument[0]}) else 2])
        decided = self._choice.value({name: argument})
        assert decided != {name: argument}, f"{name} is not known here"
        return decided

    def _filled(self, text: str, own: Mapping[str, Any]) -> str:
        def filled(found: re.Match[str]) -> str:
            return str(own[found[1]] if found[1] in own else self._named(found[1]))

        return re.sub(r"\$\{([\w:.]+)\}", filled, text)

    def _named(self, reference: str) -> Any:
        """A parameter's value; a resource's name or address."""
        if reference in self.template["Parameters"]:
            return self._choice.value({"Ref": reference})
        if reference in _PSEUDO:
            return _PSEUDO[reference]
        resource, _, attribute = reference.partition(".")
        own = resource.removesuffix("Url")  # SAM makes one for a function
        assert own in self._choice.there(), f"{reference} is not there"
        kind = self.template["Resources"][own]["Type"]
        if attribute == "Arn" or (not attribute and kind == "AWS::Serverless::StateMachine"):
            return arn_of(resource)
        return VERSION if attribute == "Version.Version" else name_of(resource)


def name_of(resource: str) -> str:
    """As AWS makes one: after the stack and the resource."""
    return f"pdf-links-{resource}-1A2B3C"


def arn_of(resource: str) -> str:
    return f"arn:aws:example:{REGION}:123456789012:{name_of(resource)}"

"""The template with its references resolved, as CloudFormation would, to names of the tests' own."""

from typing import Any

from local.deployed.choice import Choice
from local.deployed.resolving import Resolver
from local.deployed.template import once

REGION = "eu-central-1"
VERSION = "7"
"""Of every function."""
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::StackName": "pdf-links",
}


class Stack:
    """What there is with these parameters."""

    def __init__(self, **chosen: str) -> None:
        self.template = once()
        self._choice = Choice(self.template, **chosen)

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Of every resource of that kind, by its logical name."""
        every = self.template["Resources"]
        found = {name: every[name] for name in sorted(self._choice.there()) if every[name]["Type"] == kind}
        return {name: self.value(each["Properties"]) for name, each in found.items()}

    def value(self, given: Any) -> Any:
        """With every function in it done."""
        return Resolver(self._choice.holds, self._named, self._named, self._decided).value(given)

    def _decided(self, given: dict[str, Any]) -> Any:
        decided = self._choice.value(given)
        assert decided != given, f"{given} is not known here"
        return decided

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

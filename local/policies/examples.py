"""A template's expressions, with an example in the place of what only an account has: a linter reads no functions."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NoReturn

from local.deployed.resolving import Resolver

_DECIDED = {"OnAws": True}  # the emulator's own rights are no matter of IAM's
_ARN = "arn:aws:{service}:eu-west-1:111122223333:{name}"
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "pdf-links",
}
_PARAMETERS = {  # those whose default is empty, or of which there is none
    "KmsKeyArn": _ARN.format(service="kms", name="key/0d4ee0a0-1a2b-11f0-9c3d-0a1b2c3d4e5f"),
    "LinkSecretArn": _ARN.format(service="secretsmanager", name="secret:links-AbCdEf"),
    "ManifestRemoverArn": "arn:aws:iam::111122223333:role/remover",
    "MaxSignatureAgeSeconds": "60",
    "SigningRoleArn": "arn:aws:iam::111122223333:role/signer",
    "SigningSecretArn": _ARN.format(service="secretsmanager", name="secret:signing-AbCdEf"),
}
_ARNS = {
    "AWS::Events::Rule": _ARN.format(service="events", name="rule/{}"),
    "AWS::IAM::Role": "arn:aws:iam::111122223333:role/{}",
    "AWS::Lambda::Alias": _ARN.format(service="lambda", name="function:{}:live"),
    "AWS::Logs::LogGroup": _ARN.format(service="logs", name="log-group:{}:*"),
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": _ARN.format(service="sqs", name="{}"),
    "AWS::SecretsManager::Secret": _ARN.format(service="secretsmanager", name="secret:{}-AbCdEf"),
    "AWS::Serverless::Function": _ARN.format(service="lambda", name="function:{}"),
    "AWS::Serverless::StateMachine": _ARN.format(service="states", name="stateMachine:{}"),
}
_NAMED_BY_ARN = ("AWS::Lambda::Alias", "AWS::SecretsManager::Secret", "AWS::Serverless::StateMachine")


class UnknownExpressionError(Exception):
    """A policy holds what has no example here: it would be looked at as something else."""


def every_case(template: Mapping[str, Any], part: Any) -> Iterator[Any]:  # noqa: ANN401 -- a template's
    """What `part` comes to, for each way in which the conditions that it names can fall; each once."""
    names = sorted(set(_conditions(part)) - _DECIDED.keys())
    seen: list[Any] = []
    for fallen in product((True, False), repeat=len(names)):
        case = _Case(template, {**_DECIDED, **dict(zip(names, fallen, strict=True))}).value(part)
        if case not in seen:
            seen.append(case)
            yield case


def _conditions(part: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(part, dict):
        if "Fn::If" in part:
            yield part["Fn::If"][0]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _conditions(each)


def _unknown(part: dict[str, Any]) -> NoReturn:
    raise UnknownExpressionError(f"{part}: local/policies/examples.py has no example of it")


class _Case:
    """One way in which conditions can fall."""

    def __init__(self, template: Mapping[str, Any], conditions: Mapping[str, bool]) -> None:
        self._parameters = template.get("Parameters", {})
        self._types = {name: resource["Type"] for name, resource in template["Resources"].items()}
        self.value = Resolver(conditions.__getitem__, self._named, self._attribute, _unknown).value

    def _attribute(self, place: str) -> str:
        return self._arn(place.partition(".")[0])

    def _named(self, name: str) -> str:
        """What `Ref` gives: of a parameter its value, of most resources a name."""
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self._parameters:
            return _PARAMETERS.get(name) or str(self._parameters[name].get("Default") or name.lower())
        return self._arn(name) if self._type(name) in _NAMED_BY_ARN else name.lower()

    def _arn(self, name: str) -> str:
        if self._type(name) not in _ARNS:
            raise UnknownExpressionError(f"{name}: local/policies/examples.py has no ARN of a {self._type(name)}")
        return _ARNS[self._type(name)].format(name.lower())

    def _type(self, name: str) -> str:
        """SAM makes an alias of a function's `AutoPublishAlias`, and calls it <function>.Alias."""
        return self._types.get(name) or ("AWS::Lambda::Alias" if name.endswith(".Alias") else "no resource")

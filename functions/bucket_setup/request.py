"""CloudFormation's request to set up a bucket, to change that, or to take it back, as far as it is believed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html: numbers come as texts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from functions.bucket_setup.ours import Ours, Rule
from shared.domain.documents import BUCKET_NAME
from shared.domain.errors import EventError

Kind = Literal["Create", "Update", "Delete"]

_KINDS: Mapping[str, Kind] = {"Create": "Create", "Update": "Update", "Delete": "Delete"}
_STACK_ID = re.compile(r"arn:[^:]+:cloudformation:([^:]+):(\d{12}):stack/([A-Za-z0-9-]+)/([A-Za-z0-9-]+)").fullmatch
_NUMBERS = ("DaysAfterInitiation", "MaxAgeSeconds")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and where the answer goes. `url` is a presigned link: it is in no message and no log."""

    url: str
    stack_id: str
    request_id: str
    logical_id: str
    physical_id: str

    @classmethod
    def of(cls, event: Any) -> "Caller":  # noqa: ANN401 -- Lambda's own types
        """Raises EventError for what can be answered nowhere."""
        try:
            texts = [event[name] for name in ("ResponseURL", "StackId", "RequestId", "LogicalResourceId")]
            texts.append(event.get("PhysicalResourceId") or "")
        except (KeyError, TypeError, AttributeError):
            raise EventError("the event is no request of CloudFormation for a custom resource.") from None
        if not all(isinstance(text, str) for text in texts):
            raise EventError("the event is no request of CloudFormation: its names and ids are no texts.")
        return cls(*texts)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done, in which account and region.

    `rule`: the stack's own, which listens to the bucket. `looks`: it is looked at only, and never written to.
    """

    kind: Kind
    bucket: str
    account: str
    region: str
    ours: Ours
    rule: str = ""
    looks: bool = False

    @classmethod
    def parse(cls, event: Mapping[str, Any], caller: Caller) -> "Request":
        """Raises EventError."""
        stack = _STACK_ID(caller.stack_id)
        properties = event.get("ResourceProperties")
        kind = _KINDS.get(str(event.get("RequestType")))
        if not stack or not kind or not isinstance(properties, Mapping):
            raise EventError("the request lacks its RequestType, its stack's ARN or its ResourceProperties.")
        region, account, name, unique = stack.groups()
        owner = f"{name}/{unique}/"
        lifecycle, cors = (_rules(properties, of, owner) for of in ("LifecycleRules", "CorsRules"))
        rule, looks = str(properties.get("Rule", "")), properties.get("Only") == "look"
        return cls(kind, _bucket(properties), account, region, Ours(owner, lifecycle, cors), rule, looks)


def _bucket(properties: Mapping[str, Any]) -> str:
    name = properties.get("BucketName")
    if not isinstance(name, str) or not BUCKET_NAME.fullmatch(name):
        raise EventError(f"BucketName is no bucket's name: {str(name)[:100]!r}.")
    return name


def _rules(properties: Mapping[str, Any], of: str, owner: str) -> tuple[Rule, ...]:
    """Rules as S3's API has them, their names made the stack's own."""
    rules = properties.get(of) or ()
    if not isinstance(rules, Sequence) or not all(isinstance(rule, Mapping) and "ID" in rule for rule in rules):
        raise EventError(f"{of} is no list of rules that have an ID.")
    return tuple({**_numbers(rule), "ID": f"{owner}{rule['ID']}"} for rule in rules)


def _numbers(value: Any) -> Any:  # noqa: ANN401 -- a template's
    if not isinstance(value, Mapping):
        return value
    return {name: int(each) if name in _NUMBERS else _numbers(each) for name, each in value.items()}

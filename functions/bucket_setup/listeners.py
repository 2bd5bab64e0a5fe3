"""Which rules of EventBridge live on a bucket's events: while there is one, the bucket goes on telling.

Pure, and in doubt they do: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html. Of a
pattern these are looked at: the source, what happened, and which bucket it happened to.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

_BY_CLOUDTRAIL = " via CloudTrail"  # such events come without any setting of the bucket's


def listeners(rules: Iterable[Mapping[str, Any]], bucket: str, own: str) -> list[str]:
    """Names of the enabled rules that may be told of this bucket; `own` is left out. `rules`: as ListRules answers."""
    return [str(rule["Name"]) for rule in rules if rule["Name"] != own and _listens(rule, bucket)]


def _listens(rule: Mapping[str, Any], bucket: str) -> bool:
    if rule.get("State", "ENABLED") == "DISABLED" or "EventPattern" not in rule:
        return False
    try:
        return _may_match(json.loads(rule["EventPattern"]), bucket)
    except (ValueError, AttributeError, TypeError):  # in a form that nobody has seen yet
        return True


def _may_match(pattern: Mapping[str, Any], bucket: str) -> bool:
    name = pattern.get("detail", {}).get("bucket", {}).get("name")
    kinds = pattern.get("detail-type")
    return _allows(pattern.get("source"), "aws.s3") and _allows(name, bucket) and not _are_of_cloudtrail(kinds)


def _allows(values: Any, value: str) -> bool:  # noqa: ANN401 -- a pattern's
    """Whether a field's pattern lets a value through: one that says nothing does, and what is more than texts may."""
    return values is None or value in values or not all(isinstance(each, str) for each in values)


def _are_of_cloudtrail(kinds: Any) -> bool:  # noqa: ANN401 -- a pattern's
    return bool(kinds) and all(isinstance(kind, str) and kind.endswith(_BY_CLOUDTRAIL) for kind in kinds)

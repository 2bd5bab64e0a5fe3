"""What the template asks of its parameters, asked before CloudFormation does: in a second, and all of it at once."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from local.deployed.choice import Choice

_Declared = Mapping[str, Any]


def broken(template: Mapping[str, Any], parameters: Mapping[str, str]) -> Iterator[str]:
    """What these parameters must not be, each in a sentence.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    for name, value in parameters.items():
        declared = template["Parameters"][name]
        if not _is_let_through(declared, value) or (name == "TimeZone" and not _is_a_zone(value)):
            yield f"{name} is {value!r}, but must be {_wanted(declared)}."
    choice = Choice(template, **parameters)
    for rule in sorted(choice.refused_by()):
        yield from (f"{each}." for each in choice.refusals(rule))


def _is_let_through(declared: _Declared, value: str) -> bool:
    if "AllowedValues" in declared:
        return value in map(str, declared["AllowedValues"])
    if declared["Type"] == "Number":
        return value.isdecimal() and declared["MinValue"] <= int(value) <= declared["MaxValue"]
    return re.fullmatch(declared.get("AllowedPattern", "(?s).*"), value) is not None


def _is_a_zone(value: str) -> bool:
    """A machine without a list of them lets all through: AWS has its own."""
    zones = available_timezones()
    return not zones or value in zones


def _wanted(declared: _Declared) -> str:
    if "AllowedValues" in declared:
        return "one of " + ", ".join(map(str, declared["AllowedValues"]))
    if declared["Type"] == "Number":
        return f"a whole number from {declared['MinValue']} to {declared['MaxValue']}"
    return str(declared.get("ConstraintDescription") or f"like {declared['AllowedPattern']}")

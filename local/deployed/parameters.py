"""The template's parameters, from what a person typed to a file that SAM reads as it was meant.

    PARAMETERS="Name=value Other='a value with spaces'" python -m local.deployed.parameters STACK ARCHITECTURE FILE

On SAM's own command line a value ends at its first space, unless it has quotes that are quoted themselves, and a name
the template does not know is dropped without a word.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.deployed import lifetimes
from local.deployed.constraints import broken
from local.deployed.template import once

# A bucket's name has at most 63 characters; an account's number has 12, a region's name up to 14:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_LONGEST_STACK = 63 - len("-000000000000-ap-northeast-1")


class ParameterError(Exception):
    """What was typed cannot be meant; the message says which part, and what to write instead."""


def parsed(text: str, known: Collection[str]) -> dict[str, str]:
    """`Name=value …`, quoted as in a shell; `known` are the names there are."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ParameterError(f"PARAMETERS cannot be read: {error}. Quote it as in a shell.") from error
    pairs = [_pair(word, known) for word in words]
    names = [name for name, _ in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ParameterError(f"PARAMETERS has {', '.join(twice)} twice: which value is meant?")
    return dict(pairs)


def all_of(parameters: Mapping[str, str], template: Mapping[str, Any]) -> dict[str, str]:
    """Every parameter, the template's default where none is chosen: SAM leaves out what it is not told as it was."""
    return {name: str(each["Default"]) for name, each in template["Parameters"].items()} | dict(parameters)


def check(parameters: Mapping[str, str], template: Mapping[str, Any]) -> None:
    """Raise ParameterError with all that the template would refuse."""
    if wrong := list(broken(template, parameters)):
        raise ParameterError("\n".join(wrong))


def check_bucket_name(stack: str, parameters: Mapping[str, str]) -> None:
    """Raise ParameterError where the bucket cannot be called after the stack, as it is without a BucketName."""
    if parameters.get("BucketName") or parameters.get("ExistingBucketName"):
        return
    if not re.fullmatch(r"[a-z][a-z0-9-]*", stack) or len(stack) > _LONGEST_STACK:
        raise ParameterError(
            f"No bucket can be called after STACK={stack} in every region: lower-case letters, digits and hyphens, "
            f"at most {_LONGEST_STACK} of them. Name it otherwise, or the bucket with PARAMETERS=BucketName=…"
        )


def unheard(parameters: Mapping[str, str]) -> Iterator[str]:
    """What is missing so that somebody hears of it at night, in a sentence."""
    if not parameters.get("AlarmTopicArn"):
        yield "AlarmTopicArn is empty: alarms change their state, and nobody is told. Give it the ARN of an SNS topic."


def risks(parameters: Mapping[str, str]) -> Iterator[str]:
    """What is chosen and may be regretted, each in a sentence."""
    yield from _risks_of_opening(parameters)
    yield from lifetimes.risks(parameters)


def _risks_of_opening(parameters: Mapping[str, str]) -> Iterator[str]:
    if parameters.get("OpenLinks") != "ENABLED":
        return
    if not parameters.get("OpenConcurrency"):
        yield (
            "OpenConcurrency is empty: who asks for links often enough, valid or not, takes from all others the "
            "functions that the account may run at once; OpenConcurrency=10 bounds that, where the account may reserve."
        )
    if parameters.get("Links") == "stable" and not parameters.get("LinkBaseUrl"):
        yield (
            "LinkBaseUrl is empty: links begin with the function's own address and die with it; give them a domain of "
            "your own before you hand any out (docs/links.md)."
        )


def write(parameters: Mapping[str, str], file: Path) -> None:
    """As SAM reads it: YAML, which JSON is; a file called `.json` it does not take."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(parameters, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _pair(word: str, known: Collection[str]) -> tuple[str, str]:
    name, is_pair, value = word.partition("=")
    if not is_pair:
        raise ParameterError(f"PARAMETERS has {word!r}, which is no Name=value. A value with spaces needs quotes.")
    if name == "Architecture":
        raise ParameterError("PARAMETERS has Architecture; say ARCH=… instead, which builds for it, too.")
    if name not in known:
        raise ParameterError(f"PARAMETERS has {name!r}, which the template does not know: {', '.join(sorted(known))}.")
    return name, value


def main() -> None:
    """What `make deploy` runs first."""
    stack, architecture, file = sys.argv[1:]
    try:
        parameters = parsed(os.environ.get("PARAMETERS", ""), once()["Parameters"])
        check_bucket_name(stack, parameters)
        check(parameters, once())
    except ParameterError as error:
        sys.exit(str(error))
    for risk in (*unheard(parameters), *risks(parameters)):
        print(f"Note: {risk}", file=sys.stderr)
    write(all_of({"Architecture": architecture, **parameters}, once()), Path(file))


if __name__ == "__main__":
    main()

"""template.yaml, read: for what has to know it before CloudFormation does."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.project import ROOT

TEMPLATE = ROOT / "template.yaml"
ZIP_IN_TEMPLATE = ".build/lambda/arm64/functions.zip"
MACHINE_IN_TEMPLATE = "statemachines/full_scan.asl.json"


class _Loader(yaml.SafeLoader):
    """Reads `!Ref X` as {"Ref": "X"}: the short forms of intrinsic functions are tags, which YAML does not know."""


def _intrinsic(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    assert isinstance(node, yaml.SequenceNode)
    return {name: loader.construct_sequence(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


def read(template: Path = TEMPLATE) -> dict[str, Any]:
    """A template as CloudFormation sees it: every intrinsic function in its long form."""
    loaded: dict[str, Any] = yaml.load(template.read_text(), _Loader)  # noqa: S506 - a safe loader
    return loaded


@cache
def once() -> Mapping[str, Any]:
    """template.yaml, for who only looks at it: reading it takes a tenth of a second."""
    return read()


def text_with(code: str, machine: str) -> str:
    """The template's text, with the functions' zip and the state machine found at these places."""
    return TEMPLATE.read_text().replace(ZIP_IN_TEMPLATE, code).replace(MACHINE_IN_TEMPLATE, machine)

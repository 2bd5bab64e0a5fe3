"""docs/deploy.md has every parameter of the template, with its default."""

import re
from typing import Any

import pytest

from local.project import ROOT

PAGE = (ROOT / "docs" / "deploy.md").read_text()
ROW = re.compile(r"(?m)^\| ((?:`\w+`(?:, )?)+) \| (empty|`[^`]+`) \| \S")


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    rows = dict(ROW.findall(PAGE))
    return {name: default.strip("`") for names, default in rows.items() for name in re.findall(r"\w+", names)}


def test_every_parameter_is_in_its_table_and_no_other(template: dict[str, Any], told: dict[str, str]) -> None:
    assert sorted(told) == sorted(template["Parameters"])


def test_with_the_default_that_it_has(template: dict[str, Any], told: dict[str, str]) -> None:
    assert told == {name: str(each["Default"]) or "empty" for name, each in template["Parameters"].items()}

"""What the template says that an emulator cannot prove: bounds, rights and times that only AWS would hold it to."""

import json
from typing import Any

import pytest

from local.deployed.template import TEMPLATE, read


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return read()


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in template["Resources"].items()}


@pytest.fixture(scope="module")
def machine(resources: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = resources["FullScanMachine"]
    return properties


@pytest.fixture(scope="module")
def definition(machine: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(TEMPLATE.parent.joinpath(str(machine["DefinitionUri"])).read_text())
    return loaded

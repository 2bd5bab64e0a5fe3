"""What the template says that an emulator cannot prove: bounds, rights and times that only AWS would hold it to."""

from typing import Any

import pytest

from local.deployed.template import read


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return read()


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in template["Resources"].items()}

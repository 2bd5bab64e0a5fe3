"""The template as a text."""

import json
import re

import yaml

from local.deployed.template import TEMPLATE, read


def test_no_alias_is_used_for_cloudformation_knows_none() -> None:
    tokens = yaml.scan(TEMPLATE.read_text())
    assert not [token for token in tokens if isinstance(token, yaml.AliasToken | yaml.AnchorToken)]


def test_what_it_says_to_people_holds_no_json_that_is_none() -> None:
    said = [output["Description"] for output in read()["Outputs"].values()]
    for text in said:
        for quoted in re.findall(r"{.*}", text):
            json.loads(quoted)
    assert any("{" in text for text in said)

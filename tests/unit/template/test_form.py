"""The template as a text."""

import yaml

from local.deployed.template import TEMPLATE


def test_no_alias_is_used_for_cloudformation_knows_none() -> None:
    tokens = yaml.scan(TEMPLATE.read_text())
    assert not [token for token in tokens if isinstance(token, yaml.AliasToken | yaml.AnchorToken)]

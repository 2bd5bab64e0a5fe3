"""`make follow` of the deployed stack: what its functions commit, as they do."""

import json

import pytest

from local.deployed.deployment import STACK_NAME
from local.deployed.library import Library, fetch
from tests.follower import following, line
from tests.shell import Shell

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


def test_an_upload_is_told_with_a_link_that_works_and_so_is_its_end(
    library: Library, shell: Shell, prefix: str
) -> None:
    library.upload(f"{prefix}old.pdf", PDF)
    library.execute(prefix=prefix)
    with following(shell, f"PREFIX={prefix}", f"STACK={STACK_NAME}", "JSON=1") as follow:
        told = [json.loads(line(follow))]
        library.upload(f"{prefix}acme/q1.pdf", PDF)
        told.append(json.loads(line(follow)))
        assert fetch(told[1]["url"]) == PDF
        library.delete(f"{prefix}acme/q1.pdf")
        told.append(json.loads(line(follow)))
    seen = [(each["what"], each["key"].removeprefix(prefix)) for each in told]
    assert seen == [("there", "old.pdf"), ("new", "acme/q1.pdf"), ("gone", "acme/q1.pdf")]

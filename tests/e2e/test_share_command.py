"""`make share STACK=…` and what it leads to, on the deployed stack: by the address alone, as whoever has it would."""

import json
from http import HTTPStatus
from urllib.request import Request, urlopen

import pytest

from local.deployed.deployment import STACK_NAME
from local.deployed.library import Library, fetch, seconds_until, status_of
from tests.shell import Shell

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


def test_a_folder_is_open_until_it_is_taken_back(library: Library, shell: Shell, prefix: str) -> None:
    key = f"{prefix}acme/q1 ü.pdf"
    library.upload(key, PDF)
    seconds_until(lambda: library.shows(key), f"{key} in its manifest")

    made = shell.answer("share", f"PREFIX={prefix}", JSON="1", STACK=STACK_NAME, LABEL="<April>")
    address = made["address"]
    (line,) = map(json.loads, fetch(f"{address}manifest.jsonl").splitlines())
    assert line["key"] == "acme/q1 ü.pdf"
    assert fetch(line["url"]) == PDF
    assert fetch(f"{address}links.txt").decode().split() == [line["url"]]
    assert json.loads(fetch(f"{address}share.json"))["folders"] == 1
    assert json.loads(fetch(f"{address}share.json"))["label"] == "<April>"
    with urlopen(Request(address, headers={"Accept": "text/html"}), timeout=10) as page:
        assert b'<script type="module">' in page.read()

    assert [each["share"] for each in shell.answer("shares", JSON="1", STACK=STACK_NAME)] == [made["share"]]
    done = shell.make("unshare", STACK=STACK_NAME, SHARE=made["share"][:8])
    assert "is taken back" in done.stdout, done.stderr
    for closed in (address, f"{address}manifest.jsonl", line["url"]):
        assert status_of(closed) == HTTPStatus.NOT_FOUND


def test_a_stack_that_is_not_there_is_one_clear_line(shell: Shell) -> None:
    done = shell.make("shares", STACK="no-such-stack")
    assert done.returncode != 0
    assert "no-such-stack" in done.stderr
    assert "Traceback" not in done.stderr

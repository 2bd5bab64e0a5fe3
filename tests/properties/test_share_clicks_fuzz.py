"""Whatever is asked of a share, it shows and opens its own documents and nothing else, and logs no token."""

import json
import os
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.opaque import encoded, named
from shared.sharing.cursor import Cursor
from tests.conftest import Log
from tests.opened import AT, ID, TREE, Opened

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
OPENED = Opened()
OTHERS = (
    "other/x.pdf",
    "acme2/secret.pdf",
    "../other/x.pdf",
    "manifests/acme/manifest.jsonl",
    "..",
    "%2e%2e/",
    "\x00",
    "ü",
)

anything = st.text(max_size=40) | st.text(st.sampled_from("/.%2eEfFcC_-=?#\\\r\n\x00\u202e<>\"'"), max_size=40)
keys = st.sampled_from([*OTHERS, *(key.removeprefix("acme/") for key in TREE)]) | anything
documents = keys.map(lambda key: f"d/{named(key)}") | anything.map("d/{}".format)
views = st.sampled_from(["", "manifest.jsonl", "links.txt", "share.json"])
below = views | documents | anything
paths = below.map(f"{AT}/{{}}".format) | anything.map(f"{AT}{{}}".format) | anything.map("/s/{}".format)
told = st.recursive(
    keys | st.integers(-2, 10**16) | st.none() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=4,
)
made = st.builds(Cursor, st.sampled_from(["", "2026/", "../", "../other/"]), st.none() | keys)
cursors = (
    told.map(lambda each: encoded(json.dumps(each).encode()))
    | told.map(lambda each: encoded(json.dumps(each, separators=(",", ":"), ensure_ascii=False).encode()))
    | made.map(Cursor.encode)
    | anything
)
queries = cursors.map("after={}".format) | st.just("") | anything


@settings(max_examples=EXAMPLES, deadline=None)
@given(path=paths, method=st.sampled_from(["GET", "HEAD"]), query=queries)
def click(path: str, method: str, query: str) -> None:
    answer = OPENED.click(path, method, query)
    assert answer["statusCode"] in (200, 302, 308, 400, 404, 409, 410, 414)
    assert "secret" not in answer["body"]
    if answer["statusCode"] == HTTPStatus.FOUND:
        assert unquote(urlsplit(answer["headers"]["location"]).path).startswith("/acme/")


def test_nothing_but_its_own_documents_is_shown_or_opened_and_no_token_logged(log: Log) -> None:
    click()
    assert log()
    assert ID not in json.dumps(log())


@settings(max_examples=EXAMPLES, deadline=None)
@given(query=cursors.map("after={}".format))
def test_whatever_the_cursor_lines_are_the_shares_own(query: str) -> None:
    answer = OPENED.click(f"{AT}/manifest.jsonl", query=query)
    lines: list[dict[str, Any]] = [json.loads(line) for line in answer["body"].splitlines()]
    if answer["statusCode"] == 200:
        assert {f"acme/{line['key']}" for line in lines} <= set(TREE)

"""Whatever is asked of open_link, it answers in words of its own, opens nothing it should not, and logs no secret."""

import os
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clicks import Clicks, event

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
KEYS = ("a/q1.pdf", "a/x\r\nSet-Cookie: a=b.pdf", "a/\u202efdp.exe.pdf", "a/<script>alert(1)</script>.pdf", "ü/é.pdf")
SPLITTING = re.compile(r"[\x00-\x1f\x7f-\uffff]")

CLICKS = Clicks()
for _key in KEYS:
    CLICKS.s3.upload(_key)
PATHS = [CLICKS.path_of(key) for key in KEYS]

anything = st.text(max_size=60) | st.text(st.sampled_from("/ds%2eE.-_Aab=+?#\\\r\n\x00\u202e<>\"'&"), max_size=60)
tokens = st.text(st.sampled_from("ABCDwxyz0189-_="), max_size=64)
mutated = st.builds(
    lambda path, at, text: path[: at % len(path)] + text + path[at % len(path) + 1 :],
    st.sampled_from(PATHS),
    st.integers(0, 10_000),
    anything,
)
built = st.builds("/{}/{}/{}/{}".format, st.sampled_from(["d", "s", "D", "", "d%2f"]), tokens, tokens, anything)
paths = mutated | built | st.sampled_from(PATHS) | anything.map("/".__add__) | anything | anything.map(quote)
headers = st.dictionaries(st.sampled_from(["accept", "accept-encoding", "host", "x-forwarded-host", "range"]), anything)
methods = st.sampled_from(["GET", "HEAD", "GET", "HEAD", "POST", "OPTIONS", "\r\n"])
events = st.builds(lambda told, *line: event(*line, **told), headers, paths, methods, anything)
nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | anything,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rawPath", "requestContext", "http", "method", "headers", "rawQueryString", "x"]), inner
        )
    ),
    max_leaves=8,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(events)
def test_every_request_is_answered_well(asked: dict[str, Any]) -> None:
    answer = CLICKS.respond(asked)
    assert answer["statusCode"] // 100 in (2, 3, 4), answer
    assert not [each for each in answer["headers"].items() if SPLITTING.search("".join(each))]
    assert "<script>" not in str(answer["body"])
    if answer["statusCode"] == 302:
        assert f"/{asked['rawPath'].removeprefix('/')}".startswith(tuple(path.rsplit("/", 1)[0] for path in PATHS))
        assert answer["headers"]["location"].startswith("https://docs.s3.eu-west-1.amazonaws.com/")


@settings(max_examples=EXAMPLES, deadline=None)
@given(nonsense)
def test_what_is_no_request_is_refused_as_such(asked: Any) -> None:
    assert CLICKS.respond(asked)["statusCode"] // 100 in (2, 3, 4)


@pytest.mark.parametrize("key", KEYS)
def test_every_change_of_one_bit_of_a_link_opens_nothing(key: str) -> None:
    _, kind, mac, named, name = CLICKS.path_of(key).split("/")
    for segment in (mac, named):
        for at in range(len(segment)):
            for bit in range(7):
                changed = segment[:at] + chr(ord(segment[at]) ^ 1 << bit) + segment[at + 1 :]
                parts = (changed, named) if segment is mac else (mac, changed)
                assert CLICKS.click("/".join(("", kind, *parts, name)))["statusCode"] == 404

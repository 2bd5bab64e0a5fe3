"""Whatever a scan is asked for, it is a turn that comes back as it was, or one of three errors that says why not."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.documents import Folder, Layout
from shared.domain.errors import EventError, RangeError, ResumeError
from shared.domain.ranges import Range
from shared.scan.resume import token_of
from shared.scan.turn import Phase, Turn

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": "a/"})
LAYOUT = Layout()

SOME_TEXTS = ["", "a", "a/", "a/b", "a/b/", "a/\ud800", "a/\uffff/", "docs", "listing", "alone", "manifests/", "1"]
TEXTS = st.sampled_from(SOME_TEXTS) | st.text(st.characters(), max_size=8).map(lambda text: f"a/{text}") | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["bucket", "prefix", "links", "after", "until", "alone", "resumable", "resume", "other"])
TURNS = st.sampled_from(
    [
        Turn(Folder("docs", "a/"), Range("a/")),
        Turn(Folder("docs", "a/"), Range("a/", "a/b", "a/c"), ("a/", "a/b/"), begin="a/a"),
        Turn(Folder("docs", ""), Range(""), ("", "a/"), Phase.ALONE),
        Turn(Folder("other", "a/"), Range("a/"), ("a/",), Phase.SINGLY),
    ]
)


def parsed(event: Any) -> Turn | None:
    with suppress(EventError, RangeError, ResumeError):
        return Request.parse(event, SETTINGS).turn
    return None


def comes_back(turn: Turn | None) -> bool:
    assert turn
    token = json.loads(json.dumps(token_of(turn, LAYOUT)))
    return parsed({"resume": token}) == turn


@given(VALUES | st.dictionaries(FIELDS, VALUES))
def test_any_event_is_a_turn_that_can_be_gone_on_with_or_refused(event: Any) -> None:
    turn = parsed(event)
    nothing_left = turn is None or (turn.phase is Phase.ALONE and not turn.alone)
    assert nothing_left or comes_back(turn)


@given(TURNS, st.data())
def test_any_change_of_what_an_answer_held_is_a_turn_or_refused(turn: Turn, data: st.DataObject) -> None:
    token = token_of(turn, LAYOUT)
    changed = token | {data.draw(st.sampled_from(sorted(token))): data.draw(VALUES)}
    resumed = parsed({"resume": changed})
    assert resumed is None or comes_back(resumed)


@given(TURNS, st.data())
def test_any_change_of_its_layout_is_a_turn_or_refused(turn: Turn, data: st.DataObject) -> None:
    token = token_of(turn, LAYOUT)
    name = data.draw(st.sampled_from(sorted(token["layout"])))
    value = data.draw(VALUES)
    resumed = parsed({"resume": token | {"layout": token["layout"] | {name: value}}})
    assert resumed == (turn if value == token["layout"][name] else None)


@given(TURNS, st.dictionaries(FIELDS, VALUES, min_size=1))
def test_whatever_stands_beside_what_an_answer_held_it_goes_on_with_that_or_is_refused(
    turn: Turn, beside: dict[str, Any]
) -> None:
    assert parsed(beside | {"resume": token_of(turn, LAYOUT)}) in (turn, None)

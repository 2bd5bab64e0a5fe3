"""What a scan of a part of a prefix can be asked for."""

from typing import Any

import pytest

from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.documents import Folder
from shared.domain.errors import EventError, RangeError
from shared.domain.ranges import Range
from shared.scan.turn import Phase, Turn

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": "2026/04/"})
LINK = "2026/04/?X-Amz-Signature=SECRET"


@pytest.mark.parametrize(
    ("event", "own", "whole"),
    [
        ({"after": "2026/04/b"}, Range("2026/04/", "2026/04/b"), False),
        ({"until": "2026/04/b"}, Range("2026/04/", until="2026/04/b"), False),
        ({"after": "2026/04/\uffff", "until": "2026/04/\U0001f9fe"},
         Range("2026/04/", "2026/04/\uffff", "2026/04/\U0001f9fe"), False),
        ({"after": None, "until": None}, Range("2026/04/"), True),
        ({"after": "2026/04/"}, Range("2026/04/", "2026/04/"), False),
        ({"prefix": "", "until": "a"}, Range("", until="a"), False),
    ],
)  # fmt: skip
def test_a_range_is_known_by_its_ends(event: dict[str, Any], own: Range, whole: bool) -> None:  # noqa: FBT001 -- a parameter
    turn = Request.parse(event, SETTINGS).turn
    assert turn == Turn.first(Folder("docs", own.prefix), own)
    assert turn.is_whole is whole


@pytest.mark.parametrize("name", ["after", "until"])
@pytest.mark.parametrize(
    ("end", "told"),
    [
        (7, "is 7, but must be text"),
        (True, "is True, but must be text"),
        (["2026/04/a"], "must be text, or be left out"),
        ({LINK: 1}, "must be text, or be left out"),
        ("", "is empty, which is no key below '2026/04/'"),
        ("2026/05/", "'2026/05/' is not below its prefix '2026/04/'"),
        ("2026/04", "'2026/04' is not below its prefix '2026/04/'"),
        ("2026/04/\udfff", "is no UTF-8 text"),
        ("\ud800", "is no UTF-8 text"),
        (f"x{LINK}", "is not below its prefix"),
    ],
)
def test_an_end_that_cannot_be_is_named_with_what_it_must_be(name: str, end: Any, told: str) -> None:
    with pytest.raises(RangeError) as caught:
        Request.parse({name: end}, SETTINGS)
    assert f"'{name}'" in str(caught.value)
    assert told in str(caught.value)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("after", "until"),
    [("2026/04/b", "2026/04/b"), ("2026/04/b", "2026/04/a"), ("2026/04/\U0001f9fe", "2026/04/\uffff"),
     (None, "2026/04/\ud800"), ("2026/04/b", "")],
)  # fmt: skip
def test_a_range_without_a_key_is_refused(after: str | None, until: str) -> None:
    with pytest.raises(RangeError, match="'until'"):
        Request.parse({"after": after, "until": until}, SETTINGS)


@pytest.mark.parametrize("name", ["after", "until"])
def test_an_empty_end_is_refused_where_the_whole_bucket_is_meant_too(name: str) -> None:
    with pytest.raises(RangeError, match=f"'{name}' is empty, .* leave it out"):
        Request.parse({"prefix": "", name: ""}, SETTINGS)


def test_folders_alone_are_rebuilt_once_each() -> None:
    turn = Request.parse({"alone": ["2026/04/b/", "2026/04/", "2026/04/b/"]}, SETTINGS).turn
    assert (turn.alone, turn.phase, turn.range) == (("2026/04/b/", "2026/04/"), Phase.ALONE, Range("2026/04/"))


@pytest.mark.parametrize("alone", [None, "2026/04/", {"2026/04/": 1}, 7, False])
def test_folders_alone_are_a_list(alone: Any) -> None:
    with pytest.raises(EventError, match="'alone' must be a list of folders"):
        Request.parse({"alone": alone}, SETTINGS)


@pytest.mark.parametrize("other", ["after", "until"])
def test_folders_alone_are_no_range(other: str) -> None:
    with pytest.raises(EventError, match="without 'after' and 'until'"):
        Request.parse({"alone": ["2026/04/"], other: "2026/04/b"}, SETTINGS)


@pytest.mark.parametrize(
    "name",
    [
        7,
        None,
        ["2026/04/"],
        "",
        "2026/",
        "2026/05/",
        "2026/04/a",
        "2026/04/\ud800/",
        f"{LINK}",
        f"2026/04/{'x' * 999}/",
    ],
)
def test_what_is_no_folder_below_the_prefix_is_none_to_be_listed_alone(name: Any) -> None:
    with pytest.raises(EventError, match=r"the scan's 'alone' has .* only folders below '2026/04/'") as caught:
        Request.parse({"alone": ["2026/04/a/", name]}, SETTINGS)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("name", ["manifests/", "manifests/a/", ".staging/", ".state/"])
def test_a_folder_that_has_no_manifest_of_its_own_is_none_either(name: str) -> None:
    settings = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX_DEPTH": "1"})
    with pytest.raises(EventError, match="'alone'"):
        Request.parse({"alone": [name]}, settings)

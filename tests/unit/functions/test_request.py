"""What a full scan can be asked for."""

from typing import Any

import pytest

from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.documents import Folder
from shared.domain.errors import EventError

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": "2026/04/"})


@pytest.mark.parametrize(
    ("event", "bucket", "prefix", "links"),
    [
        ({}, "docs", "2026/04/", True),
        ({"prefix": ""}, "docs", "", True),
        ({"prefix": "a"}, "docs", "a/", True),
        ({"prefix": "a/b/"}, "docs", "a/b/", True),
        ({"bucket": "other", "links": False}, "other", "2026/04/", False),
        ({"prefix": "manifest/", "something": "else"}, "docs", "manifest/", True),
    ],
)
def test_what_is_missing_comes_from_the_environment(event: Any, bucket: str, prefix: str, links: Any) -> None:
    assert Request.parse(event, SETTINGS) == Request(Folder(bucket, prefix), links)


def test_a_prefix_deeper_than_the_manifests_is_widened() -> None:
    settings = Settings.from_env({"PREFIX_DEPTH": "2"})
    assert Request.parse({"prefix": "2026/04/acme"}, settings).folder.prefix == "2026/04/"


@pytest.mark.parametrize("event", [None, "prefix", [], 7, True])
def test_what_is_no_object_is_no_request(event: Any) -> None:
    with pytest.raises(EventError, match=type(event).__name__):
        Request.parse(event, SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bucket", ""),
        ("bucket", None),
        ("bucket", 7),
        ("bucket", "\ud800"),
        ("prefix", None),
        ("prefix", ["a/"]),
        ("prefix", "\ud800"),
        ("prefix", "manifests/"),
        ("prefix", "manifests"),
        ("prefix", ".staging/x/"),
        ("prefix", "x" * 1000),
        ("links", None),
        ("links", "no"),
        ("links", 0),
    ],
)
def test_a_field_that_cannot_be_used_is_named(name: str, value: Any) -> None:
    with pytest.raises(EventError, match=f"'{name}'"):
        Request.parse({name: value}, SETTINGS)

"""What a full scan can be asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.documents import Folder
from shared.domain.errors import EventError
from shared.domain.ranges import Range
from shared.scan.turn import Turn

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": "2026/04/"})


@pytest.mark.parametrize(
    ("event", "bucket", "prefix", "links"),
    [
        ({}, "docs", "2026/04/", True),
        ({"prefix": ""}, "docs", "", True),
        ({"prefix": "a"}, "docs", "a/", True),
        ({"prefix": "a/b/"}, "docs", "a/b/", True),
        ({"bucket": "other", "links": False}, "other", "2026/04/", False),
        ({"prefix": "manifest/"}, "docs", "manifest/", True),
    ],
)
def test_what_is_missing_comes_from_the_environment(event: Any, bucket: str, prefix: str, links: Any) -> None:
    assert Request.parse(event, SETTINGS) == Request(Turn(Folder(bucket, prefix), Range(prefix)), links)


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


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"Prefix": "2026/05/"}, "'Prefix'"),
        ({"prefix": "a/", "dry_run": True, "Bucket": "b"}, "'dry_run', 'Bucket'"),
        ({str(number): 0 for number in range(99)}, "'0', '1', '2', '3', '4', …"),
        ({"Records": []}, "'Records'"),
        ({7: 7}, "7"),
    ],
)
def test_a_field_that_is_not_known_is_refused_with_those_that_are(event: dict[Any, Any], named: str) -> None:
    with pytest.raises(EventError) as caught:
        Request.parse(event, SETTINGS)
    assert f"the field {named}; it takes 'bucket', 'prefix', 'links', 'after'," in str(caught.value)


@pytest.mark.parametrize(("source", "detail"), [("aws.events", {}), ("aws.scheduler", "{}")])
def test_a_schedule_without_an_input_is_told_how_to_give_one(source: str, detail: Any) -> None:
    envelope = {"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": source, "detail": detail}
    with pytest.raises(EventError, match=r'constant input, such as \{"prefix": ""\}'):
        Request.parse(envelope, SETTINGS)


V2 = "https://b.s3.amazonaws.com/k.pdf?AWSAccessKeyId=AKIDSECRET&Signature=SECRET%3D&Expires=1"
V4 = "https://b.s3.amazonaws.com/k.pdf?X-Amz-Credential=SECRET&X-Amz-Security-Token=SECRET&X-Amz-Signature=SECRET"
SHORT = "?Signature=SECRET&AWSAccessKeyId=SECRET&X-Amz-Security-Token=SECRET&X-Amz-Signature=SECRET"


@pytest.mark.parametrize("link", [V2, V4, SHORT], ids=["V2", "V4", "query"])
@pytest.mark.parametrize(
    "event",
    [
        lambda link: {"bucket": link},
        lambda link: {"bucket": [link]},
        lambda link: {"bucket": f"{link}\ud800"},
        lambda link: {"prefix": {"is": link}},
        lambda link: {"prefix": f"manifests/{link}"},
        lambda link: {"prefix": f"{link}{'x' * 1000}"},
        lambda link: {"links": link},
        lambda link: {link: "2026/"},
    ],
)
def test_a_presigned_link_is_quoted_without_what_makes_it_work(event: Callable[[str], Any], link: str) -> None:
    with pytest.raises(EventError) as caught:
        Request.parse(event(link), SETTINGS)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("link", [V2, V4])
def test_a_presigned_link_is_no_prefix(link: str) -> None:
    """It would be in every line of the log, and in a manifest's name."""
    with pytest.raises(EventError, match="is a link") as caught:
        Request.parse({"prefix": link}, SETTINGS)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["signature=valid/", "https://example.com/"])
def test_a_prefix_that_only_resembles_a_link_is_scanned(prefix: str) -> None:
    assert Request.parse({"prefix": prefix}, SETTINGS).folder.prefix == prefix


@pytest.mark.parametrize(
    ("event", "own", "covers"),
    [
        ({}, "2026/", True),
        ({"prefix": ""}, "2026/", True),
        ({"prefix": "2026/"}, "2026", True),
        ({"prefix": "2026/04/"}, "2026/", False),
        ({"prefix": "2025/"}, "2026/", False),
        ({"prefix": "2026/", "bucket": "others"}, "2026/", False),
    ],
)
def test_a_scan_of_all_that_is_its_own_is_told_from_one_of_a_folder(
    event: dict[str, str],
    own: str,
    *,
    covers: bool,
) -> None:
    settings = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": own})
    assert Request.parse(event, settings).covers(settings) is covers

"""A scan that does not go well: what fails fails alone, what is complete stays, what is not is never committed."""

from typing import Any

import pytest

from shared.domain.errors import (
    AccessDeniedError,
    BucketMissingError,
    ManifestDamagedError,
    OutOfTimeError,
    SchemaTooNewError,
    StoreUnavailableError,
)
from shared.domain.head import Head
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import Scanned, manifest_of, raising

TREE = ("a/1.pdf", "a/b/2.pdf", "a/b/3.pdf", "a/c.pdf", "d/4.pdf", "top.pdf")


class Disordered(FakeS3):
    """Lists `a/2.pdf` after everything else, as no S3 should."""

    def _list_objects_v2(self, *_: Any, **request: Any) -> dict[str, Any]:
        page, _ = super()._list_objects_v2(**request | {"MaxKeys": 1000})["Listed"]
        if request["Prefix"] == "":
            page.sort(key=lambda found: found.key == "a/2.pdf")
        return {"Listed": (page, None)}


def test_a_prefix_that_fails_does_not_stop_the_others() -> None:
    world = Scanned(*TREE)

    def deny(name: str, request: dict[str, Any]) -> None:
        if name == "put_object" and request["Key"] == manifest_of("a/b/"):
            raise refusal("AccessDenied")

    world.s3.before = deny
    report = world.scan()
    assert isinstance(report.failed["a/b/"], AccessDeniedError)
    assert world.views().keys() == {"", "a/", "d/"}


def test_a_manifest_of_a_higher_schema_fails_alone() -> None:
    world = Scanned(*TREE)
    newer = Head(revision=7).metadata() | {"schema": "2"}
    world.s3.put_object(Bucket="docs", Key=manifest_of("d/"), Body=b"{}\n", Metadata=newer, ContentType="x")
    report = world.scan()
    assert isinstance(report.failed["d/"], SchemaTooNewError)
    assert world.stored(manifest_of("d/")).body == b"{}\n"
    assert report.rebuilt.keys() == {"", "a/", "a/b/"}


def test_a_damaged_manifest_is_healed_by_the_scan() -> None:
    world = Scanned("a/1.pdf")
    world.s3.upload(manifest_of("a/"), b"no JSON\n")
    with pytest.raises(ManifestDamagedError):
        world.publish("a/1.pdf")
    world.scan()
    assert world.views()["a/"] == ["a/1.pdf"]


def test_a_listing_that_fails_half_way_commits_what_is_complete_and_says_so() -> None:
    world = Scanned(*TREE, queue_max=2)
    pages = 0

    def fail(name: str, request: dict[str, Any]) -> None:
        nonlocal pages
        if name == "list_objects_v2" and not request["Prefix"].startswith("manifests/"):
            pages += 1
            if pages == 5:
                raise refusal("AccessDenied")

    world.s3.before = fail
    report = world.scan()
    assert isinstance(report.interrupted, AccessDeniedError)
    assert report.rebuilt.keys() == {"a/b/"}
    assert world.views() == {"a/b/": ["a/b/2.pdf", "a/b/3.pdf"]}


def test_an_interrupted_scan_empties_nothing() -> None:
    world = Scanned("a/1.pdf", "z/1.pdf")
    world.scan()
    before = world.stored(manifest_of("z/"))

    def fail(name: str, request: dict[str, Any]) -> None:
        if name == "list_objects_v2" and request["Prefix"] == "":
            raise refusal("InternalError")

    world.s3.before = fail
    assert isinstance(world.scan().interrupted, StoreUnavailableError)
    assert world.stored(manifest_of("z/")) == before


def test_running_out_of_time_is_told_and_what_was_committed_stays() -> None:
    world = Scanned(*TREE)
    pages = 0

    def spend(name: str, request: dict[str, Any]) -> None:
        nonlocal pages
        pages += name == "list_objects_v2" and request["Prefix"] == ""
        if pages == 2:
            world.seconds_left = 1

    world.s3.before = spend
    report = world.scan()
    assert isinstance(report.interrupted, OutOfTimeError)
    assert world.views().keys() <= {"a/b/"}


def test_a_bucket_that_does_not_exist_ends_the_scan_at_once() -> None:
    with pytest.raises(BucketMissingError, match="nowhere"):
        Scanned().scan(bucket="nowhere")


def test_a_survey_that_is_denied_ends_the_scan_at_once() -> None:
    world = Scanned(*TREE)
    world.s3.before = lambda _name, _request: raising(refusal("AccessDenied"))()
    with pytest.raises(AccessDeniedError, match="LIST"):
        world.scan()


def test_a_prefix_that_the_listing_came_back_to_is_listed_alone() -> None:
    world = Scanned("a/1.pdf", "a/2.pdf", "b/1.pdf", s3=Disordered())
    report = world.scan()
    assert world.views() == {"": [], "a/": ["a/1.pdf", "a/2.pdf"], "b/": ["b/1.pdf"]}
    assert report.rebuilt["a/"].count == 2


def test_without_time_nothing_is_listed() -> None:
    world = Scanned(*TREE)
    world.seconds_left = 1
    with pytest.raises(OutOfTimeError):
        world.scan()
    assert world.views() == {}

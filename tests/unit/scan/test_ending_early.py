"""What ends early: an answer that is none or lost, the invocation's time, room on the disk."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from botocore.parsers import ResponseParserError

from shared.domain.errors import (
    AccessDeniedError,
    ManifestDamagedError,
    OutOfTimeError,
    SpoolError,
    StoreUnavailableError,
)
from shared.domain.head import Head
from shared.domain.manifest import Document
from shared.domain.merge import Tally
from shared.scan.spool import Spool
from shared.store.pages import Page, listed
from tests.fake_objects import refusal
from tests.generated_pages import stream
from tests.unit.scan.test_listing import answer, answered, entry
from tests.world import FOLDER, World, at, make_small_manifests_large, raising

ERROR = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>again</Message></Error>'


@pytest.mark.parametrize(
    "body",
    [
        ERROR,
        b"<html><body>please log in</body></html>",
        b"<ListAllMyBucketsResult></ListAllMyBucketsResult>",
        b"<ListBucketResult></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>maybe</IsTruncated></ListBucketResult>",
        answer().replace(b"UTF-8", b"nonsense"),
    ],
)
def test_what_is_no_page_of_a_listing_is_refused(body: bytes) -> None:
    with pytest.raises(ResponseParserError):
        listed(body)


def test_the_real_client_asks_again_after_a_200_with_an_error_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, iter([(200, ERROR), (200, answer(entry()))])) == [["a/1.pdf"]]


def test_no_request_is_made_when_time_has_run_out() -> None:
    world = World()
    world.seconds_left = 1
    with pytest.raises(OutOfTimeError):
        world.publish("a/1.pdf")
    assert world.s3.calls == []


def test_a_big_batch_stops_looking_when_time_runs_out() -> None:
    world = World()
    world.fill(map(str, range(100)))

    def spend() -> None:
        world.seconds_left -= 5

    world.s3.before = at("head_object", spend, times=1000)
    with pytest.raises(OutOfTimeError):
        world.publish(*sorted(world.bucket_view()))
    assert world.s3.calls.count("head_object") < 20


def test_a_lost_answer_is_known_at_the_last_refusal_before_halving_too() -> None:
    world = World()
    world.fill(map(str, range(20)))
    world.s3.before = at("put_object", raising(refusal("PreconditionFailed")), times=3)
    world.s3.after = at("put_object", raising(refusal("PreconditionFailed")))
    published = world.publish(*sorted(world.bucket_view()))
    assert (published.revision, published.tally) == (1, Tally(added=20))


def test_no_manifest_is_looked_at_when_a_scans_time_has_run_out() -> None:
    world = World()
    world.fill(["1"])
    world.publish("a/1.pdf")
    world.seconds_left = 1
    world.s3.calls.clear()
    with pytest.raises(OutOfTimeError):
        world.rebuilder.rebuild_listed(FOLDER, world.stored().etag, Spool.empty(), world.deadline)
    assert world.s3.calls == []


@pytest.mark.parametrize("lost", [refusal("NoSuchUpload"), refusal("InternalError"), OSError("cut")])
def test_what_was_staged_serves_though_the_answer_was_lost(monkeypatch: pytest.MonkeyPatch, lost: Exception) -> None:
    make_small_manifests_large(monkeypatch)
    world = World()
    world.fill(map(str, range(9)))
    world.s3.after = at("complete_multipart_upload", raising(lost))
    world.rebuild()
    assert world.view() == world.bucket_view()
    assert world.left_over() == []


def test_what_was_staged_is_deleted_though_nobody_could_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_manifests_large(monkeypatch)
    world = World()
    world.fill(map(str, range(9)))

    def lose() -> None:
        world.s3.before = at("head_object", raising(refusal("AccessDenied")))
        raise refusal("NoSuchUpload")

    world.s3.after = at("complete_multipart_upload", lose)
    with pytest.raises((StoreUnavailableError, AccessDeniedError)):
        world.rebuild()
    assert world.left_over() == []


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_full_disk_is_a_spool_error_whenever_it_is_told(
    size: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if size == "large":
        make_small_manifests_large(monkeypatch)

    def full(prefix: str) -> tuple[int, str]:
        path = tmp_path / prefix
        path.touch()
        return os.open("/dev/full", os.O_RDWR), str(path)

    monkeypatch.setattr("shared.scan.spool.tempfile.mkstemp", full)
    world = World()
    spools: list[Spool] = []

    async def seal(_: str, spool: Spool | Exception) -> None:
        assert isinstance(spool, Spool)
        spools.append(spool)

    async def write() -> None:
        filing = world.filing(seal)
        try:
            await filing.write([Document(f"a/{n}.pdf", 1, "e", "2026-04-02T08:00:00Z") for n in range(3)])
            await filing.finish()
        finally:
            await filing.abandon()

    with pytest.raises(SpoolError, match="EphemeralStorage"):  # noqa: PT012 -- where it is told depends on the size
        asyncio.run(write())
        world.rebuilder.rebuild_listed(FOLDER, None, spools[0], world.deadline)
    assert world.left_over() == []


def test_a_spool_on_its_way_is_closed_when_the_listing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Spool] = []

    class Watched(Spool):
        def close(self) -> None:
            closed.append(self)
            super().close()

    monkeypatch.setattr("shared.scan.draft.Spool", Watched)

    async def run() -> None:
        waiting = asyncio.Event()

        async def seal(_: str, __: Spool | Exception) -> None:
            waiting.set()
            await asyncio.Event().wait()

        filing = World().filing(seal)

        async def pages() -> AsyncIterator[Page]:
            yield [Document(key, 1, "e", "2026-04-02T08:00:00Z") for key in ("a/1.pdf", "b/1.pdf")]
            await waiting.wait()
            raise StoreUnavailableError("down")

        try:
            await stream(pages(), filing.write, 10, 5)
        finally:
            await filing.abandon()

    with pytest.raises(StoreUnavailableError):
        asyncio.run(run())
    assert len(closed) == 1


@pytest.mark.parametrize("value", ["0", "", "soon", "2026-04-02T08:15:00", "2026-13-02T08:15:00Z"])
def test_a_first_expiry_that_is_no_time_is_damage(value: str) -> None:
    with pytest.raises(ManifestDamagedError, match="first-expiry"):
        Head.parse(Head(revision=1).metadata() | {"first-expiry": value})

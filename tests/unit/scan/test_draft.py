"""A large folder is sent while it is still being listed: what fails of one is its own, and nothing is left of it."""

import asyncio
import errno
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shared.domain.errors import (
    AccessDeniedError,
    LinkManifestError,
    OutOfTimeError,
    SpoolError,
    StoreUnavailableError,
)
from shared.domain.manifest import Document
from shared.scan import draft
from shared.scan.spool import Spool
from tests.fake_objects import refusal
from tests.turned import Caps
from tests.world import Scanned, World, at, manifest_of, raising

LARGE = [f"a/{number:02}.pdf" for number in range(20)]
KEYS = [*LARGE, "b/1.pdf", "c/1.pdf"]
STEPS = ["create_multipart_upload", "upload_part", "complete_multipart_upload"]


@pytest.fixture(autouse=True)
def _three_lines_are_large() -> Iterator[None]:
    with Caps(three_lines_are_large=True).apply():
        yield


def documents(*keys: str) -> list[Document]:
    return [Document(key, 5, "e", "2026-04-02T08:00:00Z") for key in keys]


class Kept:
    """A filing, and what it hands on."""

    def __init__(self) -> None:
        self.world = World()
        self.handed_on: dict[str, Spool | Exception] = {}
        self.filing = self.world.filing(self._keep)

    async def _keep(self, prefix: str, spool: Spool | Exception) -> None:
        self.handed_on[prefix] = spool
        if isinstance(spool, Spool):
            spool.close()

    async def write(self, *keys: str) -> None:
        """A page for every two of them."""
        for first in range(0, len(keys), 2):
            await self.filing.write(documents(*keys[first : first + 2]))


def test_parts_are_sent_before_the_folder_is_complete() -> None:
    kept = Kept()

    async def list_it() -> None:
        await kept.write(*LARGE)
        assert kept.world.s3.calls.count("upload_part") > 1
        await kept.filing.abandon()

    asyncio.run(list_it())
    assert not kept.handed_on
    assert kept.world.left_over() == []


@pytest.mark.parametrize("step", ["create_multipart_upload", "upload_part"])
@pytest.mark.parametrize(
    ("error", "told"), [(refusal("AccessDenied"), AccessDeniedError), (refusal("SlowDown"), StoreUnavailableError)]
)
def test_a_folder_whose_part_is_refused_is_handed_on_as_why(
    step: str, error: Exception, told: type[LinkManifestError]
) -> None:
    kept = Kept()
    kept.world.s3.before = at(step, raising(error))

    async def list_it() -> None:
        await kept.write(*KEYS)
        await kept.filing.finish()

    asyncio.run(list_it())
    assert isinstance(kept.handed_on["a/"], told)
    assert [isinstance(kept.handed_on[name], Spool) for name in ("b/", "c/")] == [True, True]
    assert kept.world.left_over() == []


@pytest.mark.parametrize("step", STEPS)
def test_only_the_folder_whose_part_is_refused_fails(step: str) -> None:
    world = Scanned(*KEYS)
    world.s3.before = at(step, raising(refusal("AccessDenied")))
    report = world.scan()
    assert {name: type(error) for name, error in report.failed.items()} == {"a/": AccessDeniedError}
    assert report.rebuilt.keys() == {"", "b/", "c/"}
    assert manifest_of("a/") not in world.s3.buckets["docs"]
    assert report.interrupted is None
    assert world.left_over() == []


def test_a_folder_whose_part_finds_no_time_is_left_for_another_turn() -> None:
    world = Scanned(*KEYS)
    world.s3.before = at("upload_part", raising(OutOfTimeError("late")))
    report = world.scan()
    assert {name: type(error) for name, error in report.failed.items()} == {"a/": OutOfTimeError}
    assert report.rebuilt.keys() == {"", "b/", "c/"}
    assert world.left_over() == []


def test_time_that_ends_while_a_folder_is_sent_leaves_nothing_of_it() -> None:
    world = Scanned(*KEYS)

    def end() -> None:
        world.seconds_left = 0

    world.s3.after = at("upload_part", end)
    report = world.scan()
    assert isinstance(report.interrupted, OutOfTimeError)
    assert manifest_of("a/") not in world.s3.buckets["docs"]
    assert world.left_over() == []


def test_a_listing_that_ends_while_an_upload_begins_leaves_nothing_of_it() -> None:
    kept = Kept()
    begun, released = threading.Event(), threading.Event()

    def begin() -> None:
        begun.set()
        assert released.wait(60)

    kept.world.s3.before = at("create_multipart_upload", begin)

    async def end_early() -> None:
        listing = asyncio.create_task(kept.write(*LARGE))
        await asyncio.to_thread(begun.wait, 60)
        await asyncio.wait([listing], timeout=0.1)  # it comes to the next piece, and has to wait for this one
        listing.cancel()
        await asyncio.wait([listing])
        dropping = asyncio.create_task(kept.filing.abandon())
        await asyncio.wait([dropping], timeout=0.1)
        asyncio.get_running_loop().call_soon(released.set)
        await dropping

    asyncio.run(end_early())
    assert "create_multipart_upload" in kept.world.s3.calls
    assert kept.world.left_over() == []


def test_what_nobody_can_abort_is_no_error() -> None:
    world = Scanned(*KEYS)
    world.s3.before = both(
        at("upload_part", raising(refusal("AccessDenied"))),
        at("abort_multipart_upload", raising(refusal("AccessDenied")), times=9),
    )
    report = world.scan()
    assert {name: type(error) for name, error in report.failed.items()} == {"a/": AccessDeniedError}
    assert len(world.left_over()) == 1, "the lifecycle rule's"


def both(*hooks: Any) -> Any:
    def hook(name: str, request: dict[str, Any]) -> None:
        for each in hooks:
            each(name, request)

    return hook


class _Full:
    """A file whose disk is full when what was written has to reach it."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def seek(self, *_: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.fixture
def _a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = draft._opened  # noqa: SLF001 -- where files are made

    def full() -> tuple[Any, Any]:
        raw, file = opened()
        return _Full(raw), file

    monkeypatch.setattr(draft, "_opened", full)


@pytest.mark.usefixtures("_a_full_disk")
def test_a_full_disk_is_everybodys_error_also_where_only_sending_shows_it() -> None:
    world = Scanned(*KEYS)
    report = world.scan()
    assert isinstance(report.interrupted, SpoolError)
    assert "EphemeralStorage" in str(report.interrupted)
    assert world.left_over() == []


@pytest.mark.usefixtures("_a_full_disk")
def test_a_full_disk_that_is_seen_when_all_is_dropped_hides_nothing_and_keeps_nothing_open() -> None:
    kept = Kept()
    nested = [f"a/b/{number}.pdf" for number in range(3)]

    async def list_it() -> None:
        await kept.filing.write(documents(*LARGE[:6], *nested))
        assert kept.filing.open == ["a/", "a/b/"]
        await kept.filing.abandon()

    asyncio.run(list_it())
    assert kept.world.left_over() == []


def test_a_folder_that_a_store_comes_back_to_is_listed_alone_whole_though_it_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Scanned(*KEYS, queue_max=4)
    shown = world.s3._list_objects_v2  # noqa: SLF001 -- the store's own order

    def out_of_order(**request: Any) -> Any:
        """`b/` in the middle of `a/`."""
        answer = shown(**request)
        if request["Prefix"] == "":
            swapped = {"a/10.pdf": "b/1.pdf", "b/1.pdf": "a/10.pdf"}
            page, token = answer["Listed"]
            answer["Listed"] = [each._replace(key=swapped.get(each.key, each.key)) for each in page], token
        return answer

    monkeypatch.setattr(world.s3, "_list_objects_v2", out_of_order)
    report = world.scan()
    assert not report.failed
    assert world.views()["a/"] == LARGE
    assert world.views()["b/"] == ["b/1.pdf"]
    assert world.left_over() == []

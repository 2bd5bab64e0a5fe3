"""A scan ends in its time whatever hangs, tells every prefix as it settles, and leaves nothing open."""

import asyncio
import gc
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Folder
from shared.domain.errors import AccessDeniedError, OutOfTimeError
from shared.scan import filing
from shared.scan.loop import run
from shared.scan.rebuild import Rebuilt
from shared.scan.spool import Spool
from tests.fake_objects import refusal
from tests.fake_s3 import AsyncS3, FakeS3
from tests.world import TREE, Scanned, manifest_of


class Silent(AsyncS3):
    """Never answers a LIST of this prefix."""

    def __init__(self, s3: FakeS3, prefix: str) -> None:
        super().__init__(s3)
        self._prefix = prefix

    async def list_objects_v2(self, **request: Any) -> Any:
        if request["Prefix"] == self._prefix:
            await asyncio.Event().wait()
        return await super().list_objects_v2(**request)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """What hangs in a thread hangs until this, which comes with the end of the test."""
    event = threading.Event()
    yield event
    event.set()


def in_a_moment(world: Scanned) -> Deadline:
    """A deadline by the real clock, close enough for a test to wait for it."""
    end = time.monotonic() + RESERVE + 1
    world.deadline = Deadline(lambda: end - time.monotonic())
    return world.deadline


def hanging(released: threading.Event, *prefixes: str) -> Any:
    keys = {manifest_of(prefix) for prefix in prefixes}

    def hang(name: str, request: dict[str, Any]) -> None:
        if name == "put_object" and request["Key"] in keys:
            released.wait(60)

    return hang


def test_a_prefix_is_told_as_it_settles_not_at_the_end(released: threading.Event) -> None:
    world = Scanned(*TREE)

    def fail_or_wait(name: str, request: dict[str, Any]) -> None:
        if name == "put_object" and request["Key"] == manifest_of("d/"):
            raise refusal("AccessDenied")
        if name == "put_object" and request["Key"] == manifest_of(""):
            assert released.wait(60)

    def settled(folder: Folder, outcome: Rebuilt | Exception) -> None:
        world.told[folder.prefix] = outcome
        if world.told.keys() == {"a/", "a/b/", "d/"}:
            released.set()

    world.s3.before = fail_or_wait
    world._settled = settled  # type: ignore[method-assign]  # noqa: SLF001 -- it is this test's
    report = world.scan()
    assert list(world.told)[-1] == ""
    assert isinstance(world.told["d/"], AccessDeniedError)
    assert world.told == report.rebuilt | report.failed


def test_a_commit_that_hangs_fails_alone_and_in_time(released: threading.Event) -> None:
    world = Scanned(*TREE)
    world.s3.before = hanging(released, "a/b/")
    deadline = in_a_moment(world)
    report = world.scan()
    assert 0 < deadline.left() + RESERVE < RESERVE / 2
    assert report.failed.keys() == {"a/b/"}
    assert report.rebuilt.keys() == {"", "a/", "d/"}
    assert isinstance(report.failed["a/b/"], OutOfTimeError)
    assert list(world.told)[-1] == "a/b/"


def test_a_listing_that_hangs_is_told_and_what_is_complete_is_committed() -> None:
    world = Scanned(*TREE, queue_max=2)

    class Ending(Silent):
        async def list_objects_v2(self, **request: Any) -> Any:
            if request["Prefix"] == "" and world.s3.calls.count("list_objects_v2") > 4:
                await asyncio.Event().wait()
            return await super().list_objects_v2(**request)

    world.listing = Ending(world.s3, "never")
    in_a_moment(world)
    report = world.scan()
    assert isinstance(report.interrupted, OutOfTimeError)
    assert "raise the function's time-out" in str(report.interrupted)
    assert world.views() == {"a/b/": ["a/b/2.pdf", "a/b/3.pdf"]}


def test_a_survey_that_hangs_ends_the_scan() -> None:
    world = Scanned(*TREE)
    world.listing = Silent(world.s3, "manifests/")
    in_a_moment(world)
    with pytest.raises(OutOfTimeError):
        world.scan()


def test_a_prefix_whose_own_listing_hangs_fails_alone_and_in_time() -> None:
    world = Scanned(*TREE)
    world.scan()
    world.listing = Silent(world.s3, "a/b/")

    def publish(name: str, request: dict[str, Any]) -> None:
        if name == "list_objects_v2" and request["Prefix"] == "":
            world.s3.before = lambda _name, _request: None
            world.publish("a/b/2.pdf", folder=Folder("docs", "a/b/"))  # not the manifest of the survey any more

    world.s3.before = publish
    deadline = in_a_moment(world)
    report = world.scan()
    assert deadline.left() + RESERVE > 0
    assert report.failed.keys() == {"a/b/"}
    assert report.rebuilt.keys() == {"", "a/", "d/"}


def test_what_was_waiting_behind_commits_that_hang_is_closed(
    released: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Spool] = []
    closed: set[Spool] = set()

    class Watched(Spool):
        def __init__(self, file: Any) -> None:
            opened.append(self)
            super().__init__(file)

        def close(self) -> None:
            closed.add(self)
            super().close()

    monkeypatch.setattr(filing, "Spool", Watched)
    prefixes = [f"{number:02}/" for number in range(40)]
    world = Scanned(*(f"{prefix}1.pdf" for prefix in prefixes))
    world.s3.before = hanging(released, *prefixes)
    in_a_moment(world)
    report = world.scan()
    assert report.interrupted
    assert report.rebuilt == {}
    assert len(report.failed) > 16  # more than are committed side by side
    released.set()
    for thread in threading.enumerate():
        if thread.name.startswith("settle"):
            thread.join()
    assert set(opened) == closed


def test_the_loop_does_not_wait_for_its_threads(released: threading.Event) -> None:
    ended: list[bool] = []

    async def main() -> str:
        asyncio.get_running_loop().run_in_executor(None, lambda: ended.append(released.wait(5)))
        return "answer"

    assert run(main()) == "answer"
    assert ended == []


def test_collections_are_as_frequent_after_a_scan_as_before() -> None:
    before = gc.get_threshold()

    async def threshold() -> int:
        return gc.get_threshold()[0]

    assert run(threshold()) > before[0]
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0

"""Turns that run out of time at a bad moment: nothing is lost by that, and what they leave can be kept."""

import asyncio
import json
import time
from typing import Any

import pytest

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Folder
from shared.domain.errors import NoProgressError, StoreUnfitError
from shared.domain.head import Head
from shared.domain.ranges import Range
from shared.scan import turn
from shared.scan.committing import Committing
from shared.scan.resume import token_of
from shared.scan.turn import Phase, Turn
from tests.fake_objects import Stored, described, refusal
from tests.fake_s3 import AsyncS3
from tests.world import Scanned, manifest_of

ALL = Turn(Folder("docs", ""), Range(""))
MANY = 40  # folders: more than are committed side by side


class OutOfOrder(AsyncS3):
    """Lists the documents in this order, a key a page."""

    def __init__(self, world: Scanned, order: list[str], last: int | None = None) -> None:
        """`last`: the number of the page after which time is up."""
        super().__init__(world.s3)
        self._world, self._order, self._last = world, order, last

    async def list_objects_v2(self, **request: Any) -> Any:
        if request["Prefix"] or "StartAfter" in request or request.get("Delimiter"):
            return await super().list_objects_v2(**request)
        number = int(request.get("ContinuationToken") or 0)
        if number == self._last:
            self._world.seconds_left = 1
        key = self._order[number]
        more = str(number + 1) if number + 1 < len(self._order) else None
        return {"Listed": ([described(key, self._world.s3.buckets["docs"][key])], more)}


def time_is_up_when_all_was_listed(world: Scanned, monkeypatch: pytest.MonkeyPatch) -> None:
    end = Committing.end

    async def ended(self: Committing) -> None:
        await end(self)
        world.seconds_left = 1

    monkeypatch.setattr(Committing, "end", ended)


def test_a_folder_that_a_listing_came_back_to_is_not_done_before_it_was_listed_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folders = [f"f{number:02}/" for number in range(MANY)]
    order = [f"{each}1.pdf" for each in folders] + ["q/1.pdf"] + [f"{each}2.pdf" for each in folders] + ["z/1.pdf"]
    world = Scanned(*order, queue_max=2)
    world.listing = OutOfOrder(world, order)
    with monkeypatch.context() as patched:
        time_is_up_when_all_was_listed(world, patched)
        report = world.turn(ALL, resumable=True)
    world.seconds_left = 60
    while report.rest:
        report = world.turn(report.rest, resumable=True)
    assert [each for each in folders if len(world.views()[each]) != 2] == []


def emptied(count: int) -> Scanned:
    """A bucket of one document, and manifests of so many folders that have none any more."""
    world = Scanned("zz/1.pdf", queue_max=50_000)
    head = Head(revision=1, rebuilt_from=0).metadata()
    for number in range(count):
        key = manifest_of(f"old/{number:04}/")
        line = b'{"key": "", "deleted": true, "revision": 1}\n'
        world.s3.buckets["docs"][key] = Stored(line, f'"{number:032x}"', world.s3.now, head)
    return world


def test_of_thousands_of_folders_that_vanished_an_answer_names_no_more_than_it_can_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turn, "_MOST_NAMED", 20)
    world = emptied(300)

    def time_is_up(name: str, _: dict[str, Any]) -> None:
        if name == "put_object" and world.s3.calls.count(name) % 30 == 0:
            world.seconds_left = 1

    world.s3.before = time_is_up
    turns, rest = 0, [ALL]
    while rest:
        world.seconds_left = 60
        report = world.turn(rest.pop(), resumable=True)
        assert report.interrupted is None
        rest, turns = [report.rest] if report.rest else [], turns + 1
        assert all(len(each.alone) <= 2 * 20 + 2 for each in rest)
    assert turns > 3
    revisions = [json.loads(each.metadata["revision"]) for each in world.s3.buckets["docs"].values() if each.metadata]
    assert min(revisions) >= 1
    assert sum(revision == 1 for revision in revisions) <= 2  # that of the one document, and of the root


def test_long_names_count_by_their_bytes() -> None:
    names = [f"{'🧾' * 200}{number:03}/" for number in range(100)]
    few = Turn(Folder("docs", ""), Range(""), tuple(names[:10]))
    assert not few.is_crowded
    assert Turn(Folder("docs", ""), Range(""), tuple(names)).is_crowded
    assert len(json.dumps(json.dumps(token_of(few, Scanned().layout)))) < 64 * 1024


def test_a_folder_is_not_called_too_large_where_the_store_showed_nothing_at_all() -> None:
    world = Scanned("a/1.pdf", queue_max=10)

    class Silent(AsyncS3):
        async def list_objects_v2(self, **_: Any) -> Any:
            await asyncio.sleep(60)

    world.listing = Silent(world.s3)
    end = time.monotonic() + RESERVE + 0.2
    world.deadline = Deadline(lambda: end - time.monotonic())
    report = world.turn(Turn(Folder("docs", ""), Range(""), ("a/",), Phase.ALONE), resumable=True)
    assert report.failed == {}
    assert isinstance(report.interrupted, NoProgressError)


def test_a_page_of_many_folders_is_cut_within() -> None:
    world = Scanned(*(f"f{number:03}/1.pdf" for number in range(200)), queue_max=1000)

    def time_is_up(name: str, _: dict[str, Any]) -> None:
        if name == "put_object" and world.s3.calls.count(name) == 60:
            world.seconds_left = 1

    world.s3.before = time_is_up
    report = world.turn(ALL, resumable=True)
    assert report.interrupted is None
    assert report.rest
    assert report.folders > 20
    assert report.rest.range.after > "f020/"


def test_a_cut_is_refused_where_the_store_was_seen_to_be_out_of_order() -> None:
    order = ["b/1.pdf", "a/1.pdf", "c/1.pdf", "d/1.pdf"]
    world = Scanned(*order, queue_max=2)
    world.listing = OutOfOrder(world, order, last=2)
    report = world.turn(ALL, resumable=True)
    assert isinstance(report.interrupted, StoreUnfitError)


def test_failures_hold_none_of_the_bytes_that_were_to_be_written() -> None:
    world = Scanned("a/1.pdf", "b/1.pdf")
    world.s3.before = lambda name, _: _refuse() if name == "put_object" else None
    report = world.scan()
    assert report.failures >= 2
    for error in report.failed.values():
        chain: BaseException | None = error
        while chain:
            assert chain.__traceback__ is None
            chain = chain.__cause__ or chain.__context__


def _refuse() -> None:
    raise refusal("AccessDenied")

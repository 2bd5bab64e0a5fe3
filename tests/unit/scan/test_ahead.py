"""Listing ahead: what it gains, what it costs at most, and how it ends. Time is virtual."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.domain.errors import AccessDeniedError, SpoolError, StoreUnavailableError, StoreUnfitError
from shared.domain.ranges import Range
from shared.scan import window
from shared.scan.ahead import Work, deliver
from shared.scan.window import Window
from shared.store.pages import Page
from tests.fake_objects import refusal
from tests.slow_s3 import SlowS3, by_folder
from tests.virtual_time import now, run

FLAT = [f"{number:06}" for number in range(100_000)]
EVERY_2800 = FLAT[2800::2800]
CPU = 0.013  # seconds of work on a page


class Delivery:
    """What a listing wrote, how long it took, and what it asked for."""

    def __init__(self, s3: SlowS3, boundaries: list[str], queue_max: int = 50_000, own: Range | None = None) -> None:
        self.s3, self.boundaries, self.own = s3, boundaries, own or Range("")
        self.window = Window(queue_max, 1000)
        self.keys: list[str] = []
        self.asked_for_boundaries = 0
        self.seconds = 0.0

    async def write(self, page: Page) -> None:
        await asyncio.sleep(CPU)
        self.keys += [found.key for found in page]

    async def _known(self) -> list[str]:
        self.asked_for_boundaries += 1
        return self.boundaries

    async def main(self, write: Callable[[Page], Awaitable[None]] | None = None) -> None:
        work = Work(self.s3.source(self.window.size, self.own.prefix), self.own, self._known)
        await deliver(work, write or self.write, self.window)
        self.seconds = now()

    def run(self) -> "Delivery":
        run(self.main())
        assert self.keys == [key for key in self.s3.listed if self.own.contains(key)]
        assert self.window.keys.free == self.window.keys.most
        return self


def failing(error: Exception, times: int, when: Callable[[dict[str, Any]], bool]) -> Callable[[dict[str, Any]], None]:
    left = times

    def before(request: dict[str, Any]) -> None:
        nonlocal left
        if left and when(request):
            left -= 1
            raise error

    return before


def ahead(request: dict[str, Any]) -> bool:
    return bool(request.get("StartAfter"))


@pytest.mark.parametrize(("delay", "share", "times"), [(0.05, 0.82, 3), (0.15, 0.65, 7)])
def test_streams_side_by_side_hide_the_stores_latency(delay: float, share: float, times: float) -> None:
    many = Delivery(SlowS3(FLAT, delay=lambda: delay), EVERY_2800).run()
    one = Delivery(SlowS3(FLAT, delay=lambda: delay), []).run()
    assert len(FLAT) / 1000 * CPU / many.seconds > share
    assert one.seconds / many.seconds > times
    assert many.s3.lists < 1.2 * one.s3.lists


def test_the_window_decides_how_many_streams_there_are() -> None:
    for queue_max, most in ((2000, 1), (9000, 3), (50_000, 16)):
        assert Delivery(SlowS3(FLAT), EVERY_2800, queue_max).run().s3.most_at_once == most


def test_where_one_page_is_all_nothing_is_asked_about_boundaries() -> None:
    listing = Delivery(SlowS3(FLAT[:1000]), EVERY_2800).run()
    assert (listing.s3.lists, listing.asked_for_boundaries) == (1, 0)


def test_a_segment_that_is_long_is_listed_no_more_than_eight_pages_ahead() -> None:
    s3 = SlowS3(FLAT, delay=lambda: 0.0)
    listing = Delivery(s3, [FLAT[20_000]])
    written = asyncio.Event()

    async def write(_: Page) -> None:
        await asyncio.sleep(10)
        written.set()

    async def main() -> None:
        task = asyncio.create_task(listing.main(write))
        await written.wait()
        pages_ahead = sum(1 for key in s3.first_keys if key > FLAT[20_000])
        task.cancel()
        await asyncio.wait([task])
        assert pages_ahead == 8

    run(main())


def test_boundaries_much_too_close_are_taken_several_at_a_time() -> None:
    listing = Delivery(SlowS3(FLAT), FLAT[50::50]).run()
    assert listing.s3.lists < 1.7 * len(FLAT) / 1000


def test_a_store_that_ignores_where_to_start_costs_a_request_a_stream_at_most() -> None:
    listing = Delivery(SlowS3(FLAT, starts="ignored"), EVERY_2800).run()
    assert listing.s3.lists <= len(FLAT) / 1000 + 16


def test_a_seam_counts_only_where_the_second_begins_where_the_first_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of folders `a-` comes after `a/w`, and what comes after `a-z` begins with `a0`."""
    monkeypatch.setattr(window, "_KEYS_A_STREAM", 3)
    listing = Delivery(SlowS3(["0", "a/w", "a/x", "a-", "a0"], order=by_folder), ["a-z"])
    listing.window = Window(60, 1)
    assert listing.run().keys == ["0", "a/w", "a/x", "a-", "a0"]
    assert listing.s3.started == 1


def test_a_folder_listed_out_of_order_is_listed_whole() -> None:
    keys = [f"{top}{between}{number:04}" for top in "abcdef" for between in "-/0" for number in range(2000)]
    listing = Delivery(SlowS3(keys, order=by_folder), [f"{top}/" for top in "abcdef"]).run()
    assert listing.s3.lists <= len(keys) / 1000 + 2 * 16


def test_a_listing_that_ends_where_others_go_on_is_listed_again_from_the_beginning() -> None:
    s3 = SlowS3(FLAT, starts="short")
    assert Delivery(s3, EVERY_2800).run().s3.lists < 2 * len(FLAT) / 1000 + 3 * 16


def test_what_ends_before_boundaries_that_are_out_of_date_is_complete() -> None:
    listing = Delivery(SlowS3(FLAT[:10_000]), EVERY_2800).run()
    assert listing.s3.lists < 10 + 2 * 16


def test_minio_is_listed_in_one_stream_from_the_beginning() -> None:
    """Its StartAfter loses keys where a folder's name begins with another's, and says so by nothing."""
    whole = Delivery(SlowS3(FLAT, server="MinIO"), EVERY_2800).run()
    assert (whole.s3.started, whole.s3.lists) == (0, 100)
    ranged = Delivery(SlowS3(FLAT, server="MinIO"), [], own=Range("", FLAT[30_500], FLAT[60_500])).run()
    assert (ranged.s3.started, ranged.s3.lists) == (1, 62)


def test_a_key_at_or_before_the_beginning_of_a_range_is_an_error() -> None:
    listing = Delivery(SlowS3(FLAT, starts="ignored"), [], own=Range("", FLAT[10]))
    with pytest.raises(StoreUnfitError, match=r"'000000' after '000010'.*not in the order of keys"):
        run(listing.main())


def test_a_store_that_asks_to_slow_down_is_asked_by_fewer_streams_and_later() -> None:
    s3 = SlowS3(FLAT)
    s3.before = failing(refusal("SlowDown"), 8, ahead)
    listing = Delivery(s3, EVERY_2800)
    listing.run()
    assert listing.window.requests.most < 16
    unhindered = Delivery(SlowS3(FLAT), EVERY_2800).run()
    assert s3.lists <= unhindered.s3.lists + 8


def test_streams_come_back_when_the_store_is_well_again() -> None:
    s3 = SlowS3(FLAT)
    s3.before = failing(refusal("SlowDown"), 1, ahead)
    assert Delivery(s3, EVERY_2800).run().window.requests.most > 8


def test_a_store_that_does_nothing_but_ask_to_slow_down_is_an_error_in_the_end() -> None:
    s3 = SlowS3(FLAT)
    s3.before = failing(refusal("SlowDown"), 10**6, lambda _: True)
    with pytest.raises(StoreUnavailableError, match="503 SlowDown"):
        run(Delivery(s3, EVERY_2800).main())
    assert s3.lists == 6


def test_what_fails_ahead_is_tried_again_in_its_turn() -> None:
    s3 = SlowS3(FLAT)
    s3.before = failing(OSError("reset"), 5, ahead)
    Delivery(s3, EVERY_2800).run()


def test_an_error_that_stays_comes_out_as_itself_and_leaves_no_task() -> None:
    s3 = SlowS3(FLAT)
    s3.before = failing(refusal("AccessDenied"), 10**6, lambda request: bool(request.get("ContinuationToken")))
    listing = Delivery(s3, EVERY_2800)

    async def main() -> int:
        with pytest.raises(AccessDeniedError):
            await listing.main()
        return len(asyncio.all_tasks())

    assert run(main()) == 1
    assert listing.window.keys.free == 50_000


def test_an_error_of_the_writing_comes_out_as_itself_and_ends_every_stream() -> None:
    wrong = SpoolError("full")
    listing = Delivery(SlowS3(FLAT), EVERY_2800)

    async def write(_: Page) -> None:
        await asyncio.sleep(1)
        raise wrong

    async def main() -> int:
        with pytest.raises(SpoolError) as caught:
            await listing.main(write)
        assert caught.value is wrong
        return len(asyncio.all_tasks())

    assert run(main()) == 1
    assert listing.window.keys.free == 50_000


def test_a_listing_that_is_cancelled_ends_at_once_with_every_stream() -> None:
    listing = Delivery(SlowS3(FLAT, delay=lambda: 5.0), EVERY_2800)

    async def main() -> float:
        task = asyncio.create_task(listing.main())
        await asyncio.sleep(12)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(asyncio.all_tasks()) == 1
        return now()

    assert run(main()) == 12
    assert listing.window.keys.free == 50_000

"""Listing and writing side by side: bounded, overlapping, ended by the first error."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.domain.errors import AccessDeniedError, SpoolError
from shared.domain.manifest import Document
from shared.scan.window import page_size
from shared.store.pages import Page
from tests.generated_pages import stream

MODIFIED = "2026-04-02T08:00:00Z"


def page(*keys: str) -> Page:
    return [Document(key, 5, "e", MODIFIED) for key in keys]


def sizes(count: int, size: int) -> list[Page]:
    return [page(*(f"a/{number}-{each}.pdf" for each in range(size))) for number in range(count)]


def test_the_next_page_is_asked_for_while_one_is_written() -> None:
    """With either side waiting for the other's next step, a pipeline that takes turns would never end."""

    async def run() -> None:
        second_asked, first_written = asyncio.Event(), asyncio.Event()

        async def pages() -> AsyncIterator[Page]:
            yield page("a/1.pdf")
            second_asked.set()
            await first_written.wait()
            yield page("a/2.pdf")

        async def write(_: Page) -> None:
            await second_asked.wait()
            first_written.set()

        await asyncio.wait_for(stream(pages(), write, 2, 1), 5)

    asyncio.run(run())


@pytest.mark.parametrize(("queue_max", "largest"), [(1, 1000), (2, 1000), (3, 1000), (7, 2), (2000, 1000)])
def test_never_more_than_queue_max_keys_are_between_listing_and_writing(queue_max: int, largest: int) -> None:
    size = page_size(queue_max, largest)
    waiting = most = 0

    async def pages() -> AsyncIterator[Page]:
        nonlocal waiting, most
        for each in sizes(20, size):
            waiting += len(each)
            most = max(most, waiting)
            yield each

    async def write(each: Page) -> None:
        nonlocal waiting
        for _ in range(5):
            await asyncio.sleep(0)
        waiting -= len(each)

    asyncio.run(stream(pages(), write, queue_max, size))
    assert waiting == 0
    assert most <= queue_max


def test_a_slow_disk_slows_the_listing_down() -> None:
    async def run() -> int:
        stuck = asyncio.Event()
        asked = 0

        async def pages() -> AsyncIterator[Page]:
            nonlocal asked
            for each in sizes(50, 2):
                asked += 1
                yield each

        async def write(_: Page) -> None:
            await stuck.wait()

        task = asyncio.create_task(stream(pages(), write, 6, 2))
        for _ in range(500):
            await asyncio.sleep(0)
        asked_while_stuck = asked
        stuck.set()
        await task
        assert asked == 50
        return asked_while_stuck

    assert asyncio.run(run()) == 3


@pytest.mark.parametrize(
    ("queue_max", "largest", "expected"), [(2000, 1000, 1000), (1, 1000, 1), (3, 1000, 1), (100, 1000, 50)]
)
def test_two_pages_fit_into_the_window(queue_max: int, largest: int, expected: int) -> None:
    assert page_size(queue_max, largest) == expected


def test_an_error_of_the_listing_stops_the_writing_and_comes_out_as_itself() -> None:
    wrong = AccessDeniedError("no")
    stopped = []

    async def pages() -> AsyncIterator[Page]:
        yield page("a/1.pdf")
        await asyncio.sleep(0)
        raise wrong

    async def write(_: Page) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    with pytest.raises(AccessDeniedError) as caught:
        asyncio.run(stream(pages(), write, 10, 5))
    assert caught.value is wrong
    assert stopped == [True]


def test_an_error_of_the_writing_stops_the_listing_and_comes_out_as_itself() -> None:
    wrong = SpoolError("full")
    asked = 0

    async def pages() -> AsyncIterator[Page]:
        nonlocal asked
        for each in sizes(1000, 1):
            asked += 1
            await asyncio.sleep(0)
            yield each

    async def write(_: Page) -> None:
        raise wrong

    with pytest.raises(SpoolError) as caught:
        asyncio.run(stream(pages(), write, 10, 5))
    assert caught.value is wrong
    assert asked <= 10


def test_a_listing_that_hangs_ends_when_the_writing_fails() -> None:
    async def pages() -> AsyncIterator[Page]:
        yield page("a/1.pdf")
        await asyncio.Event().wait()

    async def write(_: Page) -> None:
        raise SpoolError("full")

    with pytest.raises(SpoolError):
        asyncio.run(asyncio.wait_for(stream(pages(), write, 10, 5), 5))

"""A listing whose pages a test makes up as they are asked for."""

from collections.abc import AsyncIterator

from shared.domain.ranges import Range
from shared.scan.ahead import Work, Write, deliver
from shared.scan.window import Window
from shared.store.pages import Page


class Generated:
    """Pages, until the generator ends."""

    def __init__(self, pages: AsyncIterator[Page]) -> None:
        self._pages = pages
        self.ended = False
        self.starts_anywhere = True

    def distrust(self) -> None:
        raise AssertionError

    async def next_page(self) -> Page:
        try:
            return await anext(self._pages)
        except StopAsyncIteration:
            self.ended = True
            return []


async def stream(pages: AsyncIterator[Page], write: Write, queue_max: int, size: int) -> None:
    """Write every page, in a window of so many keys."""
    await deliver(Work(lambda _: Generated(pages), Range("")), write, Window(queue_max, size))

"""A stretch of a listing: its pages as far as they are listed, up to the first key beyond its range."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Protocol

from shared.domain.errors import StoreUnavailableError
from shared.domain.ranges import Range, before
from shared.scan.listing import asked_to_slow_down
from shared.scan.window import Window
from shared.store.pages import Page

_AHEAD = 8  # pages that a segment may hold before its turn: else those ahead fill the window, and it comes to nothing
_TRIES = 6  # of a page, each after the SDK's own, while the store asks to slow down
_WAIT = 0.5  # seconds at most before the second of them; doubled for each one more


class Source(Protocol):
    """What a segment needs of a `Listing`."""

    @property
    def ended(self) -> bool: ...
    @property
    def starts_anywhere(self) -> bool: ...
    def distrust(self) -> None: ...
    async def next_page(self) -> Page: ...


Rank = Callable[["Segment"], int]


class Segment:
    """`rank` tells how many segments are to be written before this one.

    Whoever takes pages out of `pages` gives their keys back to the window.
    """

    def __init__(self, number: int, own: Range, source: Source, window: Window, rank: "Rank") -> None:
        self.number, self.range = number, own
        self.pages: deque[Page] = deque()
        self.beyond: Page = []
        """What it saw beyond its range, from the first such key on."""
        self.first: str | None = None
        """The first key it found."""
        self.keys = 0
        self.listing = False
        """A task lists it: set by whoever starts that."""
        self.asking = self.dropped = False
        self.on_disorder: Callable[[], None] | None = None
        """Called before a page is kept that is not in the order of the keys."""
        self.source, self._window = source, window
        self._rank: Callable[[], int] = lambda: rank(self)
        self.last = own.after
        """The last key it found."""
        self._news = asyncio.Event()

    @property
    def stopped(self) -> bool:
        """There is no more to be listed in its range."""
        return bool(self.beyond) or self.source.ended

    async def list_on(self) -> None:
        """List on: to its end, or as far as it may before its turn. What fails before its turn is tried again then."""
        try:
            while not self.stopped and (len(self.pages) < _AHEAD or not self._rank()):
                self._keep(await self._next_page())
                self._news.set()
        except Exception:
            if not self._rank():
                raise
        self.listing = False
        self._news.set()

    async def news(self) -> None:
        """Wait until there is another page, or no more to come."""
        await self._news.wait()
        self._news.clear()

    def go_on(self, own: Range) -> None:
        """Its range is another one from now on: what was seen beyond the old may lie within."""
        self.range = own
        seen, self.beyond = self.beyond, []
        self._divide(seen)

    def drop(self) -> None:
        """Nothing of it is wanted."""
        self.dropped = True
        self._news.set()
        self._window.keys.give(sum(map(len, self.pages)) + len(self.beyond))
        self.pages.clear()
        self.beyond = []

    async def _next_page(self) -> Page:
        size = self._window.size
        await self._window.keys.take(size, self._rank, self._window.reserve)
        self.asking = True
        page: Page = []
        try:
            page = await self._patiently()
        finally:
            self.asking = False
            self._window.keys.give(size - len(page))
        return page

    async def _patiently(self) -> Page:
        for attempt in range(_TRIES):
            try:
                return await self._ask()
            except StoreUnavailableError as error:
                if not asked_to_slow_down(error) or attempt == _TRIES - 1:
                    raise
                self._window.slow_down()
            await asyncio.sleep(random.uniform(0, _WAIT * 2**attempt))
        raise AssertionError

    async def _ask(self) -> Page:
        await self._window.requests.take(1, self._rank)
        try:
            page = await self.source.next_page()
        finally:
            self._window.requests.give(1)
        self._window.went_well()
        return page

    def _keep(self, page: Page) -> None:
        if not page:
            return
        if self.on_disorder and not self._in_order(page):
            self.on_disorder()
        if self.dropped:
            self._window.keys.give(len(page))
            return
        self.first = self.first or page[0].key
        self.last = page[-1].key
        self._divide(page)

    def _in_order(self, page: Page) -> bool:
        keys = [found.key for found in page]
        return before(self.last, keys[0]) and keys == sorted(keys)

    def _divide(self, page: Page) -> None:
        """What is in the range is ready; at the first key beyond it the segment has come to its end."""
        within = self.range.leading([found.key for found in page]) if self.range.until else len(page)
        self.beyond = page[within:]
        self.keys += within
        if within:
            self.pages.append(page[:within] if self.beyond else page)

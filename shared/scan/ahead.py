"""All pages of a range in the order of their keys, listed side by side.

The range is cut at boundaries; each segment is listed by a task of its own, and written when all before it are. A
*seam* between two counts only if the second begins with the very key at which the first stopped. Otherwise what the
second listed is dropped, and the first goes on through it: the boundaries, the store's order and what it makes of
`StartAfter` decide how fast a listing is, never what is in it. Without boundaries it is one stream.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from shared.domain.ranges import Range, before
from shared.scan.listing import out_of_order
from shared.scan.plan import Plan
from shared.scan.segment import Segment, Source
from shared.scan.window import Window
from shared.store.pages import Page

_MISFITS = 3  # seams in a row that do not hold, before nothing more is listed ahead

Write = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be listed: `source` begins a listing after a key.

    `boundaries` is asked where to cut it, once, when its first page is there and is not all of it.
    """

    source: Callable[[str], Source]
    range: Range
    boundaries: Callable[[], Awaitable[Sequence[str]]] | None = None


async def deliver(work: Work, write: Write, window: Window) -> None:
    """Write every page of the range, one after the other. The first error of either side comes out as itself."""
    try:
        async with asyncio.TaskGroup() as tasks:
            await _Ahead(work, window, tasks).deliver(write)
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from group.exceptions[0].__cause__


class _Ahead:
    """The segments that are listed; the first of them is the one that is written."""

    def __init__(self, work: Work, window: Window, tasks: asyncio.TaskGroup) -> None:
        self._work, self._window, self._tasks = work, window, tasks
        self._plan = Plan(window.size)
        self._boundaries = work.boundaries if window.streams > 1 else None
        self._segments: deque[Segment] = deque()
        self._under_way: dict[Segment, asyncio.Task[None]] = {}
        self._numbers = count()
        self._misfits = 0
        self._ended = False
        self._last = ""
        self._cutting: asyncio.Task[None] | None = None

    async def deliver(self, write: Write) -> None:
        self._begin(self._work.range)
        try:
            while not self._is_complete():
                await self._step(self._segments[0], write)
        finally:
            self._plan.end()
            if self._cutting:
                self._cutting.cancel()
            for segment in self._segments:
                self._drop(segment)

    async def _step(self, head: Segment, write: Write) -> None:
        if head.pages and self._ended:
            self._list_again()
        elif head.pages:
            self._cut_once(head)
            await self._write(head.pages.popleft(), write)
        elif head.listing:
            await head.news()
        elif not head.stopped:
            self._list(head)
        else:
            await self._hand_over(head)

    def _is_complete(self) -> bool:
        """All that the range holds is written: its last segment has ended, or passed the range."""
        head = self._segments[0]
        if head.pages or head.listing or not head.stopped:
            return False
        return head.range.until == self._work.range.until

    async def _write(self, page: Page, write: Write) -> None:
        try:
            self._require_after(page)
            await write(page)
            self._last = page[-1].key
        finally:
            self._window.keys.give(len(page))

    def _require_after(self, page: Page) -> None:
        """What a range does not hold is another's: a store that shows it lists in an order of its own."""
        after = self._work.range.after
        if after and not before(after, first := min(found.key for found in page)):
            raise out_of_order(f"the store lists {first!r:.100} after {after!r:.100}")

    # Where the range is cut

    def _cut_once(self, head: Segment) -> None:
        if self._boundaries and not self._cutting and not head.stopped and head.source.starts_anywhere:
            self._cutting = self._tasks.create_task(self._cut(self._boundaries))

    async def _cut(self, boundaries_of: Callable[[], Awaitable[Sequence[str]]]) -> None:
        """Cut what the one stream has not listed meanwhile."""
        boundaries = await boundaries_of()
        (head,) = self._segments
        if not head.stopped:
            first, *others = head.range.split(each for each in boundaries if before(head.last, each))
            head.range = replace(head.range, until=first.until)
            head.on_disorder = self._drop_all_ahead
            self._plan.add(others)
            self._begin_more()

    # Segments begin, are listed, and are dropped

    def _begin_more(self) -> None:
        """As many as there may be requests are listed; those that wait for their turn do not count."""
        while self._plan and len(self._under_way) < self._window.requests.most:
            self._begin(self._plan.next_range())

    def _begin(self, own: Range) -> None:
        segment = Segment(next(self._numbers), own, self._work.source(own.after), self._window, self._rank)
        segment.on_disorder = self._drop_all_ahead if self._segments else None
        self._segments.append(segment)
        self._list(segment)

    def _rank(self, segment: Segment) -> int:
        return segment.number - self._segments[0].number

    def _list(self, segment: Segment) -> None:
        segment.listing = True
        self._under_way[segment] = task = self._tasks.create_task(segment.list_on())
        task.add_done_callback(lambda task: self._listed(segment, task))
        self._begin_more()

    def _listed(self, segment: Segment, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and not task.exception():
            self._under_way.pop(segment, None)
            self._plan.note(segment.range, segment.keys)
            self._begin_more()

    def _drop(self, segment: Segment) -> None:
        segment.drop()
        if task := self._under_way.pop(segment, None):
            task.cancel()

    def _drop_all_ahead(self) -> None:
        """The first goes on to the end of the range, in one stream: what it shows is taken as it comes."""
        self._plan.end()
        head = self._segments.popleft()
        for segment in self._segments:
            self._drop(segment)
        self._segments = deque([head])
        head.on_disorder = None
        head.go_on(replace(head.range, until=self._work.range.until))

    # From one segment to the next

    async def _hand_over(self, head: Segment) -> None:
        if not head.beyond:
            self._pass_the_end()
            return
        following = self._segments[1] if len(self._segments) > 1 else None
        while following and following.asking and following.first is None and not following.dropped:
            await following.news()
        if following and following.dropped:
            return  # meanwhile a page was out of order
        if following and following.first == head.beyond[0].key:
            self._pass_on()
        else:
            self._go_through(head, following)

    def _pass_the_end(self) -> None:
        """The listing has ended before its range did: what follows must be empty, too."""
        self._ended = True
        if len(self._segments) == 1:
            self._begin(self._plan.next_range())
        self._pass_on()

    def _list_again(self) -> None:
        """After its end the store shows another key: it cannot start anywhere. One stream does without that."""
        self._ended = False
        self._plan.end()
        self._segments[0].source.distrust()
        before_it, self._segments = self._segments, deque()
        self._begin(replace(self._work.range, after=self._last or self._work.range.after))
        for segment in before_it:
            self._drop(segment)

    def _pass_on(self) -> None:
        self._misfits = 0
        self._drop(self._segments.popleft())
        self._window.admit()
        self._begin_more()

    def _go_through(self, head: Segment, following: Segment | None) -> None:
        """What follows did not begin where the first stopped, or has nothing to show yet: the first lists it too."""
        if following:
            self._segments.remove(following)
            self._drop(following)
            self._misfits += following.first is not None
        until = following.range.until if following else self._plan.next_range().until
        head.go_on(replace(head.range, until=until))
        if self._misfits == _MISFITS:
            self._drop_all_ahead()

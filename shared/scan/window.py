"""What all listings of a scan share: room for keys between LIST and the disk, and for requests side by side."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

_KEYS_A_STREAM = 3_000  # what a stream holds, about: three pages
_STREAMS = 16  # at most; more of them gain nothing on one processor
_STEADY = 8  # answers without a refusal, for each stream, before there is one more again

Rank = Callable[[], int]
"""How far what is listed is from being written now; 0: it is next."""


def page_size(queue_max: int, largest: int) -> int:
    """Keys to ask for at once: two pages fit into the window, so that one is listed while another is written."""
    return max(1, min(largest, queue_max // 2))


def streams(queue_max: int) -> int:
    """Streams side by side that a window of so many keys can feed."""
    return max(1, min(_STREAMS, queue_max // _KEYS_A_STREAM))


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    count: int
    rank: Rank
    leave: int
    granted: asyncio.Future[None]


class Room:
    """Room for `most`. Who waits gets it in the order of ranks, and nobody is overtaken by a later rank."""

    def __init__(self, most: int) -> None:
        self.most = self.free = most
        self._waiting: list[_Waiter] = []

    async def take(self, count: int, rank: Rank, leave: int = 0) -> None:
        """Take room for `count`, as soon as room for `leave` is left besides."""
        if not self._waiting and self.free >= count + leave:
            self.free -= count
            return
        waiter = _Waiter(count, rank, leave, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self.admit()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            self._withdraw(waiter)
            raise

    def give(self, count: int) -> None:
        self.free += count
        self.admit()

    def resize(self, most: int) -> None:
        """There is more or less room from now on; what is taken stays taken."""
        self.most, difference = most, most - self.most
        self.give(difference)

    def admit(self) -> None:
        """Let in who waits first, as far as there is room: called again where ranks have changed."""
        while self._waiting:
            first = min(self._waiting, key=lambda waiter: waiter.rank())
            leave = first.leave if first.rank() else 0
            if self.free < first.count + leave:
                return
            self._waiting.remove(first)
            if not first.granted.done():  # it may have been cancelled, and not have noticed yet
                self.free -= first.count
                first.granted.set_result(None)

    def _withdraw(self, waiter: _Waiter) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
            self.admit()
        elif not waiter.granted.cancelled():
            self.give(waiter.count)


class Window:
    """At most `queue_max` keys held; fewer requests side by side for a while where the store asks to slow down."""

    def __init__(self, queue_max: int, largest: int) -> None:
        self.size = page_size(queue_max, largest)
        self.streams = streams(queue_max)
        self.keys = Room(queue_max)
        self.requests = Room(self.streams)
        self._steady = 0

    @property
    def reserve(self) -> int:
        """Keys that are left to what is written next: a page that is asked for, and one that is written."""
        return 2 * self.size

    def admit(self) -> None:
        """Ranks have changed."""
        self.keys.admit()
        self.requests.admit()

    def slow_down(self) -> None:
        self._steady = 0
        self.requests.resize(max(1, self.requests.most // 2))

    def went_well(self) -> None:
        if self.requests.most < self.streams:
            self._steady += 1
            if self._steady >= _STEADY * self.requests.most:
                self._steady = 0
                self.requests.resize(self.requests.most + 1)

"""Folders that a listing has passed, committed side by side in threads, as far as there is time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import Folder
from shared.domain.errors import OutOfTimeError
from shared.scan.loop import Bridge
from shared.scan.rebuild import Rebuilt
from shared.scan.report import Outcome
from shared.scan.spool import Spool

AT_ONCE = 16  # folders that are committed side by side
_WAITING = 8  # folders more, whose lines are on disk: of each less than 6 MiB, what is larger has been sent
_ASIDE = 4  # pieces of large folders that are sent side by side, each of them in memory
_BRIEFLY = 0.5  # seconds, of the reserve

_T = TypeVar("_T")


class Settling:
    """Takes one folder after the other; `settled` is told of each what became of it, as soon as that is known."""

    def __init__(self, settled: Callable[[Folder, Outcome], None], deadline: Deadline, at_once: int = AT_ONCE) -> None:
        self._tell, self._deadline = settled, deadline
        self._threads = ThreadPoolExecutor(at_once, "settle")
        self._bridge = Bridge()
        self._aside = ThreadPoolExecutor(_ASIDE, "stage")
        self._room = asyncio.Semaphore(at_once + _WAITING)
        self._under_way: dict[asyncio.Task[None], Folder] = {}
        self._unread: list[Spool] = []  # of folders that no thread has begun with

    async def settle(self, folder: Folder, rebuild: Callable[[], Rebuilt], spool: Spool | None = None) -> None:
        """Have the folder committed, from that spool; waits while too many do."""
        await self._room.acquire()
        future: Future[Outcome] = self._threads.submit(rebuild)
        if spool:
            future.add_done_callback(partial(self._keep_unread, spool))
        task = asyncio.create_task(self._tell_when_done(folder, future))
        self._under_way[task] = folder
        task.add_done_callback(self._done)

    async def all_settled(self) -> None:
        """Wait for what is under way. What hangs is not done, whatever becomes of it: its commit is conditional."""
        while self._under_way and (left := self._deadline.left() + RESERVE / 2) > 0:
            await asyncio.wait(self._under_way, timeout=left)
        hanging = dict(self._under_way)
        for task, folder in hanging.items():
            if task.cancel():
                self._tell(folder, unanswered(folder))
        if hanging:
            await asyncio.wait(hanging)  # for their tasks, not for their threads
            await self._drop_unread()

    def aside(self, work: Callable[[], _T]) -> Awaitable[_T]:
        """Begin what takes a request or two, and is not a folder's commit."""
        begun = asyncio.get_running_loop().run_in_executor(self._aside, work)
        begun.add_done_callback(_heard)
        return Begun(begun)

    def ask(self, folder: Folder, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Have the loop work for the thread that rebuilds this folder. Raises OutOfTimeError."""
        try:
            return self._bridge.ask(work, max(0.0, self._deadline.left()) + RESERVE)
        except TimeoutError as error:
            raise unanswered(folder) from error

    def close(self) -> None:
        self._bridge.close()
        for pool in (self._threads, self._aside):
            pool.shutdown(wait=False, cancel_futures=True)  # what hangs may end when it likes
        for spool in self._unread:
            spool.forget()

    def _keep_unread(self, spool: Spool, future: "Future[Outcome]") -> None:
        """Whoever commits a folder closes its spool; here nobody does."""
        if future.cancelled():
            self._unread.append(spool)

    async def _drop_unread(self) -> None:
        """What was sent of them, too, as far as the store answers; the rest is the lifecycle rule's."""
        dropping = [asyncio.ensure_future(self.aside(spool.close)) for spool in self._unread]
        if dropping:
            await asyncio.wait(dropping, timeout=_BRIEFLY)

    async def _tell_when_done(self, folder: Folder, future: "Future[Outcome]") -> None:
        try:
            self._tell(folder, await asyncio.wrap_future(future))
        except Exception as error:  # noqa: BLE001 -- one folder that fails does not stop the others
            self._tell(folder, error)

    def _done(self, task: "asyncio.Task[None]") -> None:
        del self._under_way[task]
        self._room.release()


class Begun(Awaitable[_T]):
    """Goes on where whoever waits for it is cancelled: a thread does. It can be waited for again."""

    def __init__(self, begun: "asyncio.Future[_T]") -> None:
        self._begun = begun

    def __await__(self) -> Generator[Any, None, _T]:
        return asyncio.shield(self._begun).__await__()


def _heard(begun: "asyncio.Future[Any]") -> None:
    """What failed that nobody waited for is nobody's error."""
    if not begun.cancelled():
        begun.exception()


def unanswered(folder: Folder) -> OutOfTimeError:
    return OutOfTimeError(f"{folder}: the store did not answer in time. It is to be tried again.")

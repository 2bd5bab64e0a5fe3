"""The event loop of a scan: its end waits for no thread, nor does one begin anything then; cycles are sought seldom."""

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

_T = TypeVar("_T")

_SELDOM = 100_000  # objects more than before: some pages of keys, of which none is in a cycle


class _Loop(asyncio.SelectorEventLoop):
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- asyncio's own
        """Leave its threads alone: one that resolves a name or writes to a disk may hang for minutes."""


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """`asyncio.run`, but what still runs in a thread is not waited for. Ctrl-C cancels `main`, and is raised."""
    with _few_collections(), asyncio.Runner(loop_factory=_Loop) as runner, _woken_by_signals(runner.get_loop()):
        return runner.run(main)


class Bridge:
    """Has the loop it is made in work for threads, until it is closed: what is asked for later is never begun."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._under_way: set[asyncio.Task[Any]] = set()  # the loop itself holds no task

    def close(self) -> None:
        self._open = False

    def ask(self, work: Callable[[], Coroutine[Any, Any, _T]], seconds: float) -> _T:
        """What the work comes to; for threads. Raises TimeoutError also where the loop has ended."""
        asked: Future[_T] = Future()
        try:
            self._loop.call_soon_threadsafe(self._begin, work, asked)
        except RuntimeError as error:  # it is closed
            raise TimeoutError from error
        try:
            return asked.result(seconds)
        except CancelledError as error:
            raise TimeoutError from error

    def _begin(self, work: Callable[[], Coroutine[Any, Any, _T]], asked: "Future[_T]") -> None:
        if not self._open:
            asked.cancel()
            return
        task = self._loop.create_task(work())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(partial(_answer, asked))


def _answer(asked: "Future[_T]", task: "asyncio.Task[_T]") -> None:
    if task.cancelled():
        asked.cancel()
    elif error := task.exception():
        asked.set_exception(error)
    else:
        asked.set_result(task.result())


@contextmanager
def _woken_by_signals(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """One that comes between the loop's last step and its waiting is not heard before something else wakes it.

    https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd, which asyncio leaves out for Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():  # no other is told of signals
        yield
        return
    heard, told = socket.socketpair()
    with heard, told:
        told.setblocking(False)
        loop.add_reader(heard, heard.recv, 1024)
        before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(heard)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Looking through every key that waits to be written, page after page, costs a quarter of a scan's time."""
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)

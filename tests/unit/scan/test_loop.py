"""What threads ask of a scan's loop."""

import asyncio
import gc
import signal
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from local.signals import end_like_ctrl_c
from shared.scan.loop import Bridge, run


async def answer() -> str:
    await asyncio.sleep(0)
    return "done"


async def failure() -> str:
    raise ValueError("no")


async def silence() -> str:
    await asyncio.Event().wait()
    return "never"


def test_a_thread_gets_what_the_loop_has_worked_out_or_what_it_failed_of() -> None:
    async def main() -> None:
        bridge = Bridge()
        assert await asyncio.to_thread(bridge.ask, answer, 5) == "done"
        with pytest.raises(ValueError, match="no"):
            await asyncio.to_thread(bridge.ask, failure, 5)
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(bridge.ask, silence, 0.01)

    run(main())


def test_what_is_asked_for_after_the_end_is_never_begun() -> None:
    begun: list[str] = []

    async def late() -> None:
        begun.append("late")

    async def main() -> Bridge:
        bridge = Bridge()
        bridge.close()
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(bridge.ask, late, 5)
        return bridge

    bridge = run(main())
    with pytest.raises(TimeoutError):
        bridge.ask(late, 5)  # the loop is closed
    assert begun == []


def test_what_is_begun_is_held_while_nobody_else_holds_what_it_waits_for() -> None:
    waited_for: list[weakref.ref[asyncio.Future[str]]] = []
    waiting = threading.Event()

    async def wait() -> str:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        waited_for.append(weakref.ref(future))
        waiting.set()
        return await future

    async def main() -> None:
        asking = asyncio.create_task(asyncio.to_thread(Bridge().ask, wait, 5))
        await asyncio.to_thread(waiting.wait, 5)
        gc.collect()
        future = waited_for[0]()
        assert future, "it was forgotten"
        future.set_result("done")
        del future
        assert await asking == "done"

    run(main())


def test_a_thread_that_waits_is_told_when_the_loop_ends() -> None:
    asked = threading.Event()

    async def wait() -> str:
        asked.set()
        return await silence()

    async def main() -> None:
        waiting.append(threads.submit(Bridge().ask, wait, 60))
        await asyncio.to_thread(asked.wait, 5)

    waiting: list[Future[str]] = []
    with ThreadPoolExecutor(1) as threads:
        run(main())
        (future,) = waiting
        with pytest.raises(TimeoutError):
            future.result(5)


@pytest.fixture
def _sigterm_is_ctrl_c() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    end_like_ctrl_c()
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("_sigterm_is_ctrl_c")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_is_heard_by_a_loop_that_is_about_to_wait(number: signal.Signals) -> None:
    """What another thread is given breaks off no waiting, as what comes just before it does not."""

    def send() -> None:
        signal.pthread_kill(threading.get_ident(), number)

    sender = threading.Timer(0.05, send)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(_while(sender))
    sender.join()
    assert time.monotonic() - began < 2


async def _while(sender: threading.Timer) -> None:
    sender.start()
    await asyncio.sleep(5)


def test_whoever_was_told_of_signals_before_is_told_again() -> None:
    heard, told = socket.socketpair()
    with heard, told:
        told.setblocking(False)
        before = signal.set_wakeup_fd(told.fileno())
        try:
            assert run(answer()) == "done"
            assert signal.set_wakeup_fd(before) == told.fileno()
        finally:
            signal.set_wakeup_fd(before)


def test_a_loop_runs_in_a_thread_too() -> None:
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(run, answer()).result() == "done"

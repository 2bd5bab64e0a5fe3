"""What threads ask of a scan's loop."""

import asyncio
import gc
import threading
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

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

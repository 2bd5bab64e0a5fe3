"""The event loop of a scan: its end waits for no thread."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Loop(asyncio.SelectorEventLoop):
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- asyncio's own
        """Leave its threads alone: one that resolves a name or writes to a disk may hang for minutes."""


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """`asyncio.run`, but what still runs in a thread is not waited for. Ctrl-C cancels `main`, and is raised."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)

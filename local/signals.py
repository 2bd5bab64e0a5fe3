"""Ending well: a request to end is an exception like Ctrl-C, and cleaning up is not cut short by a second one."""

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SAME_WISH = 2.0  # seconds


def end_like_ctrl_c() -> None:
    """Make SIGTERM raise KeyboardInterrupt, so that every `finally` runs."""
    signal.signal(signal.SIGTERM, _interrupt)


def end_like_one_ctrl_c(clock: Callable[[], float] = time.monotonic) -> None:
    """The same for both; those that follow within two seconds are the same wish, told again.

    `timeout` tells its child and then all of the group, make tells its own: a second one would break off the ending.
    """
    heard = -math.inf

    def hear(_number: int, _frame: FrameType | None) -> None:
        nonlocal heard
        if clock() - heard > _SAME_WISH:
            heard = clock()
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, hear)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM are ignored within the block, which must be short; for the main thread."""
    with _minded_by(signal.SIG_IGN):
        yield


@contextmanager
def put_off() -> Iterator[None]:
    """The first Ctrl-C or SIGTERM within the block is heard at its end, a second one at once; for the main thread.

    For what cannot be known afterwards to have been done, if it is broken off.
    """
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) > 1:
            raise KeyboardInterrupt

    with _minded_by(hear):
        yield
    if heard:
        raise KeyboardInterrupt


@contextmanager
def _minded_by(other: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    before = {number: signal.signal(number, other) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Whoever minds Ctrl-C, as an event loop does, is to end that way now too."""
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(number, frame)
    else:
        raise KeyboardInterrupt

"""How far a scan has come, in one line on standard error: a terminal's changes, elsewhere each turn leaves its own."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.live import Live
from rich.text import Text


class Display:
    """Counts what it is told, over all turns, and shows it from the first one on; once more as it ends, however."""

    def __init__(self, console: Console, now: Callable[[], float] = time.monotonic) -> None:
        self._changes = console.is_terminal and not console.is_dumb_terminal
        self._console, self._now = console, now
        self._began = 0.0
        self._turn = self._keys = self._settled = self._failed = 0

    @contextmanager
    def shown(self) -> Iterator[None]:
        if self._changes:
            with Live(get_renderable=self._text, console=self._console, refresh_per_second=10):
                yield
            return
        try:
            yield
        finally:
            self._leave_line()

    def begin_turn(self) -> None:
        if not self._turn:
            self._began = self._now()
        elif not self._changes:
            self._leave_line()
        self._turn += 1

    def listed(self, keys: int) -> None:
        self._keys += keys

    def settled(self, *, failed: bool) -> None:
        self._settled += 1
        self._failed += failed

    def end_turn(self, settled: int, failed: int) -> None:
        """What there is of all turns: in a turn, a folder may have settled that the next one does again."""
        self._settled, self._failed = settled, failed

    @property
    def counts(self) -> tuple[int, int]:
        """How many folders were rebuilt, and how many failed."""
        return self._settled - self._failed, self._failed

    @property
    def line(self) -> str:
        """Empty before the first turn."""
        if not self._turn:
            return ""
        seconds = self._now() - self._began
        failed = f" ({self._failed:,} failed)" if self._failed else ""
        return (
            f"{self._keys:,} keys listed, {self._keys / max(seconds, 0.001):,.0f} keys/s, "
            f"{self._settled:,} folders settled{failed}, turn {self._turn}, {timedelta(seconds=int(seconds))}"
        )

    def _text(self) -> Text:
        return Text(self.line, no_wrap=True, overflow="ellipsis")

    def _leave_line(self) -> None:
        if self._turn:
            print(self.line, file=sys.stderr, flush=True)

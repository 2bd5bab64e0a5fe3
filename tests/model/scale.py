"""The project's code at the size of a model: large from a few lines on, nothing on disk or in threads."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any, Self

from shared.scan import draft, reading, spool, stage, survey
from shared.store import manifests, multipart
from shared.update import publish
from tests.fake_objects import stamp
from tests.model.server import Server


class Inline:
    """An executor that does everything at once, in an order of its caller's choice."""

    def __init__(self, order: Callable[[list[int]], None] = lambda _: None) -> None:
        self._order = order

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        given = list(items)
        turns = list(range(len(given)))
        self._order(turns)
        done = {turn: function(given[turn]) for turn in turns}
        return [done[turn] for turn in range(len(given))]

    def __enter__(self) -> Self:
        return self

    def shutdown(self, **_: bool) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


class FileInMemory:
    """What a draft writes into."""

    def __init__(self) -> None:
        self.raw = BytesIO()

    async def write(self, lines: bytes) -> None:
        self.raw.write(lines)

    @classmethod
    def opened(cls) -> tuple[BytesIO, Self]:
        file = cls()
        return file.raw, file


STABLE = "stable"


class QuickSigning:
    """Links that tell their key and when they were made; fresh for half of `LIFE`."""

    LIFE = timedelta(seconds=8)

    def __init__(self, server: Server) -> None:
        self.expires_at = stamp(server.now + self.LIFE)
        self._half = stamp(server.now + self.LIFE / 2)
        self._made = f"?{stamp(server.now)}"

    def link(self, key: str) -> str:
        return f"/{key}{self._made}"

    def keeps(self, key: str, url: str, expires_at: str | None) -> bool:
        return url.startswith(f"/{key}?") and expires_at is not None and expires_at > self._half


class StableSigning:
    """Links that tell their key, and never end. A line of theirs is as long as one of the others."""

    expires_at = None

    def link(self, key: str) -> str:
        return f"/{key}?{STABLE:.<58}"

    def keeps(self, key: str, url: str, expires_at: str | None) -> bool:
        return expires_at is None and url == self.link(key)


@dataclass(frozen=True, slots=True)
class Scale:
    """`large`: bytes from which a manifest is; batches of more than `many` keys go by halves after `patience` times.

    `most`: folders of one stage of a scan; `most_alone`, that it lists alone.
    """

    large: int
    many: int
    patience: int
    most: int = 100_000
    most_alone: int = 500

    @contextmanager
    def applied(self, server: Server) -> Iterator[None]:
        """Have the project's modules work at this scale, by this server's clock, while the block runs."""
        ids = count(1)
        naming = SimpleNamespace(uuid4=lambda: SimpleNamespace(hex=f"id-{next(ids)}"))
        quiet = SimpleNamespace(warning=lambda *_, **__: None, error=lambda *_, **__: None)

        def now() -> float:
            return server.now.timestamp()

        changes: list[tuple[ModuleType, str, Any]] = [
            *((module, "LARGE", self.large) for module in holders("LARGE")),
            *((module, "uuid", naming) for module in holders("uuid")),
            *((module, "MOST", self.most) for module in (survey, reading, stage)),
            (stage, "_MOST_ALONE", self.most_alone),
            (manifests, "_FIRST", self.large // 4),
            (spool, "_CHUNK", self.large),
            (spool, "PIECE", self.large),
            (multipart, "RANGE", 2 * self.large),
            (multipart, "ThreadPoolExecutor", lambda _: Inline()),
            (multipart, "time", SimpleNamespace(monotonic=now)),
            (multipart, "logger", quiet),
            (draft, "_opened", FileInMemory.opened),
            (publish, "_MANY", self.many),
            (publish, "_PATIENCE", self.patience),
        ]
        before = [(module, name, getattr(module, name)) for module, name, _ in changes]
        for module, name, value in changes:
            setattr(module, name, value)
        try:
            yield
        finally:
            for module, name, value in before:
                setattr(module, name, value)


@cache
def holders(name: str) -> tuple[ModuleType, ...]:
    """The project's modules that have this name, wherever they have it from."""
    known = sorted(sys.modules.items())
    return tuple(module for path, module in known if path.startswith("shared.") and hasattr(module, name))

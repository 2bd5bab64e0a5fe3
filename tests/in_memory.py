"""Both handlers over a bucket in memory: as a cold start makes them, with nothing behind them but a test's world."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import pytest

from functions.full_scan import executions
from functions.full_scan.executions import Execution
from shared.domain.deadline import Deadline
from shared.domain.events import Notice
from tests.chaos.functions import Functions, cold_start
from tests.world import Scanned


class Postponed:
    """Stands where `Retries` does: what failed, as it was to be delivered again."""

    def __init__(self) -> None:
        self.messages: list[str | None] = []

    def postpone(self, failed: Iterable[Notice], deadline: Deadline) -> None:
        assert deadline.left() > 0
        self.messages = [notice.message_id for notice in failed]


def handlers(
    patch: pytest.MonkeyPatch,
    world: Scanned,
    older: Callable[[object, Execution, Callable[[str], bool]], str | None] = lambda *_: None,
) -> Functions:
    """`older` tells which execution does the same already."""
    made = _started()
    patch.setattr(made.on_created, "publisher", world.publisher)
    patch.setattr(made.on_created, "retries", Postponed())
    own, links = vars(made.full_scan)["wiring"], world.links
    wiring = replace(own, client=world.s3, store=world.store, links=links, documents=links)
    session = SimpleNamespace(client=partial(_client, world))
    aioboto3 = SimpleNamespace(Session=lambda: session)
    for name, each in {"wiring": wiring, "aioboto3": aioboto3, "older": older, **_WITHOUT_SDK}.items():
        patch.setattr(made.full_scan, name, each)
    patch.setattr(executions, "client", lambda: None)
    return made


_WITHOUT_SDK: dict[str, Callable[[object], None]] = dict.fromkeys(("read_pages_fast", "stay_in_region"), lambda _: None)


@asynccontextmanager
async def _client(world: Scanned, *_: object, **__: object) -> AsyncIterator[Any]:
    yield world.listing


@cache
def _started() -> Functions:
    """Once: what they remember from one invocation to the next is in what is exchanged above."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "S3_ENDPOINT_URL", "MANIFEST_BUCKET", "PREFIX_DEPTH", "LINKS"):
            patch.delenv(name, raising=False)
        for name, value in {"BUCKET_NAME": "docs", "PREFIX": "", "AWS_DEFAULT_REGION": "eu-west-1"}.items():
            patch.setenv(name, value)
        return cold_start()

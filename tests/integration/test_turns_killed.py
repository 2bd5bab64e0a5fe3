"""A turn that is killed at any request, and made again from what the last one answered: what one stream makes."""

import json
import multiprocessing
import os
import random
import signal
from collections.abc import Mapping
from multiprocessing.connection import Connection

import pytest

from tests.chaos.functions import cold_start, environment, silence
from tests.chaos.library import Library
from tests.chaos.proxy import Exchange, Proxy, proxy_for
from tests.integration.deployment import body
from tests.integration.turning import Asked, Event, Turning
from tests.servers import Server

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.integration.test_turns_killed"])
_SECONDS = 60  # no turn takes longer
NAMES = ("a", "a-", "a0", "\u00fc", "\U0001f600")
TREE = [f"{one}/{two}/{number}.pdf" for one in NAMES for two in (*NAMES, "deep/er") for number in range(3)]
BETWEEN = [f"{one}/{number}.pdf" for one in NAMES for number in range(3)]


def run(surroundings: Mapping[str, str], event: Event, wait: Connection) -> None:
    silence()
    os.environ.update(surroundings)
    functions = cold_start()
    wait.recv()
    functions.full_scan.handler(event, None)


def killed_at(proxy: Proxy, surroundings: Mapping[str, str], event: Event, request: int) -> bool:
    """Begin a turn in a process of its own, which gets no further than that request; whether it came there."""
    go, wait = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=run, args=(surroundings, event, wait), daemon=True)
    process.start()
    seen = iter(range(request))

    def kill(exchange: Exchange) -> None:
        if next(seen, None) is not None:
            exchange.answer(exchange.forward())
            return
        if process.pid:
            os.kill(process.pid, signal.SIGKILL)
        exchange.cut()

    with proxy.watch(lambda _: kill), go, wait:
        go.send("go")
        process.join(_SECONDS)
    return process.exitcode == -signal.SIGKILL


@pytest.mark.timeout(180)
@pytest.mark.parametrize("store_server", ["minio"], indirect=True)
def test_a_turn_that_is_killed_is_made_again_from_what_the_last_one_answered(store_server: Server, bucket: str) -> None:
    library = Library(store_server, bucket)
    turning = Turning(library, [*TREE, *BETWEEN, "top.pdf"], [f"{one}/gone/1.pdf" for one in NAMES])
    chosen = random.Random(2026)
    kills = 0
    event: Event | None = {"resumable": True}
    with turning.functions(QUEUE_MAX="20") as functions, proxy_for(store_server.endpoint_url) as proxy:
        surroundings = environment(library, proxy.endpoint_url) | {"QUEUE_MAX": "20"}
        while event:
            kills += sum(killed_at(proxy, surroundings, event, chosen.randint(1, 60)) for _ in range(2))
            answer = body(functions.full_scan.handler(event, Asked(60)))
            assert "failed" not in answer
            event = (
                {"resume": json.loads(json.dumps(answer["resume"])), "resumable": True} if "resume" in answer else None
            )
    assert kills > 3
    assert turning.manifests() == turning.right

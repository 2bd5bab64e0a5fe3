"""A function killed at one request, while somebody reads its manifests all the time."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Event, Thread

from tests.chaos.functions import Invocation, cold_start, environment, output, silence
from tests.chaos.library import Library, Manifest
from tests.chaos.proxy import Break, Call, Exchange, Proxy
from tests.chaos.scenes import Scene

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.chaos.killing"])
_SECONDS = 60  # no invocation takes longer


@dataclass(frozen=True, slots=True)
class Death:
    """`at` the first such call: before the server has acted on it, or after."""

    at: Call
    after: bool

    def __str__(self) -> str:
        return f"killed {'after' if self.after else 'before'} {self.at}"


def kill(proxy: Proxy, scene: Scene, death: Death) -> list[str]:
    """Play the scene to that point in a process of its own, then anew in this one; what is wrong, as sentences."""
    scene.restore()
    with output(), _reader(scene) as seen:
        exit_code = _run_until(proxy, scene, death)
        findings = [] if exit_code == -signal.SIGKILL else [f"it was not killed, but ended with {exit_code}"]
        findings += scene.half_done(scene.manifests())
        again = scene.invocation(cold_start())
    scene.library.sweep()  # what a killed process leaves is the lifecycle rules'
    if not again.success:
        findings.append(f"the next run fails: {again}")
    findings += [f"not healed: {each}" for each in scene.disagreement(scene.manifests())]
    findings += [f"a reader saw {flaw}" for manifest in seen for flaw in scene.flaws_of(*manifest)]
    return findings


def _run_until(proxy: Proxy, scene: Scene, death: Death) -> int | None:
    go, wait = _PROCESSES.Pipe()
    surroundings = environment(scene.library, proxy.endpoint_url)
    process = _PROCESSES.Process(target=_run, args=(surroundings, scene.invocation, wait), daemon=True)
    process.start()
    assert process.pid
    act = _killing(process.pid, after=death.after)
    with proxy.watch(lambda call: act if call == death.at else None), go, wait:
        go.send("go")
        process.join(_SECONDS)
    return process.exitcode


def _run(surroundings: Mapping[str, str], invocation: Invocation, wait: Connection) -> None:
    silence()
    os.environ.update(surroundings)
    functions = cold_start()
    wait.recv()
    invocation(functions)


def _killing(pid: int, *, after: bool) -> Break:
    def act(exchange: Exchange) -> None:
        if after:
            exchange.forward()
        os.kill(pid, signal.SIGKILL)
        exchange.cut()

    return act


@contextmanager
def _reader(scene: Scene) -> Iterator[list[tuple[str, Manifest]]]:
    """Reads every manifest of the scene without a pause; the list is of every state it saw, with its folder."""
    seen: list[tuple[str, Manifest]] = [*scene.before.items()]
    ended = Event()

    def read() -> None:
        library = Library(scene.library.server, scene.library.bucket)  # with a client of its own
        last = dict(scene.before)
        while not ended.is_set():
            now = {prefix: library.manifest(prefix) for prefix in last}
            seen.extend((prefix, manifest) for prefix, manifest in now.items() if manifest != last[prefix])
            last = now

    thread = Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()

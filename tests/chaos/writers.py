"""Processes that change documents and run the real handlers, all on one folder, all at once."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Self

from shared.domain.deadline import Deadline
from shared.store.failures import BROKEN, status_of
from shared.store.manifests import ManifestStore
from shared.store.stored import Draft, Stored
from tests.chaos.context import Context
from tests.chaos.functions import Answer, Functions, cold_start, environment, silence
from tests.chaos.library import Library

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.chaos.writers"])
_REDELIVERIES = 3  # of what a handler said had failed, as SQS would
_REFUSED = (404, 409, 412)
_SECONDS = 120  # no task takes longer


@dataclass(slots=True)
class Tally:
    """What writers did: commits, writes that were refused, invocations that failed, seconds of each invocation."""

    commits: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __iadd__(self, other: "Tally") -> Self:
        self.commits += other.commits
        self.refused += other.refused
        self.failures += other.failures
        self.seconds += other.seconds
        return self


@dataclass(frozen=True, slots=True)
class Post:
    """Where a writer works. `keys` are those it may change; `careless`: every condition is left out of its writes."""

    library: Library
    folder: str
    keys: Sequence[str]
    careless: bool = False


Task = Callable[["Writer"], None]


class Writer:
    """One process's half: a warm execution environment, and documents to change."""

    def __init__(self, post: Post, number: int) -> None:
        silence()
        os.environ.update(environment(post.library))
        self._post = post
        self._functions: Functions = cold_start()
        self._chance = random.Random(f"{number} {post.folder}")
        self.tally = Tally()
        self._count_writes()
        if post.careless:
            setattr(Stored, "condition", _none)  # noqa: B010 -- the type checker forbids it in any other form

    def _count_writes(self) -> None:
        """The answers do not tell how often a write was refused."""
        put = ManifestStore.put

        def counted(store: ManifestStore, stored: Stored, draft: Draft, deadline: Deadline) -> None:
            try:
                put(store, stored, draft, deadline)
            except BROKEN as error:
                self.tally.refused += status_of(error) in _REFUSED
                raise
            self.tally.commits += 1

        setattr(ManifestStore, "put", counted)  # noqa: B010 -- the type checker forbids it in any other form

    def change_and_tell(self) -> None:
        """Upload, overwrite or delete one to three documents; then have the events delivered, some of them twice."""
        keys = self._chance.sample(self._post.keys, self._chance.randint(1, 3))
        for key in keys:
            self._change(key)
        self._tell(keys)
        if self._chance.random() < 0.2:
            self._tell(self._chance.sample(self._post.keys, 2))

    def tell_the_same(self) -> None:
        self._tell(self._post.keys)

    def rebuild(self) -> None:
        time.sleep(self._chance.uniform(0, 0.5))  # so that it meets the others anywhere
        self._timed(lambda: self._functions.scan(self._post.folder, Context()))

    def _change(self, key: str) -> None:
        if self._chance.random() < 0.35:
            self._post.library.remove(key)
        else:
            same = self._chance.random() < 0.3  # the same content again: only its time tells it from what was there
            self._post.library.upload(key, body=b"%PDF-" if same else self._chance.randbytes(20))

    def _tell(self, keys: Sequence[str]) -> None:
        """By S3's own event or by a queue's batch, and again what has failed."""
        deliver = self._functions.deliver if self._chance.random() < 0.5 else self._functions.notify
        for _ in range(_REDELIVERIES):
            if self._timed(lambda: deliver(*keys, context=Context())):
                return

    def _timed(self, invoke: Callable[[], Answer]) -> bool:
        began = time.monotonic()
        answer = invoke()
        self.tally.seconds.append(time.monotonic() - began)
        if not answer.success:
            self.tally.failures.append(repr(answer))
        return answer.success


def _none(_: Stored) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Times:
    """A task done so many times, or for so many seconds."""

    task: Task
    count: int = 1
    seconds: float = 0.0

    def __call__(self, writer: Writer) -> None:
        end = time.monotonic() + self.seconds
        for _ in range(self.count):
            self.task(writer)
        while time.monotonic() < end:
            self.task(writer)


def _serve(post: Post, number: int, orders: Connection) -> None:
    writer = Writer(post, number)
    orders.send(writer.tally)
    while task := orders.recv():
        writer.tally = Tally()
        task(writer)
        orders.send(writer.tally)


class Crew:
    """Writers that are there and warm."""

    def __init__(self, orders: Sequence[Connection]) -> None:
        self._orders = orders

    def do(self, tasks: Sequence[Task]) -> Tally:
        """One task for each writer, all at once, for as many as there are tasks; returns when all are done."""
        at_work = list(self._orders[: len(tasks)])
        for orders, task in zip(at_work, tasks, strict=True):
            orders.send(task)
        return self.gathered(at_work)

    def gathered(self, at_work: list[Connection]) -> Tally:
        total = Tally()
        while at_work:
            ready = wait(at_work, _SECONDS)
            assert ready, "a writer neither ends nor fails"
            for orders in ready:
                assert isinstance(orders, Connection)
                total += orders.recv()
                at_work.remove(orders)
        return total


@contextmanager
def crew(posts: Sequence[Post]) -> Iterator[Crew]:
    """A writer for every post; all of them are gone with the block."""
    pipes = [_PROCESSES.Pipe() for _ in posts]
    processes = [_begin(post, number, pipe[1]) for number, (post, pipe) in enumerate(zip(posts, pipes, strict=True))]
    own = [pipe[0] for pipe in pipes]
    try:
        ready = Crew(own)
        ready.gathered(list(own))
        yield ready
    finally:
        for process in processes:
            process.kill()
            process.join()
            process.close()
        for end in own:
            end.close()


def _begin(post: Post, number: int, orders: Connection) -> BaseProcess:
    process = _PROCESSES.Process(target=_serve, args=(post, number, orders), daemon=True)
    process.start()
    orders.close()
    return process

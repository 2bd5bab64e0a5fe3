"""Invocations that run one request at a time, in any order, over a network that fails in every way.

Every invocation's code runs in greenlets. A request hands control back to whoever decides the order, who says when it
is served, and what becomes of it.
"""

from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]  # it comes without types

from shared.store.failures import code_of
from tests.model.faults import CONDITIONAL, KILLS, LANDS_LATE, SENT_AGAIN, SERVED, Fault, error_of, halved
from tests.model.invocations import Begun, Claim, Pace, Pages, Process, Straggler, Task
from tests.model.server import MANIFESTS, STAGED, Server
from tests.model.trace import Trace, answered, asked


class Killed(BaseException):
    """The process of this invocation is gone."""


class Network:
    """Between invocations and the server. `committed` is told of every write of a manifest, as it is served."""

    def __init__(
        self,
        server: Server,
        committed: Callable[[str, Claim], None],
        failed: Callable[[str], None],
        trace: Trace | None,
    ) -> None:
        self.server, self._committed, self._failed, self.trace = server, committed, failed, trace
        self.tasks: list[Task | Straggler] = []
        self.uploads: dict[str, Begun] = {}
        self.staged: dict[str, Process] = {}
        self._begun: set[Process] = set()
        self._main = getcurrent()
        self._current: Task | None = None

    # Strands

    def spawn(self, process: Process, run: Callable[[], None], pace: Pace) -> None:
        def body(_: object) -> None:
            try:
                run()
            except Killed:
                pass
            except Exception as error:  # noqa: BLE001 -- whatever leaks is the finding
                self._failed(f"{process.name} ended with {error!r}")

        first = process not in self._begun
        self._begun.add(process)
        self.tasks.append(Task(process, greenlet(body, self._main), pace, first=first, handed=process.listing))

    def runnable(self) -> list[Task | Straggler]:
        return [task for task in self.tasks if isinstance(task, Straggler) or task.ready is None or task.ready()]

    def step(self, task: Task | Straggler, fault: Fault | None = None) -> None:
        """Serve the request the task waits for, and let it run up to the next."""
        if isinstance(task, Straggler):
            self.tasks.remove(task)
            self._land(task, late=True)
            return
        self._current, task.ready = task, None
        task.strand.switch(fault)
        if task.strand.dead:
            self.tasks.remove(task)

    def wait(self, ready: Callable[[], bool]) -> None:
        """Called from a strand: go on when that holds."""
        assert self._current
        self._current.ready, self._current.asks = ready, ""
        self._main.switch()
        if self._current.process.killed:
            raise Killed

    def kill(self, process: Process) -> None:
        """The process is gone, all its strands at once; what it has sent may still arrive."""
        process.killed = True
        for task in self.tasks[:]:
            if isinstance(task, Task) and task.process is process and task is not self._current:
                self._end(task)

    def close(self) -> None:
        """End what still runs."""
        for task in self.tasks[:]:
            if isinstance(task, Task):
                task.process.killed = True
                self._end(task)
        self.tasks.clear()

    def _end(self, task: Task) -> None:
        self.tasks.remove(task)
        before, self._current = self._current, task
        if task.strand:
            task.strand.parent = getcurrent()
            task.strand.throw(Killed)
        self._current = before

    # Requests

    def request(self, operation: str, **request: Any) -> Any:
        task = self._current
        assert task
        if task.process.killed:
            raise Killed
        task.asks = operation
        fault = self._main.switch()
        self._pass_time(task, operation)
        if fault is None:
            return self._act(task, operation, request)
        task.process.faults.append((operation, fault))
        return self._misfortune(task, operation, request, fault)

    def _pass_time(self, task: Task, operation: str) -> None:
        """Raises CancelledError in a scan that waits no longer for a page."""
        process = task.process
        process.requests += 1
        if process.requests == process.patience:
            process.seconds_left = 0.0
            if self.trace:
                self.trace(process.name, "the time is up")
            if process.breaks_off and task.first and operation == "list_objects_v2":
                raise CancelledError

    def _misfortune(self, task: Task, operation: str, request: dict[str, Any], fault: Fault) -> Any:
        """Have the fault come true. Raises what the SDK raises, and Killed."""
        if self.trace:
            self.trace(task.process.name, asked(operation, request), f"FAULT: {fault.value}")
        if fault is Fault.OUT_OF_TIME:
            task.process.seconds_left = 0.0
            return self._act(task, operation, request)
        if fault is Fault.HALF:
            return halved(self._act(task, operation, request))
        if fault in LANDS_LATE:
            self.tasks.append(Straggler(task.claim, operation, request, task.pace.held))
        if fault in SERVED:
            self._land(Straggler(task.claim, operation, request, 0), late=False)
        if fault in KILLS:
            self.kill(task.process)
            raise Killed
        if fault in SENT_AGAIN:
            return self._again(task, operation, request)
        if fault is Fault.VANISHED:
            self.server.uploads.pop(request["UploadId"], None)
        raise error_of(fault, operation)

    def _again(self, task: Task, operation: str, request: dict[str, Any]) -> Any:
        """The SDK's own second attempt: others may act before it."""
        self._main.switch()
        if task.process.killed:
            raise Killed
        answer = self._act(task, operation, request)
        return answer | {"ResponseMetadata": {"RetryAttempts": 1}}

    def _land(self, straggler: Straggler, *, late: bool) -> None:
        with suppress(ClientError):
            self._act(straggler, straggler.operation, straggler.request, late=late)

    def _act(self, by: Task | Straggler, operation: str, request: dict[str, Any], *, late: bool = False) -> Any:
        """The server acts. Nobody hears what comes of a straggler."""
        self.server.moment += 1
        answer: Any = None
        error = None
        try:
            answer = getattr(self.server, operation)(**request)
        except ClientError as refused:
            error = refused
        if self.trace:
            came = code_of(error) if error else answered(answer)
            unheard = " (unheard)" if isinstance(by, Straggler) else ""
            self.trace(f"{by.process.name}{unheard}", asked(operation, request), came)
        if isinstance(by, Task):
            self._remember_look(by, operation, request, answer, code_of(error) if error else "")
        if error:
            raise error
        self._remember_write(by, operation, request, answer, late=late)
        return answer

    def _remember_look(self, task: Task, operation: str, request: dict[str, Any], answer: Any, code: str) -> None:
        """Who looked at what, and when: a 404 is a look too, and nothing else is that was refused."""
        if operation == "head_object":
            task.process.looks[request["Key"]] += 1
        if operation in ("head_object", "get_object") and (answer or code in ("404", "NoSuchKey")):
            task.seen[request["Key"]] = self.server.moment
        elif operation == "list_objects_v2" and answer:
            page, token = answer["Listed"]
            self._listing_of(task, request).pages.append((page[-1].key if token else None, self.server.moment))

    def _listing_of(self, task: Task, request: dict[str, Any]) -> Pages:
        if "ContinuationToken" not in request or task.listing is None:
            task.listing = Pages(self.server.place)
            if task.first and not request["Prefix"].startswith(MANIFESTS):
                task.process.listing = task.listing
        return task.listing

    def _remember_write(
        self, by: Task | Straggler, operation: str, request: dict[str, Any], answer: Any, *, late: bool
    ) -> None:
        if operation == "create_multipart_upload":
            self.uploads[answer["UploadId"]] = Begun(by.process, late)
        elif operation in CONDITIONAL and request["Key"].startswith(STAGED):
            self.staged[request["Key"]] = by.process
        elif operation in CONDITIONAL:
            self._committed(request["Key"], by.claim)

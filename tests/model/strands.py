"""The full scan without an event loop: its tasks and threads are strands of the model, its decisions its own."""

from collections.abc import Awaitable, Callable, Coroutine
from types import SimpleNamespace
from typing import Any, TypeVar

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Place
from shared.scan.ahead import Write
from shared.scan.listing import Listing
from shared.scan.rebuild import Rebuilder, Rebuilt
from shared.scan.scan import Report, Scan, Tools
from shared.scan.spool import Spool
from tests.model.network import Network
from tests.model.scale import Inline
from tests.model.server import BUCKET

_T = TypeVar("_T")


class AsyncClient:
    """The listing's client; whoever awaits it waits in its strand."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def list_objects_v2(self, **request: Any) -> Any:
        return self._network.request("list_objects_v2", **request)


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run what never really waits for an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something that is not the network")


class ScanByStrands(Scan):
    """The full scan with strands of the model in the place of tasks and threads; all its decisions are its own."""

    def __init__(self, tools: Tools, folder: Folder, deadline: Deadline, spawn: Callable[[Callable[[], None]], None],
                 wait: Callable[[Callable[[], bool]], None]) -> None:  # fmt: skip
        self._tools, self._folder, self._deadline, self._progress = tools, folder, deadline, lambda _: None
        self._tell = lambda _folder, _outcome: None
        self._rebuilder = Rebuilder(tools.store, tools.layout, tools.signing, self._gather_from_thread)
        self._survey = {}
        self._alone: set[str] = set()
        self._report = Report()
        self._threads = Inline()  # type: ignore[assignment]  # nothing is ever given to it
        self._bridge = SimpleNamespace(close=lambda: None)  # type: ignore[assignment]  # nothing crosses it
        self._spawn, self._wait = spawn, wait
        self._under_way = 0

    def rebuild_alone(self, folder: Folder) -> Rebuilt:
        return self._rebuilder.rebuild(folder, self._deadline)

    async def _pages(self, place: Place, write: Write, *, flat: bool = False) -> None:
        async for page in Listing(self._tools.client, place, self._tools.queue_max, flat=flat).pages():
            self._deadline.require(f"listing the rest of {place}")
            await write(page)

    async def _settle(self, prefix: str, spool: Spool | None) -> None:
        self._under_way += 1
        self._spawn(lambda: self._settle_one(Folder(BUCKET, prefix), spool))

    def _settle_one(self, folder: Folder, spool: Spool | None) -> None:
        try:
            self._note(folder, self._rebuild(folder, spool))
        except Exception as error:  # noqa: BLE001 -- as the scan does: one prefix does not stop the others
            self._note(folder, error)
        finally:
            self._under_way -= 1

    async def _in_time(self, work: Awaitable[_T]) -> _T:
        return await work  # time is the network's

    async def _settled(self) -> None:
        if self._under_way:
            self._wait(lambda: not self._under_way)

    def _gather_from_thread(self, folder: Folder, _: Deadline) -> Spool:
        return finish(self._gather(folder))  # type: ignore[no-any-return]

"""The full scan without an event loop: its tasks and threads are strands of the model, its decisions its own."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.scan.ahead import Work, Write
from shared.scan.committing import Watch
from shared.scan.reading import Reading, Tools
from shared.scan.rebuild import Rebuilt
from shared.scan.report import Outcome
from shared.scan.resume import Turn
from shared.scan.scan import Scan
from shared.scan.spool import Spool
from tests.model.network import Network

_T = TypeVar("_T")

Spawn = Callable[[Callable[[], None]], None]
Wait = Callable[[Callable[[], bool]], None]


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


class Crew:
    """Settles every folder in a strand of its own."""

    def __init__(self, settled: Callable[[Folder, Outcome], None], spawn: Spawn, wait: Wait) -> None:
        self._tell, self._spawn, self._wait = settled, spawn, wait
        self._under_way = 0

    async def settle(self, folder: Folder, rebuild: Callable[[], Rebuilt], _: Spool | None = None) -> None:
        self._under_way += 1
        self._spawn(lambda: self._settle(folder, rebuild))

    def _settle(self, folder: Folder, rebuild: Callable[[], Rebuilt]) -> None:
        try:
            self._tell(folder, rebuild())
        except Exception as error:  # noqa: BLE001 -- as the scan does: one folder does not stop the others
            self._tell(folder, error)
        finally:
            self._under_way -= 1

    async def all_settled(self) -> None:
        if self._under_way:
            self._wait(lambda: not self._under_way)

    async def aside(self, work: Callable[[], _T]) -> _T:
        return work()

    def ask(self, _: Folder, work: Callable[[], Coroutine[Any, Any, _T]]) -> Any:
        return finish(work())

    def close(self) -> None:
        """Nothing is left to end."""


class PageByPage(Reading):
    """A page is written before the next one is asked for."""

    async def _deliver(self, work: Work, write: Write) -> None:
        source = work.source(work.range.after)
        while not source.ended:
            page = await source.next_page()
            within = work.range.leading([found.key for found in page])
            if within:
                await write(page[:within])
            if within < len(page):
                return


class ScanByStrands(Scan):
    """The full scan with strands of the model in the place of tasks and threads; all its decisions are its own."""

    def __init__(  # noqa: PLR0913 -- a scan, and what its strands are
        self, tools: Tools, turn: Turn, deadline: Deadline, spawn: Spawn, wait: Wait, *, resumable: bool = False
    ) -> None:
        self._spawn, self._wait = spawn, wait
        super().__init__(tools, turn, deadline, Watch(), resumable=resumable)

    def rebuild_alone(self, folder: Folder) -> Rebuilt:
        return self._folders.rebuilder.rebuild(folder, self._deadline)

    def _staff(self, _: int) -> Any:
        reading = PageByPage(self._tools, self._turn.folder.bucket, self._deadline)
        return reading, Crew(self._folders.note, self._spawn, self._wait)

    async def _in_time(self, work: Awaitable[_T], _: float | None = None) -> _T:
        return await work  # time is the network's

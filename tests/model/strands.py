"""The full scan without an event loop: its tasks and threads are strands of the model, its decisions its own."""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.errors import OutOfTimeError, StoreUnfitError
from shared.domain.ranges import before
from shared.scan.ahead import Work, Write
from shared.scan.committing import Watch
from shared.scan.reading import Reading, Tools
from shared.scan.rebuild import Rebuilt
from shared.scan.report import Outcome
from shared.scan.scan import Scan
from shared.scan.settling import unanswered
from shared.scan.spool import Spool
from shared.scan.turn import Turn
from shared.store.pages import Page
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


@dataclass(frozen=True, slots=True)
class Staff:
    """How a scan's strands are begun and waited for, and how many at once: `room` folders, of which some may hang."""

    spawn: Spawn
    wait: Wait
    room: int
    hanging: bool


class Crew:
    """Settles every folder in a strand of its own."""

    def __init__(self, settled: Callable[[Folder, Outcome], None], staff: Staff, deadline: Deadline) -> None:
        self._tell, self._staff, self._deadline = settled, staff, deadline
        self._numbers = count()
        self._under_way: dict[int, Folder] = {}

    async def settle(self, folder: Folder, rebuild: Callable[[], Rebuilt], _: Spool | None = None) -> None:
        """Waits while too many do; cancelled where the time is up meanwhile."""
        if self._is_full():
            self._staff.wait(lambda: not self._is_full() or self._is_late())
        if self._is_full():
            raise CancelledError
        number = next(self._numbers)
        self._under_way[number] = folder
        self._staff.spawn(lambda: self._settle(number, folder, rebuild))

    def _settle(self, number: int, folder: Folder, rebuild: Callable[[], Rebuilt]) -> None:
        outcome: Outcome
        try:
            outcome = rebuild()
        except Exception as error:  # noqa: BLE001 -- as the scan does: one folder does not stop the others
            outcome = error
        if self._under_way.pop(number, None):
            self._tell(folder, outcome)

    async def all_settled(self) -> None:
        """What hangs when the time is up goes on, whether the scan has ended or not, and nobody hears of it."""
        if self._under_way:
            self._staff.wait(lambda: not self._under_way or (self._staff.hanging and self._is_late()))
        while self._under_way:
            _, folder = self._under_way.popitem()
            self._tell(folder, unanswered(folder))

    def _is_full(self) -> bool:
        return len(self._under_way) >= self._staff.room

    def _is_late(self) -> bool:
        return self._deadline.left() <= 0

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
            _require_after(work.range.after, page)
            within = work.range.leading([found.key for found in page])
            if within:
                await write(page[:within])
            if within < len(page):
                return


def _require_after(after: str, page: Page) -> None:
    """As what lists side by side has it."""
    if after and page and not before(after, min(found.key for found in page)):
        raise StoreUnfitError("not in the order of keys")


class ScanByStrands(Scan):
    """The full scan with strands of the model in the place of tasks and threads; all its decisions are its own."""

    def __init__(self, tools: Tools, turn: Turn, deadline: Deadline, staff: Staff, *, resumable: bool = False) -> None:
        self._strands = staff
        super().__init__(tools, turn, deadline, Watch(), resumable=resumable)

    def rebuild_alone(self, folder: Folder) -> Rebuilt:
        return self._folders.rebuilder.rebuild(folder, self._deadline)

    def _staff(self, _: int) -> Any:
        reading = PageByPage(self._tools, self._turn.folder.bucket, self._deadline)
        return reading, Crew(self._folders.note, self._strands, self._deadline)

    async def _in_time(self, work: Awaitable[_T], _: float | None = None) -> _T:
        """Time is the network's: it cancels."""
        try:
            return await work
        except CancelledError as error:
            raise OutOfTimeError("cut off") from error

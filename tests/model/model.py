"""Invocations of the project's own code over one small bucket, started and stepped by whoever decides the order."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.errors import LinkManifestError, raise_failures
from shared.domain.ranges import Range
from shared.scan.reading import Tools
from shared.scan.turn import Turn
from shared.store.bucket import Bucket
from shared.store.manifests import ManifestStore
from shared.update.publish import Publisher
from tests.model.climate import Climate
from tests.model.invocations import Pace, Process
from tests.model.judge import Judge
from tests.model.legs import Leg
from tests.model.network import Network
from tests.model.scale import Inline, QuickSigning, StableSigning
from tests.model.server import BUCKET, STAGED, Server
from tests.model.strands import AsyncClient, ScanByStrands, Staff, finish
from tests.model.trace import Trace

if TYPE_CHECKING:
    from shared.scan.report import Report

Ended = Callable[[bool], None]
"""Told when an invocation has ended, and whether with success: a killed one, and one that raised, without."""
Answered = Callable[["Report"], None]
"""Told what a scan's invocation came to. What it raises is the invocation's error."""


class Client:
    """One process's S3 client: every request goes through the network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return partial(self._network.request, operation)


class Model:
    """A bucket, the network, and the invocations under way."""

    def __init__(self, climate: Climate, rng: Random, *, traced: bool = False) -> None:
        self.layout, self._rng, self._climate = climate.layout, rng, climate
        self.server = Server(climate.page, climate.scale.large, by_folders=climate.by_folders)
        self.trace = Trace() if traced else None
        self.judge = Judge(self.server, climate.layout, climate.scale)
        self.network = Network(self.server, self.judge.committed, partial(self.judge.fail, "leaked"), self.trace)
        self._started = 0
        self._stable = climate.stable
        self.answers: dict[str, int] = {}

    # Documents

    def write(self, key: str, content: int) -> None:
        self._say(f"write {key} with content {content}")
        self.server.write(key, b"x" * content)

    def erase(self, key: str) -> None:
        self._say(f"delete {key}")
        self.server.erase(key)

    def restore(self, key: str) -> None:
        self._say(f"restore the previous version of {key}")
        self.server.restore(key)

    def refuse(self, key: str, code: str, times: int) -> None:
        self._say(f"{key} may not be looked at {times} times: {code}")
        self.server.refuse(key, code, times)

    def move(self, key: str) -> None:
        self._say(f"move {key} into the archive or out of it")
        self.server.move(key)

    def change_links(self) -> None:
        """Who starts from now on makes links of the other kind."""
        self._stable = not self._stable
        self._say(f"links are {'stable' if self._stable else 'presigned'}")

    def tick(self) -> None:
        self._say("a second passes")
        self.server.tick()

    def _say(self, what: str) -> None:
        if self.trace:
            self.trace("people", what)

    # Invocations

    def publish(self, folder: Folder, keys: list[str], ended: Ended) -> Process:
        process = self._process(f"publish {' '.join(keys)}")
        process.batch = len(keys)
        bucket = Bucket(self._client(), Inline(self._rng.shuffle))  # type: ignore[arg-type]  # all that is used of a pool
        publisher = Publisher(self._store(), bucket, self.layout, partial(self._signing, process))
        began = self.server.moment

        def publish() -> None:
            published = publisher.publish(folder, keys, Deadline(process.left))
            self.judge.answered_publish(process.name, [key for key in keys if key not in published.failed], began)
            raise_failures(published.failed)

        def run() -> None:
            self._note(process, publish)

        self._spawn(process, self._pace(), run, ended)
        return process

    def rebuild(self, folder: Folder, ended: Ended) -> Process:
        """One prefix alone, as a scan does where it must."""
        process, pace = self._process(f"rebuild {folder.prefix!r}"), self._pace()
        process.asked = folder.prefix
        scan = self._scan(Turn(folder, Range(folder.prefix)), process, pace)
        began = self.server.moment

        def run() -> None:
            self._note(process, lambda: scan.rebuild_alone(folder))
            self.judge.answered_rebuild(process.name, folder, began)

        self._spawn(process, pace, run, ended)
        return process

    def scan(self, prefix: str, ended: Ended) -> Process:
        """All of it in one invocation."""
        turn, began = Turn(Folder(BUCKET, prefix), Range(prefix)), self.server.moment

        def answered(report: "Report") -> None:
            if not report.interrupted:
                self.judge_scan(turn.folder, began, set(report.failed))

        return self.turn(Leg(turn, began), answered, ended)

    def turn(self, leg: Leg, answered: Answered, ended: Ended) -> Process:
        """One invocation of a scan that may take several."""
        process, pace = self._process(f"scan {leg}"), self._pace()
        process.asked, process.since = leg.turn.folder.prefix, leg.since
        process.patience, process.breaks_off = leg.patience, leg.breaks_off
        scan = self._scan(leg.turn, process, pace, resumable=leg.resumable)
        began = self.server.moment

        def run() -> None:
            report: Report = self._note(process, lambda: finish(scan.run()))
            for name in report.rebuilt:
                self.judge.answered_rebuild(process.name, Folder(BUCKET, name), began)
            for error in report.failed.values():
                if not isinstance(error, LinkManifestError):
                    self.judge.fail("leaked", f"{process.name}: {error!r}")
            answered(report)

        self._spawn(process, pace, run, ended)
        return process

    def judge_scan(self, folder: Folder, since: int, failed: set[str]) -> None:
        """All of a scan is done, in however many invocations, those folders aside."""
        self.judge.answered_scan(f"scan {folder.prefix!r} as a whole", folder.prefix, since, failed)

    @property
    def now(self) -> int:
        return self.server.moment

    def _scan(self, turn: Turn, process: Process, pace: Pace, *, resumable: bool = False) -> ScanByStrands:
        client: Any = AsyncClient(self.network)
        tools = Tools(client, self._store(), self.layout, partial(self._signing, process), self._climate.page)
        staff = Staff(
            lambda run: self.network.spawn(process, run, pace),
            self.network.wait,
            self._climate.room,
            self._climate.hanging,
        )
        return ScanByStrands(tools, turn, Deadline(process.left), staff, resumable=resumable)

    def _process(self, what: str) -> Process:
        self._started += 1
        return Process(f"#{self._started} {what}", self._stable)

    def _spawn(self, process: Process, pace: Pace, run: Callable[[], None], ended: Ended) -> None:
        def body() -> None:
            success = False
            try:
                run()
                success = True
            except LinkManifestError as error:
                self.answers[type(error).__name__] = self.answers.get(type(error).__name__, 0) + 1
                if self.trace:
                    self.trace(process.name, f"failed: {error}")
            finally:
                ended(success)

        self.network.spawn(process, body, pace)

    def _note(self, process: Process, invoke: Callable[[], Any]) -> Any:
        answer = invoke()
        if self.trace:
            self.trace(process.name, "answered with success")
        return answer

    def _client(self) -> Any:
        return Client(self.network)

    def _store(self) -> ManifestStore:
        return ManifestStore(self._client(), self.layout, lambda _: None, self._clock)

    def _clock(self) -> float:
        return self.server.moment / 100

    def _signing(self, process: Process, _: str) -> Any:
        return StableSigning() if process.stable else QuickSigning(self.server)

    def _pace(self) -> Pace:
        weight = self._rng.choice((self._climate.slowest, 0.3, 1.0, 1.0))
        return Pace(weight, weight * self._rng.choice((1.0, self._climate.held)))

    # Ends

    def end(self, lost: set[str]) -> None:
        """Judge what is left when nothing is under way."""
        self.judge.ended(lost)
        for name, upload in self.server.uploads.items():
            begun = self.network.uploads[name]
            if not (begun.late or begun.process.killed or gave_up(begun.process)):
                self.judge.fail("upload left", f"{begun.process.name} left {name} of {upload.key}")
        for key in self.server.objects:
            owner = self.network.staged.get(key) if key.startswith(STAGED) else None
            if owner and not (owner.killed or gave_up(owner)):
                self.judge.fail("staged left", f"{owner.name} left {key}; faults: {owner.faults}")


def gave_up(process: Process) -> bool:
    """Whether tidying up was made to fail so often that the lifecycle rules have to do it."""
    tidying = [operation for operation, _ in process.faults]
    return tidying.count("abort_multipart_upload") + tidying.count("delete_object") > 2 or (
        "list_multipart_uploads" in tidying
    )

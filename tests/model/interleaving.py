"""One seed, one history: who acts next, and what goes wrong, are drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import Any

from shared.domain.documents import Folder
from tests.model.climate import Climate
from tests.model.faults import faults_of
from tests.model.invocations import Straggler, Task
from tests.model.judge import Verdict
from tests.model.legs import Errand, boundaries
from tests.model.model import Model
from tests.model.server import BUCKET

_MOST_STEPS = 5_000
_RANGED = 0.25  # of the histories
_IN_TURNS, _IN_RANGES, _RESUMABLE = 0.8, 0.7, 0.85


@dataclass(slots=True)
class Outcome:
    """What a history came to."""

    seed: int
    verdict: Verdict | None
    commits: int
    large_commits: int
    steps: int
    faults: int
    errors: dict[str, int]
    trace: list[str] = field(default_factory=list)


class Interleaving:
    """People change documents, a courier delivers events, scans begin; one thing at a time."""

    def __init__(self, seed: int, fixed: Mapping[str, Any] = MappingProxyType({}), *, traced: bool = False) -> None:
        rng = self._rng = Random(seed)
        self._archivist = Random(f"archive {seed}")  # of its own: what else is drawn does not hang on it
        self._operator = Random(f"links {seed}")
        drawn = replace(
            Climate.drawn(rng),
            archiving=self._archivist.choice((0, 0, 0.3)),
            stable=self._operator.choice((False, False, True)),
            turning=self._operator.choice((0, 0, 0.3)),
        )
        self._planner = Random(f"ranges {seed}")
        if fixed.get("ranged", self._planner.random() < _RANGED):
            drawn = drawn.with_ranges(self._planner)
        climate = self._climate = replace(drawn, **fixed)
        self.seed = seed
        self.model = Model(climate, rng, traced=traced)
        self._changes, self._scans, self._faults = climate.changes, climate.scans, climate.faults
        self._pending: list[str] = []
        self._lost: set[str] = set()
        self._publishing = 0
        self._steps = 0

    def run(self) -> Outcome:
        with self._climate.scale.applied(self.model.server):
            try:
                self._begin()
                self._play()
                if not self.model.judge.verdict:
                    self.model.end(self._lost)
            finally:
                self.model.network.close()
        return self._outcome()

    def _begin(self) -> None:
        """Some documents, things that are none, and now and then a manifest of an earlier tool's."""
        for stranger in self._climate.strangers:
            self.model.server.upload(stranger, b"x")
        for key in self._climate.keys:
            if self._rng.random() < 0.6:
                self._change(key, write=True)
        if self._rng.random() < self._climate.legacy:
            self._inherit(Folder(BUCKET, self._climate.layout.prefix_of(self._climate.keys[0])))

    def _inherit(self, folder: Folder) -> None:
        lines = [f'{{"key": "{key}", "url": "https://old/{key}"}}' for key in (*self._climate.keys, "a/gone.pdf")]
        inside = [line for line in lines if f'"key": "{folder.prefix}' in line]
        manifest = self._climate.layout.manifest_of(folder).key
        self.model.judge.inherited.add(manifest)
        self.model.server.upload(manifest, "\n".join(inside).encode())

    def _play(self) -> None:
        judge, network = self.model.judge, self.model.network
        while not judge.verdict and self._steps < _MOST_STEPS:
            tasks = network.runnable()
            acts = [self._people] * bool(self._changes)
            weights = [self._climate.people] * bool(self._changes)
            if self._pending and self._publishing < self._climate.publishers:
                acts.append(self._courier)
                weights.append(self._climate.courier)
            if self._scans:
                acts.append(self._scanner)
                weights.append(self._climate.scanner)
            if not tasks and not acts:
                return
            self._steps += 1
            drawn = self._rng.choices([*acts, *tasks], [*weights, *(task.weight for task in tasks)])[0]
            if isinstance(drawn, Task | Straggler):
                self._step(drawn)
            else:
                drawn()
        if not judge.verdict:
            judge.fail("endless", f"not settled after {self._steps} steps")

    def _step(self, task: Task | Straggler) -> None:
        fault = None
        if isinstance(task, Task) and task.asks and self._faults and self._rng.random() < self._climate.fault_rate:
            fault = self._rng.choice(faults_of(task.asks))
            self._faults -= 1
        self.model.network.step(task, fault)

    def _people(self) -> None:
        self._changes -= 1
        if self._operator.random() < self._climate.turning:
            self.model.change_links()
        if self._rng.random() < self._climate.refusing:
            code = self._rng.choice(("AccessDenied", "InvalidRequest"))
            self.model.refuse(self._rng.choice(self._climate.keys), code, self._rng.randint(1, 5))
        self._change(self._rng.choice(self._climate.keys), write=False)

    def _change(self, key: str, *, write: bool) -> None:
        kind = "write" if write else self._rng.choice(("write", "write", "erase", "erase", "restore", "again"))
        if self._rng.random() < self._climate.ticking:
            self.model.tick()
        if not write and self._archivist.random() < self._climate.archiving:
            kind = "move"
        if kind == "again":
            self.model.erase(key)
            self._event(key)
        if kind in ("write", "again"):
            self.model.write(key, self._rng.randint(1, self._climate.contents))
        elif kind == "erase":
            self.model.erase(key)
        elif kind == "move":
            self.model.move(key)
        else:
            self.model.restore(key)
        self._event(key)

    def _event(self, key: str) -> None:
        """Mostly delivered, some time, now and then twice."""
        if self._rng.random() < self._climate.losing:
            self._lost.add(key)
            return
        self._lost.discard(key)
        self._pending.append(key)
        if self._rng.random() < 0.15:
            self._pending.append(key)

    def _courier(self) -> None:
        """Deliver a few events of one folder, in any order."""
        self._rng.shuffle(self._pending)
        folder = self._climate.layout.prefix_of(self._pending[0])
        near = [key for key in self._pending if self._climate.layout.prefix_of(key) == folder]
        keys = list(dict.fromkeys(near))[: self._rng.randint(1, 3)]
        for key in keys:
            self._pending.remove(key)
        self._publishing += 1
        self.model.publish(Folder(BUCKET, folder), keys, lambda success: self._delivered(keys, success=success))

    def _delivered(self, keys: list[str], *, success: bool) -> None:
        self._publishing -= 1
        if not success:
            self._pending.extend(keys)

    def _scanner(self) -> None:
        self._scans -= 1
        folder = self._climate.layout.prefix_of(self._rng.choice(self._climate.keys))
        if self._climate.ranged and self._planner.random() < _IN_TURNS:
            self._plan(self._planner.choice(("", "", folder)))
        elif self._rng.random() < 0.5:
            self.model.rebuild(Folder(BUCKET, folder), lambda _: None)
        else:
            self.model.scan(self._rng.choice(("", folder)), lambda _: None)

    def _plan(self, prefix: str) -> None:
        """A scan in turns, of all or of ranges side by side."""
        rng = self._planner
        errand = Errand(self.model, rng, Folder(BUCKET, prefix), resumable=rng.random() < _RESUMABLE)
        names = boundaries((*self._climate.keys, *self._climate.strangers), rng)
        in_ranges = rng.random() < _IN_RANGES and not (self._climate.by_folders and errand.resumable)
        errand.begin([name for name in names if name.startswith(prefix)] if in_ranges else [])

    def _outcome(self) -> Outcome:
        judge, trace = self.model.judge, self.model.trace
        return Outcome(
            seed=self.seed,
            verdict=judge.verdict,
            commits=judge.commits,
            large_commits=judge.large_commits,
            steps=self._steps,
            faults=self._climate.faults - self._faults,
            errors=self.model.answers,
            trace=trace.lines if trace else [],
        )


def play(
    seed: int,
    fixed: Mapping[str, Any] = MappingProxyType({}),
    *,
    heeds: str | None = None,
    traced: bool = False,
) -> Outcome:
    """The history of one seed; the same seed, the same history.

    `fixed`: what of the climate is not drawn. `heeds`: the one kind of verdict that ends it.
    """
    interleaving = Interleaving(seed, fixed, traced=traced)
    interleaving.model.judge.heeds = heeds
    return interleaving.run()

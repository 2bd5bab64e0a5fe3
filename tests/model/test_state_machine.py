"""The same model, driven by hypothesis: slower, but what it finds it shrinks to the few steps that matter."""

from contextlib import ExitStack
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.domain.documents import Folder, Layout
from tests.model.climate import Climate
from tests.model.faults import faults_of
from tests.model.invocations import Straggler, Task
from tests.model.model import Model
from tests.model.mutations import MUTATIONS
from tests.model.scale import Scale
from tests.model.server import BUCKET

_KEYS = ("a/1.pdf", "a/2.pdf", "a/b/1.pdf")
_MOST = 4  # invocations at once


class Histories(RuleBasedStateMachine):
    """People, a courier and scans; one request of one invocation at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._scope = ExitStack()
        self._pending: list[str] = []
        self._lost: set[str] = set()
        self._under_way = 0

    @initialize(large=st.sampled_from((300, 1_000_000)), page=st.integers(1, 3))
    def begin(self, large: int, page: int) -> None:
        rng = Random(0)
        scale = Scale(large, many=16, patience=4)
        climate = replace(Climate.drawn(rng), layout=Layout(), keys=_KEYS, page=page, scale=scale)
        self.model = Model(climate, rng, traced=True)
        self._scope.enter_context(scale.applied(self.model.server))

    @rule(key=st.sampled_from(_KEYS), content=st.integers(1, 2), heard=st.booleans())
    def write(self, key: str, content: int, *, heard: bool) -> None:
        self.model.write(key, content)
        self._event(key, heard=heard)

    @rule(key=st.sampled_from(_KEYS), heard=st.booleans())
    def erase(self, key: str, *, heard: bool) -> None:
        self.model.erase(key)
        self._event(key, heard=heard)

    @rule(key=st.sampled_from(_KEYS), heard=st.booleans())
    def restore(self, key: str, *, heard: bool) -> None:
        self.model.restore(key)
        self._event(key, heard=heard)

    @rule(key=st.sampled_from(_KEYS), code=st.sampled_from(("AccessDenied", "InvalidRequest")), times=st.integers(1, 3))
    def refuse(self, key: str, code: str, times: int) -> None:
        self.model.refuse(key, code, times)

    @rule(key=st.sampled_from(_KEYS), heard=st.booleans())
    def move(self, key: str, *, heard: bool) -> None:
        self.model.move(key)
        self._event(key, heard=heard)

    @rule()
    def tick(self) -> None:
        self.model.tick()

    @precondition(lambda self: self._pending and self._under_way < _MOST)
    @rule(data=st.data(), twice=st.booleans())
    def deliver(self, data: st.DataObject, *, twice: bool) -> None:
        key = data.draw(st.sampled_from(sorted(set(self._pending))))
        if not twice:
            self._pending.remove(key)
        self._publish(key)

    @precondition(lambda self: self._under_way < _MOST)
    @rule(prefix=st.sampled_from(("a/", "a/b/")))
    def rebuild(self, prefix: str) -> None:
        self._under_way += 1
        self.model.rebuild(Folder(BUCKET, prefix), self._ended)

    @precondition(lambda self: self._under_way < _MOST)
    @rule(prefix=st.sampled_from(("", "a/")))
    def scan(self, prefix: str) -> None:
        self._under_way += 1
        self.model.scan(prefix, self._ended)

    @precondition(lambda self: self.model.network.runnable())
    @rule(turn=st.integers(0, 9), steps=st.integers(1, 6))
    def go_on(self, turn: int, steps: int) -> None:
        """One strand gets a few turns."""
        runnable = self.model.network.runnable()
        strand = runnable[turn % len(runnable)]
        for _ in range(steps):
            if strand in self.model.network.runnable():
                self.model.network.step(strand)

    @precondition(lambda self: self._asking())
    @rule(turn=st.integers(0, 9), kind=st.integers(0, 99))
    def fail(self, turn: int, kind: int) -> None:
        """The request of one strand meets misfortune."""
        asking = self._asking()
        strand = asking[turn % len(asking)]
        faults = faults_of(strand.asks)
        self.model.network.step(strand, faults[kind % len(faults)])

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "model"):
            verdict = self.model.judge.verdict
            assert verdict is None, self._told()

    def teardown(self) -> None:
        """Everything comes to its end: what was heard of is delivered, nobody is hurried, and all must be right."""
        with self._scope:
            if not hasattr(self, "model"):
                return
            try:
                self._settle()
                self.model.end(self._lost)
                assert self.model.judge.verdict is None, self._told()
            finally:
                self.model.network.close()

    def _settle(self) -> None:
        network = self.model.network
        while (runnable := network.runnable()) or self._pending:
            if self.model.judge.verdict:
                return
            if runnable:
                network.step(runnable[0])
            else:
                self._publish(self._pending.pop())

    def _publish(self, key: str) -> None:
        self._under_way += 1
        folder = Folder(BUCKET, self.model.layout.prefix_of(key))

        def ended(success: bool) -> None:  # noqa: FBT001 -- what the model calls
            self._under_way -= 1
            if not success:
                self._pending.append(key)

        self.model.publish(folder, [key], ended)

    def _ended(self, _success: bool) -> None:  # noqa: FBT001 -- what the model calls
        self._under_way -= 1

    def _event(self, key: str, *, heard: bool) -> None:
        if heard:
            self._lost.discard(key)
            self._pending.append(key)
        else:
            self._lost.add(key)

    def _asking(self) -> list[Task]:
        return [task for task in self.model.network.runnable() if not isinstance(task, Straggler) and task.asks]

    def _told(self) -> str:
        lines = self.model.trace.lines if self.model.trace else []
        return "\n".join([*lines, str(self.model.judge.verdict)])


_BUDGET = settings(max_examples=60, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Histories.TestCase.settings = _BUDGET
TestHistories = Histories.TestCase


def test_the_machine_sees_a_rule_taken_out() -> None:
    mutation = next(found for found in MUTATIONS if found.name == "no conditions")
    budget = settings(
        max_examples=300,
        stateful_step_count=60,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
    )
    with mutation.applied(), pytest.raises(AssertionError, match="Verdict"):
        run_state_machine_as_test(Histories, settings=budget)

"""Any order, duplication or delay of events, other writers at any request, one rebuild at any point: manifest = bucket.

CONVERGENCE_EXAMPLES says how many histories are tried.
"""

import os
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fake_objects import refusal
from tests.world import MANIFEST, World, make_small_manifests_large

EXAMPLES = int(os.environ.get("CONVERGENCE_EXAMPLES", "200"))
KEYS = ("a/1.pdf", "a/2.pdf", "a/3.pdf")
BODIES = (b"one", b"two")  # few, so that the same content comes back and ETags repeat
FAULTS = ("lost answer", "PreconditionFailed", "ConditionalRequestConflict", "InternalError")


@dataclass(frozen=True)
class Step:
    """What happens next: a document comes, goes or is told of; both at once; time passes; S3 stumbles."""

    kind: str
    key: str = KEYS[0]
    body: bytes = BODIES[0]
    told: bool = False
    fault: str = ""


keys = st.sampled_from(KEYS)
steps = st.one_of(
    st.builds(Step, st.just("upload"), keys, st.sampled_from(BODIES), told=st.booleans()),
    st.builds(Step, st.just("remove"), keys, told=st.booleans()),
    st.builds(Step, st.just("nothing"), keys, told=st.just(True)),
    st.builds(Step, st.just("tick")),
    st.builds(Step, st.just("fault"), fault=st.sampled_from(FAULTS)),
)
histories = st.lists(steps, max_size=6)
meddlings = st.dictionaries(st.integers(1, 8), st.lists(steps, min_size=1, max_size=3), max_size=5)


class History:
    """Changes and events of one prefix. Inside any request of one actor, others may act: `meddling` says what."""

    def __init__(self) -> None:
        self.world = World()
        self.pending: set[str] = set()
        self._meddling: dict[int, list[Step]] = {}
        self._requests = 0
        self._busy = False
        self._fault = ""
        self._failures = 0
        self.world.s3.before = self._before
        self.world.s3.after = self._after

    def meddle(self, meddling: dict[int, list[Step]]) -> None:
        """From the next request on."""
        self._meddling, self._requests = meddling, 0

    def _before(self, name: str, request: dict[str, Any]) -> None:
        if not self._busy:
            self._busy = True
            self._requests += 1
            self.run(self._meddling.get(self._requests, []))
            self._busy = False
        if is_commit(name, request) and self._fault and self._fault != "lost answer":
            self._stumble(self._fault)

    def _after(self, name: str, request: dict[str, Any]) -> None:
        if is_commit(name, request) and self._fault:
            self._stumble("PreconditionFailed")

    def _stumble(self, code: str) -> None:
        self._fault = ""
        raise refusal(code)

    def run(self, happening: list[Step]) -> None:
        for step in happening:
            match step.kind:
                case "upload":
                    self.world.s3.upload(step.key, step.body)
                    self.pending.add(step.key)
                case "remove":
                    self.world.s3.remove(step.key)
                    self.pending.add(step.key)
                case "tick":
                    self.world.s3.tick(400)
                case "fault":
                    self._failures += step.fault == "InternalError"
                    self._fault = step.fault if self._failures < 3 else ""  # the third is said, and rightly so
            if step.told:
                self.publish(step.key)

    def publish(self, *wanted: str) -> None:
        """By a process of its own. What changes before it is done is pending again."""
        self.pending.difference_update(wanted)
        World(self.world.s3).publish(*wanted)

    def settle(self) -> None:
        """Every event that was on its way arrives; nothing else happens any more."""
        self._busy = True
        self._fault = ""
        for key in sorted(self.pending):
            self.publish(key)


def is_commit(name: str, request: dict[str, Any]) -> bool:
    return name in ("put_object", "complete_multipart_upload") and request["Key"] == MANIFEST


def no_key_has_two_lines(world: World) -> bool:
    found = [line["key"] for line in world.lines()]
    return len(found) == len(set(found))


many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("size", ["small", "large"])
@many
@given(before=histories, during=meddlings, keys=st.sets(keys, min_size=1), again=meddlings)
def test_manifest_and_bucket_agree_whatever_happens_around_an_update_and_a_rebuild(
    size: str, before: list[Step], during: dict[int, list[Step]], keys: set[str], again: dict[int, list[Step]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if size == "large":
            make_small_manifests_large(patch)
        history = History()
        history.run(before)
        history.meddle(during)
        history.publish(*sorted(keys))
        history.meddle(again)
        rebuilt = history.world.rebuild()
        history.settle()
        world = history.world
        assert world.view() == world.bucket_view()
        assert world.head().revision >= rebuilt.revision
        assert world.left_over() == []
        assert size == "large" or no_key_has_two_lines(world)


@pytest.mark.parametrize("size", ["small", "large"])
@many
@given(before=histories, during=meddlings, keys=st.sets(keys, min_size=1))
def test_manifest_and_bucket_agree_whatever_happens_around_an_update(
    size: str, before: list[Step], during: dict[int, list[Step]], keys: set[str]
) -> None:
    """With no rebuild to heal what it lost."""
    with pytest.MonkeyPatch.context() as patch:
        if size == "large":
            make_small_manifests_large(patch)
        history = History()
        history.run(before)
        history.meddle(during)
        history.publish(*sorted(keys))
        history.settle()
        assert history.world.view() == history.world.bucket_view()


@many
@given(before=histories, meddling=meddlings)
def test_lost_events_are_healed_by_the_next_rebuild(before: list[Step], meddling: dict[int, list[Step]]) -> None:
    """What changes while the rebuild lists is told of; what changed before may never have been."""
    history = History()
    history.run(before)
    history.pending.clear()
    history.meddle(meddling)
    history.world.rebuild()
    history.settle()
    assert history.world.view() == history.world.bucket_view()


@many
@given(data=st.data())
def test_the_order_and_number_of_events_does_not_matter(data: st.DataObject) -> None:
    history = History()
    history.run(data.draw(histories))
    told = [*data.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6)), *sorted(history.pending)]
    for key in data.draw(st.permutations(told)):
        history.publish(key)
    assert history.world.view() == history.world.bucket_view()

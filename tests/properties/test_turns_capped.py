"""However little one part of a scan may hold, and wherever it is cut: it makes the manifests that one stream makes."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.documents import Layout
from tests.turned import Caps, Turned

NAMES = st.sampled_from(["a", "a-", "a0", "a b", "é", "\uffee", "\U0001f600", "m", "manifest.jsonl", "manifests"])
FILES = st.sampled_from(["1.pdf", "2.pdf", "é.PDF", "\U0001f600.pdf", "note.txt", "", "a.pdf", "a-.pdf", "a0.pdf"])
KEYS = st.builds(
    lambda folders, file: "".join(f"{each}/" for each in folders) + file, st.lists(NAMES, max_size=3), FILES
).filter(bool)
TREES = st.lists(KEYS, min_size=1, max_size=25, unique=True)
LAYOUTS = st.builds(
    Layout, st.sampled_from(["manifests/", "m/"]), st.sampled_from([None, "links"]), st.sampled_from([None, 1, 2])
)
FEW = st.integers(1, 5)
CAPS = st.builds(Caps, FEW, FEW, FEW, st.sampled_from([2, 3_000]), st.booleans())
BUDGETS = st.lists(st.integers(2, 14), min_size=1, max_size=5)
TIMES = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True, slots=True)
class Scene:
    """A bucket, of which one stream makes the manifests that are right."""

    keys: list[str]
    gone: list[str]
    layout: Layout
    queue_max: int

    def fresh(self) -> Turned:
        return Turned(self.keys, self.layout, self.gone, self.queue_max)

    def right(self, scanned: Turned) -> bool:
        once = Turned(self.keys, self.layout, self.gone)
        once.scan()
        left = scanned.left_over()
        assert scanned.manifests() == once.manifests()
        return not left


SCENES = st.builds(Scene, TREES, TREES, LAYOUTS, st.integers(1, 30))


@TIMES
@given(SCENES, CAPS)
def test_stages_that_may_hold_little_make_them(scene: Scene, caps: Caps) -> None:
    bucket = scene.fresh()
    with caps.apply():
        report = bucket.scan()
    assert not report.failed
    assert report.interrupted is None
    assert report.rest is None
    assert scene.right(bucket)


@TIMES
@given(SCENES, CAPS, BUDGETS)
def test_turns_of_stages_that_may_hold_little_make_them(scene: Scene, caps: Caps, budget: list[int]) -> None:
    bucket = scene.fresh()
    with caps.apply():
        assert bucket.scan_in_turns(budget=budget) == []
    assert scene.right(bucket)


@TIMES
@given(SCENES, CAPS, BUDGETS, st.data())
def test_ranges_that_are_cut_within_keys_make_them(
    scene: Scene, caps: Caps, budget: list[int], data: st.DataObject
) -> None:
    bucket = scene.fresh()
    within = sorted({key[:end] for key in [*scene.keys, *scene.gone] for end in range(1, len(key) + 1)})
    ends = data.draw(st.lists(st.sampled_from(within) | KEYS, max_size=8))
    with caps.apply():
        bucket.scan_in_ranges(ends, budget)
    assert scene.right(bucket)


@settings(TIMES, max_examples=30)
@given(SCENES, CAPS)
def test_a_range_for_every_part_of_every_key_makes_them(scene: Scene, caps: Caps) -> None:
    bucket = scene.fresh()
    ends = {key[:end] for key in [*scene.keys[:5], *scene.gone[:5]] for end in range(1, len(key) + 1)}
    with caps.apply():
        bucket.scan_in_ranges(ends)
    assert scene.right(bucket)

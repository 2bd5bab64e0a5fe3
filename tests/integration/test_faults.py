"""Every request of both functions, broken in every way S3 can break it."""

import random
from collections.abc import Callable, Iterable, Sequence

import pytest

from tests.chaos.faults import FAULTS, PAIRED, Fault, Strike
from tests.chaos.scenes import SCENES
from tests.chaos.trial import Pair, Stage, scenes, strikes

pytest_plugins = ["tests.chaos.fixtures"]

QUICK = ("first", "update", "deletion", "scan")
LARGE = ("scan-large", "scan-shrink")
DISTINCT = [fault for fault in PAIRED if fault.name not in ("409", "404-upload", "cut-before")]
TELLING = [fault for fault in FAULTS if fault.name in ("403", "412", "500-3", "cut-after")]
CUT_AFTER = [fault for fault in TELLING if fault.name == "cut-after"]
Choice = Callable[[list[Pair]], list[Pair]]
on = pytest.mark.parametrize


def each(*faults: Fault) -> list[object]:
    return [pytest.param(fault, id=fault.name) for fault in faults]


def at_length(faults: Sequence[Fault], known: Sequence[Fault]) -> list[object]:
    """The others of these, by `make campaigns`."""
    marks = [pytest.mark.campaign, pytest.mark.timeout(600)]
    return [pytest.param(fault, id=fault.name, marks=marks) for fault in faults if fault not in known]


def of_single_faults(stage: Stage, name: str, faults: Sequence[Fault]) -> list[str]:
    """What is found after each of these faults at each request of the scene in turn."""
    scene = stage.scene(name)
    undisturbed = stage.play(scene)
    assert undisturbed.answer.success
    assert not undisturbed.findings
    findings = []
    for strike in strikes(undisturbed.calls, faults):
        trial = stage.play(scene, strike)
        assert strike.call in trial.broken
        findings += [f"{strike}: {finding}" for finding in trial.findings]
    return findings


def of_pairs(
    stage: Stage, name: str, firsts: Iterable[Strike], choose: Callable[[list[Pair]], list[Pair]]
) -> list[str]:
    """What is found after each of these first faults and those of the second ones that are chosen."""
    scene = stage.scene(name)
    findings = []
    for first in firsts:
        for pair in choose(stage.pairs(scene, first)):
            findings += [f"{pair[0]}, {pair[1]}: {finding}" for finding in stage.play(scene, *pair).findings]
    return findings


def sample(stage: Stage, name: str, size: int) -> list[str]:
    """As `of_pairs`, of so many pairs; the same ones every time."""
    chance = random.Random(name)
    firsts = strikes(stage.play(stage.scene(name)).calls, PAIRED)
    chosen = chance.sample(firsts, min(size, len(firsts)))
    return of_pairs(stage, name, chosen, lambda pairs: [chance.choice(pairs)] if pairs else [])


@on("store_server", ["minio"], indirect=True)
@on("fault", [*each(*TELLING), *at_length(FAULTS, TELLING)])
@on("scene", scenes(*QUICK))
def test_after_a_fault_at_any_request_the_answer_is_true_and_the_next_run_heals(
    stage: Stage, scene: str, fault: Fault
) -> None:
    assert of_single_faults(stage, scene, [fault]) == []


@on("store_server", ["minio"], indirect=True)
@on("fault", [*each(*CUT_AFTER), *at_length(TELLING, CUT_AFTER)])
@on("scene", scenes("append", "scan-many"))
def test_so_it_is_with_a_large_manifest_and_with_many(stage: Stage, scene: str, fault: Fault) -> None:
    assert of_single_faults(stage, scene, [fault]) == []


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on("store_server", ["minio"], indirect=True)
@on("scene", scenes(*QUICK, "append", "scan-many"))
def test_after_two_faults_the_answer_is_true_and_the_next_run_heals(stage: Stage, scene: str) -> None:
    assert sample(stage, scene, 10) == []


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on("store_server", ["seaweedfs"], indirect=True)
@on("fault", each(*FAULTS))
@on("scene", scenes(*QUICK, "append", "scan-many"))
def test_so_it_is_on_another_server(stage: Stage, scene: str, fault: Fault) -> None:
    assert of_single_faults(stage, scene, [fault]) == []


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on("store_server", ["minio", "seaweedfs"], indirect=True)
@on("fault", each(*DISTINCT))
@on("scene", scenes(*LARGE))
def test_so_it_is_at_every_request_of_a_scan_of_a_large_manifest(stage: Stage, scene: str, fault: Fault) -> None:
    assert of_single_faults(stage, scene, [fault]) == []


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on("store_server", ["minio"], indirect=True)
@on("fault", each(*PAIRED))
@on("scene", scenes(*QUICK))
def test_any_two_faults_at_any_requests(stage: Stage, scene: str, fault: Fault) -> None:
    firsts = strikes(stage.play(stage.scene(scene)).calls, [fault])
    assert of_pairs(stage, scene, firsts, list) == []


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on("store_server", ["minio"], indirect=True)
@on("scene", scenes("append", "scan-many", *LARGE))
def test_two_faults_where_manifests_are_large_or_many(stage: Stage, scene: str) -> None:
    assert sample(stage, scene, 40) == []


@pytest.mark.soak
@pytest.mark.timeout(7200)
@on("store_server", ["minio", "seaweedfs"], indirect=True)
@on("fault", each(*FAULTS))
@on("scene", scenes(*SCENES))
def test_any_fault_at_any_request_of_any_scene(stage: Stage, scene: str, fault: Fault) -> None:
    assert of_single_faults(stage, scene, [fault]) == []


@pytest.mark.soak
@pytest.mark.timeout(7200)
@on("store_server", ["minio", "seaweedfs"], indirect=True)
@on("fault", each(*PAIRED))
@on("scene", scenes(*SCENES))
def test_any_two_faults_at_any_requests_of_any_scene(stage: Stage, scene: str, fault: Fault) -> None:
    firsts = strikes(stage.play(stage.scene(scene)).calls, [fault])
    assert of_pairs(stage, scene, firsts, list) == []

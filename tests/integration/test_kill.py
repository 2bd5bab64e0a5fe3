"""Both functions killed at every request they make, before the server has acted and after, while somebody reads."""

import pytest

from tests.chaos.killing import Death, kill
from tests.chaos.proxy import Call
from tests.chaos.scenes import SCENES
from tests.chaos.trial import Stage, scenes

pytest_plugins = ["tests.chaos.fixtures"]

on = pytest.mark.parametrize


def deaths(calls: tuple[Call, ...]) -> list[Death]:
    return [Death(call, after) for call in calls for after in (False, True)]


def findings(stage: Stage, name: str, *, only_writes: bool = False) -> list[str]:
    scene = stage.scene(name)
    calls = stage.play(scene).calls
    chosen = tuple(call for call in calls if call.operation.writes or not only_writes)
    return [f"{death}: {finding}" for death in deaths(chosen) for finding in kill(stage.proxy, scene, death)]


@on("store_server", ["minio"], indirect=True)
@on("scene", scenes("update"))
def test_a_reader_never_sees_a_part_of_a_manifest_and_the_next_run_heals_what_a_killed_one_left(
    stage: Stage, scene: str
) -> None:
    assert findings(stage, scene, only_writes=True) == []


@pytest.mark.campaign
@pytest.mark.timeout(600)
@on("store_server", ["minio", "seaweedfs"], indirect=True)
@on("scene", scenes(*SCENES))
def test_so_it_is_wherever_any_run_is_killed(stage: Stage, scene: str) -> None:
    assert findings(stage, scene) == []

"""Trials and kills notice what they are there to notice: the functions made worse, one thing at a time."""

import pytest

from functions.on_created import answer
from shared.store.bucket import Bucket
from shared.store.manifests import ManifestStore
from shared.store.multipart import Upload
from shared.store.stored import Draft, Stored
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.killing import Death, kill
from tests.chaos.proxy import Call
from tests.chaos.scenes import Scene
from tests.chaos.trial import Stage

pytest_plugins = ["tests.chaos.fixtures"]
pytestmark = [
    pytest.mark.parametrize("store_server", ["minio"], indirect=True),
    pytest.mark.xdist_group("faults-append"),
]


def fault(name: str) -> Fault:
    return next(each for each in FAULTS if each.name == name)


def call(stage: Stage, scene: Scene, operation: str) -> Call:
    return next(each for each in stage.play(scene).calls if each.operation.name == operation)


def test_an_upload_that_nobody_aborts(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage.scene("append")
    complete = call(stage, scene, "CompleteMultipartUpload")
    monkeypatch.setattr(Upload, "abort", lambda _: None)
    trial = stage.play(scene, fault("412").at(complete))
    assert any(finding.startswith("upload of manifests/large/") for finding in trial.findings)


def test_an_answer_that_hides_a_failure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage.scene("update")
    put = call(stage, scene, "PutObject")
    monkeypatch.setattr(answer, "for_queue", lambda *_: {"batchItemFailures": []})
    trial = stage.play(scene, fault("403").at(put))
    assert "said success, but is wrong about small/a.pdf" in trial.findings


def test_a_document_that_the_function_does_not_look_at(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage.scene("update")
    monkeypatch.setattr(Bucket, "observe", lambda _bucket, _name, keys: dict.fromkeys(keys))
    assert any(finding.startswith("not healed: small/") for finding in stage.play(scene).findings)


def test_a_link_in_the_log(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage.scene("first")
    monkeypatch.setattr(answer, "_described", lambda _: {"url": "http://127.0.0.1/a.pdf?X-Amz-Signature=0"})
    assert "a link was logged" in stage.play(scene).findings


def test_a_manifest_that_is_written_in_two_steps(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage.scene("update")
    put = ManifestStore.put

    def twice(store: ManifestStore, stored: Stored, draft: Draft, *rest: object) -> None:
        half = Draft(draft.head, draft.tail[: len(draft.tail) // 2])
        put(store, stored, half, *rest)  # type: ignore[arg-type]  # the deadline, passed on
        put(store, store.look(stored.place), draft, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ManifestStore, "put", twice)
    trial = stage.play(scene, fault("403").at(Call(call(stage, scene, "PutObject").operation, 1)))
    assert "small/: has a line that is no JSON" in trial.findings


def test_a_run_that_is_not_killed(stage: Stage) -> None:
    scene = stage.scene("first")
    never = Call(call(stage, scene, "PutObject").operation, 99)
    assert kill(stage.proxy, scene, Death(never, after=False)) == ["it was not killed, but ended with 0"]

"""How many lines a rebuild has healed: never more than were missing, or too many."""

import pytest

from shared.domain.documents import Folder
from shared.domain.errors import OutOfTimeError
from shared.domain.ranges import Range
from shared.scan.turn import Turn
from tests.fake_s3 import FakeS3
from tests.world import FOLDER, Scanned, World, at, make_small_manifests_large, manifest_of, raising


@pytest.fixture
def world() -> World:
    world = World()
    world.fill(["1", "2", "3"])
    return world


def test_what_no_event_told_of_is_healed(world: World) -> None:
    world.publish("a/1.pdf")
    assert world.rebuild().healed == 2


def test_a_manifest_that_was_right_is_not(world: World) -> None:
    world.rebuild()
    world.s3.tick()
    assert world.rebuild().healed == 0


def test_lines_of_what_is_gone_are_healed_too(world: World) -> None:
    world.rebuild()
    for name in "12":
        world.s3.remove(f"a/{name}.pdf")
    assert world.rebuild().healed == 2


def test_of_some_missing_and_some_too_many_the_difference_is_certain(world: World) -> None:
    world.rebuild()
    world.s3.remove("a/1.pdf")
    world.fill(["4", "5", "6"])
    assert world.rebuild().healed == 2


def test_what_an_event_told_of_is_not(world: World) -> None:
    world.publish("a/1.pdf", "a/2.pdf", "a/3.pdf")
    world.s3.remove("a/1.pdf")
    world.publish("a/1.pdf")
    assert world.rebuild().healed == 0


def test_what_arrives_while_it_lists_is_not(world: World) -> None:
    world.publish("a/1.pdf", "a/2.pdf", "a/3.pdf")
    other = World(world.s3)

    def arrive() -> None:
        world.s3.upload("a/4.pdf")
        other.publish("a/4.pdf")

    world.s3.after = at("list_objects_v2", arrive)
    assert world.rebuild().healed == 0


def large(monkeypatch: pytest.MonkeyPatch) -> World:
    """A manifest of ten documents that is appended to from now on."""
    make_small_manifests_large(monkeypatch)
    world = World(FakeS3())
    world.fill([f"{number:02}" for number in range(10)])
    world.rebuild()
    return world


def test_a_large_one_that_nobody_appended_to_is_known_as_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    world = large(monkeypatch)
    world.fill(["lost", "forgotten"])
    assert world.rebuild().healed == 2


@pytest.mark.parametrize(("lost", "healed"), [(0, 0), (1, 0), (2, 0), (5, 3)])
def test_each_line_appended_may_be_one_of_them(monkeypatch: pytest.MonkeyPatch, lost: int, healed: int) -> None:
    world = large(monkeypatch)
    world.s3.upload("a/00.pdf", b"again")
    world.publish("a/00.pdf")
    world.s3.upload("a/01.pdf", b"again")
    world.publish("a/01.pdf")
    world.fill([f"lost-{number}" for number in range(lost)])
    assert (world.head().documents, world.head().lines) == (10, 12)
    assert world.rebuild().healed == healed


def test_documents_that_events_appended_are_not_healed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = large(monkeypatch)
    for number in range(4):
        world.fill([f"new-{number}"])
        world.publish(f"a/new-{number}.pdf")
    assert world.rebuild().healed == 0


def test_nor_are_those_that_events_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = large(monkeypatch)
    for number in range(4):
        world.s3.remove(f"a/0{number}.pdf")
        world.publish(f"a/0{number}.pdf")
    assert world.rebuild().healed == 0


def test_a_rebuild_that_yields_to_another_has_healed_nothing(world: World) -> None:
    world.publish("a/1.pdf")
    other = World(world.s3)

    def overtake() -> None:
        other.publish("a/2.pdf")
        other.rebuild()

    world.s3.after = at("list_objects_v2", overtake)
    rebuilt = world.rebuild()
    assert rebuilt.superseded
    assert (rebuilt.folder, rebuilt.healed) == (FOLDER, 0)


def test_a_scan_adds_up_what_its_folders_healed() -> None:
    world = Scanned("a/1.pdf", "a/2.pdf", "b/1.pdf", queue_max=50)
    assert world.scan().healed == 3
    world.s3.upload("a/3.pdf")
    world.s3.remove("b/1.pdf")
    assert world.scan().healed == 2
    assert world.scan().healed == 0


def test_folders_that_are_done_again_are_healed_once() -> None:
    world = Scanned("a/1.pdf", "b/1.pdf", "b/2.pdf", "c/1.pdf", "c/2.pdf", "c/3.pdf", queue_max=50)
    world.s3.before = at("put_object", raising(OutOfTimeError("late")), manifest_of("b/"))
    turn: Turn | None = Turn(Folder("docs", ""), Range(""))
    documents = healed = 0
    while turn:
        report = world.turn(turn, resumable=True)
        documents, healed, turn = documents + report.documents, healed + report.healed, report.rest
    assert (documents, healed) == (6, 6)
    assert len([each for each in world.s3.calls if each == "put_object"]) > 4

"""A server as a process, and what `make down` does with it and with what it stored."""

import os
import signal
from pathlib import Path

import pytest

from local.daemon import Daemon, DaemonError
from local.laptop.up import Laptop, down
from tests.machine import Machine


def test_a_daemon_is_found_again_by_its_folder_and_ends_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "server"

    process = Daemon(folder).start(["sleep", "60"], os.environ, lambda: True, within=5)
    assert Daemon(folder).alive()

    Daemon(folder).stop()
    process.wait()
    assert not Daemon(folder).alive()
    assert not folder.exists()


def test_a_daemon_that_does_not_listen_to_requests_to_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.daemon.STOP_SECONDS", 0.3)
    folder = tmp_path / "server"
    deaf = ["sh", "-c", "trap '' TERM; touch deaf; while :; do sleep 0.05; done"]
    process = Daemon(folder).start(deaf, os.environ, (folder / "deaf").exists, within=5)

    Daemon(folder).stop()

    assert process.wait() == -signal.SIGKILL


def test_a_daemon_that_dies_shows_the_end_of_its_log_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "server"

    with pytest.raises(DaemonError, match="out of cheese"):
        Daemon(folder).start(["sh", "-c", "echo out of cheese"], os.environ, lambda: False, within=5)

    assert not folder.exists()


def test_a_daemon_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    folder = tmp_path / "server"

    with pytest.raises(DaemonError):
        Daemon(folder).start(["sleep", "60"], os.environ, lambda: False, within=0.1)

    assert not folder.exists()


class Interrupted:
    """A server that stores something, and a person who is impatient."""

    def __init__(self, folder: Path) -> None:
        self.stored = folder / "data" / "object"
        self.stored.parent.mkdir(parents=True)
        self.stored.write_text("precious")

    def __call__(self) -> bool:
        raise KeyboardInterrupt


def test_an_interrupted_start_ends_the_server_and_deletes_nothing_that_it_stored(tmp_path: Path) -> None:
    interrupted = Interrupted(tmp_path)

    with pytest.raises(KeyboardInterrupt):
        Daemon(tmp_path).start(["sleep", "60"], os.environ, interrupted, within=5)

    assert not Daemon(tmp_path).alive()
    assert interrupted.stored.read_text() == "precious"


def test_only_to_remove_a_daemon_deletes_what_it_stored(tmp_path: Path) -> None:
    stored = Interrupted(tmp_path / "server").stored
    daemon = Daemon(tmp_path / "server")

    daemon.stop()
    assert list(daemon.folder.rglob("*")) == [stored.parent, stored]

    daemon.remove()
    assert not daemon.folder.exists()


def test_what_a_daemon_started_and_left_behind_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.daemon.STOP_SECONDS", 0.3)
    folder = tmp_path / "server"
    leaves = ["sh", "-c", "trap 'exit 0' TERM; sleep 60 & echo $! > child; while :; do sleep 0.05; done"]
    process = Daemon(folder).start(leaves, os.environ, lambda: bool(written(folder / "child")), within=5)
    child = int(written(folder / "child"))

    Daemon(folder).remove()

    process.wait()
    assert not runs(child)


def written(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def runs(process: int) -> bool:
    """Whether it is more than a process that nobody has asked how it ended."""
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


# ---- up and down


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Without a Docker, unless a test puts one there."""
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", f"{machine.bin}")
    return machine


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """Whose MinIO is Docker's, or nobody's."""
    monkeypatch.setattr(Laptop, "daemon", lambda _self: Daemon(tmp_path / "minio"))
    monkeypatch.setattr("local.laptop.up.ROOT", tmp_path)
    return Laptop.from_env({})


def test_down_keeps_what_docker_stores_and_says_where(machine: Machine, laptop: Laptop, tmp_path: Path) -> None:
    machine.has("docker", f'echo "$@" >> {tmp_path}/asked; echo 3f2a')

    said = down(laptop)

    assert (tmp_path / "asked").read_text().splitlines()[-1] == "compose --project-name pdf-links-9000 down"
    assert said.startswith("MinIO has ended. What it stored is kept in Docker's volume pdf-links-9000_data")
    assert "DELETE=1" in said


def test_what_a_minio_stored_that_has_ended_is_deleted_only_when_asked_for(
    machine: Machine, laptop: Laptop, tmp_path: Path
) -> None:
    machine.has("docker", f'echo "$@" >> {tmp_path}/asked')
    stored = Interrupted(tmp_path / "minio").stored

    assert "No MinIO was running. What it stored is kept in minio:" in down(laptop)
    assert stored.exists()

    assert down(laptop, delete=True) == "No MinIO was running. What it stored is deleted."
    assert not stored.exists()
    assert (tmp_path / "asked").read_text().splitlines()[-1] == "compose --project-name pdf-links-9000 down --volumes"


@pytest.mark.usefixtures("machine")
def test_down_says_nothing_of_what_is_stored_where_nothing_is(laptop: Laptop) -> None:
    assert down(laptop) == "No MinIO was running."

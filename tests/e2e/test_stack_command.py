"""`make stack` and `make stack-down`, run as a person runs them, in a folder of their own."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.deployed.deployment import Stack
from local.deployed.library import Library, seconds_until


def stack(verb: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.deployed.stack", verb, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **settings})


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stack("down", tmp_path)


def answers(endpoint_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint_url}/_ministack/health", timeout=5):
            return True
    except OSError:
        return False


def described(folder: Path) -> Stack:
    return Stack(**json.loads((folder / "stack.json").read_text()))


def test_a_stack_is_described_used_and_ended_without_a_trace(folder: Path) -> None:
    up = stack("up", folder)
    assert up.returncode == 0, up.stderr
    deployed = described(folder)
    assert deployed.endpoint_url in up.stdout
    library = Library(deployed)
    library.upload("2026/04/report.pdf", b"%PDF")
    seconds_until(lambda: library.shows("2026/04/report.pdf"), "the report in its manifest")

    again = stack("up", folder)
    assert (again.returncode, again.stdout) == (0, up.stdout)
    assert described(folder) == deployed

    down = stack("down", folder)
    assert (down.returncode, down.stdout) == (0, "The stack has ended.\n")
    assert not answers(deployed.endpoint_url)
    assert list(folder.iterdir()) == []
    assert stack("down", folder).stdout == "No stack was running.\n"


def test_a_stack_whose_emulator_was_killed_is_made_anew(folder: Path) -> None:
    stack("up", folder)
    before = described(folder)
    os.killpg(int((folder / "stack" / "pid").read_text()), signal.SIGKILL)
    seconds_until(lambda: not answers(before.endpoint_url), "the emulator dead")
    assert stack("up", folder).returncode == 0
    assert answers(described(folder).endpoint_url)


def test_a_stack_interrupted_half_way_leaves_nothing(folder: Path) -> None:
    command = [sys.executable, "-m", "local.deployed.stack", "up", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as starting:
        seconds_until((folder / "stack" / "pid").exists, "the emulator started")
        group = int((folder / "stack" / "pid").read_text())
        starting.send_signal(signal.SIGTERM)
        _, said = starting.communicate(timeout=30)
    assert starting.returncode == 1
    assert "nothing is left running" in said
    assert list(folder.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)

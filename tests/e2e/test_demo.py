"""`make demo`, run as a newcomer runs it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.project import ROOT

RUN = "import local.deployed.demo; local.deployed.demo.main()"
WRONG_BYTES = "import local.deployed.demo; local.deployed.demo.fetch = lambda url: b'other'; local.deployed.demo.main()"


@contextmanager
def demo(folder: Path, program: str = RUN) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-c", program, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            yield running
        finally:
            running.terminate()  # one that still runs ends its emulator, too


def test_the_demo_shows_every_step_and_no_link_whole(tmp_path: Path) -> None:
    with demo(tmp_path) as running:
        said, _ = running.communicate(timeout=100)
    assert running.returncode == 0, said
    waits = [float(seconds) for seconds in re.findall(r"manifest after (\d+\.\d+) s", said)]
    assert len(waits) > 2
    assert max(waits) < 1
    for step in ("deployed", "uploaded", "deleted", "lost", "full scan", "All of it held."):
        assert step in said
    assert "X-Amz" not in said
    assert "\x1b" not in said  # plain text where nobody watches
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_does_not_hold_ends_the_demo_and_keeps_the_log(tmp_path: Path) -> None:
    with demo(tmp_path, WRONG_BYTES) as running:
        said, _ = running.communicate(timeout=100)
    assert running.returncode == 1
    assert "The demo failed: 2026/04/" in said
    assert "the link gives other bytes than were uploaded" in said
    assert list(tmp_path.iterdir()) == [tmp_path / "demo.log"]
    assert (tmp_path / "demo.log").read_text()


def test_ctrl_c_ends_the_demo_and_its_emulator(tmp_path: Path) -> None:
    with demo(tmp_path) as running:
        assert running.stdout
        for line in running.stdout:
            if "deployed:" in line:
                break
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "Interrupted; nothing is left running." in said
    assert list(tmp_path.iterdir()) == []

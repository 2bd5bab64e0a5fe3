"""What the tests count on when several processes run them."""

import subprocess
import sys
from pathlib import Path

TESTS = """
import os
import pathlib
import pytest

@pytest.mark.xdist_group("one at a time")
@pytest.mark.parametrize("number", range(6))
def test_it(number):
    with pathlib.Path("processes").open("a") as told:
        print(os.getpid(), file=told)
"""


def test_a_group_of_tests_runs_in_one_process(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    run = [sys.executable, "-m", "pytest", "--numprocesses", "2", "--dist", "loadgroup", "--rootdir", "."]
    subprocess.run(run, cwd=tmp_path, check=True, capture_output=True)
    processes = (tmp_path / "processes").read_text().splitlines()
    assert len(processes) == 6
    assert len(set(processes)) == 1

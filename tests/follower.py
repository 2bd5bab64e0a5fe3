"""Somebody who runs `make follow` and reads what it tells."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from local.project import ROOT
from tests.shell import Shell


@contextmanager
def following(shell: Shell, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """In a process group of its own, as a terminal would have it."""
    with subprocess.Popen(
        ["make", "--silent", "follow", *arguments],
        cwd=ROOT,
        env=shell.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as follow:
        try:
            yield follow
        finally:
            with suppress(ProcessLookupError):
                os.killpg(follow.pid, signal.SIGKILL)


def ended(follow: "subprocess.Popen[str]") -> tuple[str, str]:
    os.killpg(follow.pid, signal.SIGINT)
    return follow.communicate(timeout=20)


def line(follow: "subprocess.Popen[str]") -> str:
    assert follow.stdout is not None
    return follow.stdout.readline()

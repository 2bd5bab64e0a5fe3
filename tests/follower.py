"""Somebody who runs `make follow` and reads what it tells."""

import os
import signal
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from tests.shell import Shell

if TYPE_CHECKING:
    import subprocess


def following(shell: Shell, *arguments: str) -> AbstractContextManager["subprocess.Popen[str]"]:
    return shell.running("make", "--silent", "follow", *arguments)


def ended(follow: "subprocess.Popen[str]") -> tuple[str, str]:
    os.killpg(follow.pid, signal.SIGINT)
    return follow.communicate(timeout=20)


def line(follow: "subprocess.Popen[str]") -> str:
    assert follow.stdout is not None
    return follow.stdout.readline()

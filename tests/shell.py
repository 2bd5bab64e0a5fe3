"""The Makefile's targets, as a person runs them."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from local.project import ROOT
from tests.servers import free_ports


def of_a_laptop(bucket: str) -> dict[str, str]:
    """What `make up` is told where it is to have ports of its own."""
    port, console, links = map(str, free_ports(3))
    return {"MINIO_PORT": port, "MINIO_CONSOLE_PORT": console, "LINKS_PORT": links, "BUCKET_NAME": bucket}


class Shell:
    """A person's shell: `make` with these variables in its environment, on a machine without Docker."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        (folder / "docker").write_text("#!/bin/sh\nexit 1\n")
        (folder / "docker").chmod(0o755)
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        self.env = {"PATH": path, "HOME": os.environ["HOME"], "LANG": "C.UTF-8"} | variables

    def make(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["make", *arguments], cwd=ROOT, env=self.env | variables, capture_output=True, text=True, check=False
        )

    def answer(self, *arguments: str, **variables: str) -> Any:
        """What a target that has to succeed prints, which has to be JSON."""
        done = self.make(*arguments, **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def running(self, *command: str) -> Iterator["subprocess.Popen[str]"]:
        """A command that goes on, in a process group of its own, as a terminal would have it; killed at the end."""
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

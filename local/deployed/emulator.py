"""ministack, the AWS emulator, as a process: installed apart, started on a free port, ended without a trace.

It runs with authorization on, so that the roles of the template are enforced, and runs Lambda functions as plain
processes of this machine, without Docker.
"""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local.daemon import Daemon
from local.deployed.aws import Aws
from local.kept import digest, kept
from local.project import ROOT, TOOLS
from local.signals import undisturbed
from local.uv import uv

PINNED = ROOT / "requirements" / "emulator.txt"
REGION = "us-east-1"
ACCESS_KEY_ID = SECRET_ACCESS_KEY = "test"  # noqa: S105 - the emulator's administrator, on this machine alone
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: its folder is a Daemon's, and holds its temporary files."""

    folder: Path
    endpoint_url: str
    process: subprocess.Popen[bytes]

    def aws(self) -> Aws:
        """Clients for it, as its administrator."""
        return Aws(self.endpoint_url, REGION, ACCESS_KEY_ID, SECRET_ACCESS_KEY)


def install() -> Path:
    """The emulator's program, installed where it is missing or requirements/emulator.txt has changed."""
    return kept(TOOLS / "ministack", digest([PINNED], sys.version), _install) / "bin" / "ministack"


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """One that ends with the block."""
    running: Emulator | None = None
    try:
        running = start(folder)
        yield running
    finally:
        with undisturbed():
            Daemon(folder).remove()
            if running:
                running.process.wait()


def start(folder: Path) -> Emulator:
    """Start one that lives on after this process; raise DaemonError where it does not come up."""
    program = install()
    (folder / "tmp").mkdir(parents=True)
    port = _free_port()
    endpoint_url = f"http://127.0.0.1:{port}"
    healthy = partial(_healthy, endpoint_url)
    process = Daemon(folder).start([str(program)], _environment(folder, port), healthy, START_SECONDS)
    return Emulator(folder, endpoint_url, process)


def _install(folder: Path) -> None:
    uv("venv", "--allow-existing", "--python", sys.executable, folder)
    uv("pip", "install", "--python", folder, "--require-hashes", "-r", PINNED)


def _environment(folder: Path, port: int) -> dict[str, str]:
    """All it gets: functions inherit it, so nothing of the person's own may be in it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "tmp"),
        "TMPDIR": str(folder / "tmp"),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AUTH": "true",
        "LAMBDA_EXECUTOR": "local",
        "SFN_WAIT_SCALE": "0.1",  # a state machine waits less between its tries: they are meant for a crowd
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _healthy(endpoint_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint_url}/_ministack/health", timeout=2) as answer:  # noqa: S310 - http, our own
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except OSError:
        return False

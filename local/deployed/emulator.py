"""ministack, the AWS emulator, as a process: installed apart, started on a free port, ended without a trace.

It runs with authorization on, so that the roles of the template are enforced, and runs Lambda functions as plain
processes of this machine, without Docker.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local.deployed.aws import Aws
from local.kept import digest, kept
from local.project import ROOT, TOOLS, UV
from local.signals import undisturbed

PINNED = ROOT / "requirements" / "emulator.txt"
REGION = "us-east-1"
ACCESS_KEY_ID = SECRET_ACCESS_KEY = "test"  # noqa: S105 - the emulator's administrator, on this machine alone
START_SECONDS = 30
STOP_SECONDS = 15


class EmulatorError(Exception):
    """The emulator did not start; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: its folder holds `emulator.log`, its temporary files and its process id."""

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
            stop(folder)
            if running:
                running.process.wait()


def start(folder: Path) -> Emulator:
    """Start one that lives on after this process; raise EmulatorError where it does not come up."""
    program = install()
    (folder / "tmp").mkdir(parents=True)
    port = _free_port()
    started = Emulator(folder, f"http://127.0.0.1:{port}", _spawn(program, folder, port))
    _wait_until_healthy(started)
    return started


def alive(folder: Path) -> bool:
    """Whether the emulator of this folder runs."""
    try:
        with (folder / "alive").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def stop(folder: Path) -> None:
    """End it and everything it started, and remove its folder; nothing happens where there is none."""
    if alive(folder):
        group = int((folder / "pid").read_text())
        os.kill(group, signal.SIGTERM)
        _wait_while(lambda: alive(folder))
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)  # functions that did not end with it
    _wait_while(lambda: _remains(folder))


def _install(folder: Path) -> None:
    _uv("venv", "--allow-existing", "--python", sys.executable, folder)
    _uv("pip", "install", "--python", folder, "--require-hashes", "-r", PINNED)


def _uv(*arguments: str | Path) -> None:
    subprocess.run([UV, "--quiet", *arguments], check=True)


def _spawn(program: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    with (folder / "alive").open("w") as lock, (folder / "emulator.log").open("w") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [program],
            env=_environment(folder, port),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock.fileno()],  # it holds the lock for as long as it lives, however it dies
            start_new_session=True,
        )
    (folder / "pid").write_text(str(process.pid))
    return process


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
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _wait_until_healthy(started: Emulator) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(started.endpoint_url):
        if started.process.poll() is not None or time.monotonic() > deadline:
            log = (started.folder / "emulator.log").read_text()
            raise EmulatorError(f"The emulator did not start. The end of its log:\n{log[-2000:]}")
        time.sleep(0.05)


def _healthy(endpoint_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint_url}/_ministack/health", timeout=2) as answer:  # noqa: S310 - http, our own
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except OSError:
        return False


def _remains(folder: Path) -> bool:
    """Remove it; whether something was still being written there."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder.exists()


def _wait_while(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while holds() and time.monotonic() < deadline:
        time.sleep(0.05)

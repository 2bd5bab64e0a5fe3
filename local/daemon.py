"""A server as a process that outlives what started it, and is found again by its folder."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.signals import undisturbed

STOP_SECONDS = 15
_OWN = ("log", "pid", "alive")


class DaemonError(Exception):
    """The server did not come up; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """The server of one folder, running or not. The folder holds `log`, `pid`, `alive` and what the server stores."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(
        self, command: Sequence[str], env: Mapping[str, str], ready: Callable[[], bool], within: float
    ) -> subprocess.Popen[bytes]:
        """Start it and wait until it is ready, at most `within` seconds; else raise DaemonError, with it ended.

        Returns its process, for those who are there when it ends.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        process = self._spawn(command, env)
        try:
            self._wait_until_ready(process, ready, within)
        except BaseException:
            with undisturbed():
                self.stop()
                process.wait()
            raise
        return process

    def alive(self) -> bool:
        """Whether it runs. A lock tells, which ends with its process: a process id may be another's by now."""
        try:
            with (self.folder / "alive").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def stop(self) -> None:
        """End it and all that it started. What it stored stays; where that is not a single file, its folder goes."""
        if self.alive():
            group = int((self.folder / "pid").read_text())
            with suppress(ProcessLookupError):
                os.kill(group, signal.SIGTERM)  # it alone: an orderly end needs those it started
            _wait_while(self.alive)
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            _wait_while(self.alive)
        for name in _OWN:
            (self.folder / name).unlink(missing_ok=True)
        if not any(files for _, _, files in os.walk(self.folder)):
            shutil.rmtree(self.folder, ignore_errors=True)

    def remove(self) -> None:
        """End it, and delete what it stored."""
        self.stop()
        _wait_while(self._remains)

    def _spawn(self, command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / "alive").open("w") as lock, self.log.open("w") as log:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fileno()],  # it holds the lock for as long as it lives, however it dies
                start_new_session=True,
            )
        (self.folder / "pid").write_text(str(process.pid))
        return process

    def _wait_until_ready(self, process: subprocess.Popen[bytes], ready: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while not ready() or process.poll() is not None:
            if process.poll() is not None or time.monotonic() > deadline:
                log = self.log.read_text(errors="replace")
                raise DaemonError(f"The server did not start. The end of its log:\n{log[-2000:]}")
            time.sleep(0.05)

    def _remains(self) -> bool:
        """Remove the folder; whether something was still being written there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.folder.exists()


def port_is_free(port: int) -> bool:
    """Whether a server could listen there on this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: what just ended is no obstacle
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _wait_while(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while holds() and time.monotonic() < deadline:
        time.sleep(0.05)

"""Programs and stores as processes of their own: what is measured on one core, the store on another."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.laptop import minio as minio_program
from local.project import ROOT, TOOLS

BUCKET = "bench"
RIVALS_PYTHON = TOOLS / "bench" / "bin" / "python"
_MEASURED, _STORE = 0, 1  # cores
_KEY, _SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"  # mc takes no slash
_START, _LONGEST = 60, 3600  # seconds


class BenchError(Exception):
    """Something could not be measured; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store on this machine, and how to be its client."""

    endpoint_url: str

    def environment(self) -> dict[str, str]:
        """What ours and every rival find it by."""
        return {
            "S3_ENDPOINT_URL": self.endpoint_url,
            "BUCKET_NAME": BUCKET,
            "PREFIX": "docs/",
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
        }


class Fake(Store):
    """The one in memory (bench/fake)."""

    def set(self, **settings: float) -> None:
        """`list`, `other`: milliseconds a request; `page`: keys at most."""
        query = "&".join(f"{name}={value}" for name, value in settings.items())
        self._ask(f"_set?{query}")

    def counts(self) -> dict[str, int]:
        """Requests of each kind, and bytes, since they were asked for last."""
        return self._ask("_counts")

    def _ask(self, path: str) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.endpoint_url}/{path}") as answer:  # noqa: S310 -- our own, over http
            counts: dict[str, int] = json.load(answer)
            return counts


@contextlib.contextmanager
def fake(keys: int, folders: int, shape: str = "spaces") -> Iterator[Fake]:
    """A store of so many documents, gone with the block."""
    options = ["--keys", str(keys), "--folders", str(folders), "--shape", shape]
    command = _on(_STORE, [sys.executable, "-m", "bench.fake", *options])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            assert server.stdout
            port = server.stdout.readline().strip()
            if not port:
                raise BenchError(f"the store in memory did not start: {' '.join(command)} says why.")
            yield Fake(f"http://127.0.0.1:{port}")
        finally:
            server.kill()


@contextlib.contextmanager
def minio() -> Iterator[Store]:
    """A real store, with the bucket, on the same core as the one in memory. Raises MinioMissingError, BenchError."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port, console = _free_ports(2)
        (Path(folder) / "data" / BUCKET).mkdir(parents=True)  # which MinIO takes for a bucket
        command = _on(_STORE, minio_program.server_command(Path(folder), port, console))
        env = minio_program.environment(Path(folder), _KEY, _SECRET)
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        try:
            _wait_for(server, Store(f"http://127.0.0.1:{port}"))
            yield Store(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def _wait_for(server: subprocess.Popen[bytes], store: Store) -> None:
    until = time.monotonic() + _START
    while not minio_program.is_ready(store.endpoint_url):
        if server.poll() is not None or time.monotonic() > until:
            raise BenchError(f"MinIO did not start at {store.endpoint_url}.")
        time.sleep(0.05)


def _free_ports(many: int) -> list[int]:
    with contextlib.ExitStack() as open_until_all_are_known:
        probes = [open_until_all_are_known.enter_context(socket.socket()) for _ in range(many)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def here(store: Store, name: str, *options: object, **env: str) -> dict[str, float]:
    """What one of `bench/here` measured of us, in a process of its own."""
    return measured([sys.executable, "-m", f"bench.here.{name}", *options], store.environment() | env)


def rival(store: Store, name: str, *options: object, **env: str) -> dict[str, float]:
    """What one of `bench/rivals` measured of another."""
    return measured([RIVALS_PYTHON, "-m", f"bench.rivals.{name}", *options], store.environment() | env)


def measured(command: list[object], env: Mapping[str, str]) -> dict[str, float]:
    """The JSON on the last line of what it prints. Raises BenchError with the end of what it said otherwise."""
    pinned = _on(_MEASURED, command)
    ended = subprocess.run(
        pinned, env=os.environ | env, capture_output=True, text=True, cwd=ROOT, check=False, timeout=_LONGEST
    )
    if ended.returncode:
        raise BenchError(f"{' '.join(pinned)} failed ({ended.returncode}):\n{ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _on(core: int, command: list[object] | list[str]) -> list[str]:
    """Pinned, where this system can, and has the cores."""
    can = sys.platform == "linux" and (os.cpu_count() or 1) > core
    return [*(("taskset", "-c", str(core)) if can else ()), *map(str, command)]

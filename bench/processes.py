"""Programs and stores as processes of their own: what is measured on one core, the store on another."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from bench.fake.secrets import SECRET
from local.laptop import minio as minio_program
from local.project import ROOT, TOOLS

BUCKET, SHARES = "bench", "bench-shares"
RIVALS_PYTHON = TOOLS / "bench" / "bin" / "python"
KINDS = ("LIST", "HEAD", "GET", "PUT", "POST", "DELETE")
_KEY, _SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"  # mc takes no slash
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")  # of a person's environment: no proxy, profile, token or setting
_START, _LONGEST = 60, 3600  # seconds
_ON_A_CORE = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execvp(sys.argv[2], sys.argv[2:])"


class BenchError(Exception):
    """Something could not be measured; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store on this machine, and how to be its client."""

    endpoint_url: str

    def environment(self) -> dict[str, str]:
        """All that ours and every rival get."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {
            "S3_ENDPOINT_URL": self.endpoint_url,
            "BUCKET_NAME": BUCKET,
            "PREFIX": "docs/",
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }


NOBODY = Store("http://127.0.0.1:9")  # for what asks nothing


class Fake(Store):
    """The one in memory (bench/fake)."""

    def set(self, **settings: float) -> None:
        """`list`, `other`: milliseconds a request; `page`: keys at most."""
        self._ask("_set?" + "&".join(f"{name}={value}" for name, value in settings.items()))

    def counts(self) -> dict[str, int]:
        """Requests of each kind, and bytes, since they were asked for last."""
        found: dict[str, int] = json.loads(self._ask("_counts"))
        return dict.fromkeys((*KINDS, "bytes sent", "bytes received"), 0) | found

    def _ask(self, path: str) -> bytes:
        with contextlib.closing(HTTPConnection(urlsplit(self.endpoint_url).netloc)) as connection:
            connection.request("GET", f"/{path}")
            answer = connection.getresponse()
            body = answer.read()
        if answer.status != 200:  # noqa: PLR2004 -- OK
            raise BenchError(f"the store in memory refuses {path}: {body.decode()}")
        return body


def requests(counts: Mapping[str, int]) -> int:
    """Of all kinds."""
    return sum(counts[kind] for kind in KINDS)


@contextlib.contextmanager
def fake(keys: int, folders: int, shape: str = "spaces", page: int = 1000) -> Iterator[Fake]:
    """A store of so many documents, gone with the block, or with this process."""
    options = ["--keys", str(keys), "--folders", str(folders), "--shape", shape]
    command = _on_store_core([sys.executable, "-m", "bench.fake", *options])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            assert server.stdout
            port = server.stdout.readline().strip()
            if not port:
                raise BenchError(f"the store in memory did not start: {' '.join(command)} says why.")
            store = Fake(f"http://127.0.0.1:{port}")
            store.set(page=page)
            yield store
        finally:
            server.kill()


@contextlib.contextmanager
def minio() -> Iterator[Store]:
    """A real store, with the bucket, on the same core as the one in memory. Raises MinioMissingError, BenchError."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port, console = _free_ports(2)
        (Path(folder) / "data" / BUCKET).mkdir(parents=True)  # which MinIO takes for a bucket
        command = _on_store_core(minio_program.server_command(Path(folder), port, console))
        env = minio_program.environment(Path(folder), _KEY, _SECRET)
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        try:
            store = Store(f"http://127.0.0.1:{port}")
            is_ready = partial(minio_program.is_ready, store.endpoint_url)
            _wait_until(server, is_ready, f"MinIO did not start at {store.endpoint_url}.")
            yield store
        finally:
            server.terminate()
            server.wait()


@contextlib.contextmanager
def opener(store: Store) -> Iterator[dict[str, str]]:
    """open_link beside whoever clicks, on their core: what makes and opens links of it, in an environment."""
    (port,) = _free_ports(1)
    links = {"LINK_BASE_URL": f"http://127.0.0.1:{port}", "LINK_SECRET": SECRET, "SHARE_BUCKET": SHARES}
    command = _on(0, [sys.executable, "-m", "local.laptop.link_server", str(port)])
    env = store.environment() | links
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env, cwd=ROOT) as server:
        try:
            _wait_until(server, partial(_listens, port), f"open_link did not start at {links['LINK_BASE_URL']}.")
            yield links
        finally:
            server.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(server: subprocess.Popen[bytes], is_ready: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + _START
    while not is_ready():
        if server.poll() is not None or time.monotonic() > until:
            raise BenchError(otherwise)
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
    if not RIVALS_PYTHON.exists():
        raise BenchError("what is measured beside ours is not installed: `make bench` does it.")
    return measured([RIVALS_PYTHON, "-m", f"bench.rivals.{name}", *options], store.environment() | env)


def measured(command: list[object], env: Mapping[str, str]) -> dict[str, float]:
    """The JSON on the last line of what it prints. Raises BenchError with the end of what it said otherwise."""
    pinned = _on(0, [str(part) for part in command])
    try:
        ended = subprocess.run(pinned, env=env, capture_output=True, text=True, cwd=ROOT, check=False, timeout=_LONGEST)
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{' '.join(pinned)} takes more than {_LONGEST} s: ask for less.") from error
    if ended.returncode:
        raise BenchError(f"{' '.join(pinned)} failed ({ended.returncode}):\n{ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def cores() -> list[int]:
    """Those this process may use; none where a system does not tell, or pins nobody."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


def _on_store_core(command: list[str]) -> list[str]:
    return _on(1, command)


def _on(place: int, command: list[str]) -> list[str]:
    """On the first or second core, where there are two."""
    there = cores()
    return [sys.executable, "-c", _ON_A_CORE, str(there[place]), *command] if len(there) > 1 else command

"""Real S3 servers for tests: each a process of its own on free ports, gone with the block or with the test run.

with minio() as server:
server.client().create_bucket(Bucket="reports")
"""

import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.daemon import port_is_free
from local.deployed.emulator import emulator
from local.laptop.minio import environment, program, server_command

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_START_SECONDS = 60
_ATTEMPTS = 3  # somebody else may take a port between the look and the start
_BIN = Path(sys.executable).parent
_GRPC = 10_000  # how far above its ports SeaweedFS listens for gRPC
_GUARD = Path(__file__).with_name("guard.py")
_PATH_STYLE = Config(signature_version="s3v4", s3={"addressing_style": "path"})
_IMPATIENT = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})


class ServerError(Exception):
    """A server did not come up; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running S3 server, and the keys of its administrator."""

    name: str
    endpoint_url: str
    access_key_id: str
    secret_access_key: str
    region: str = "us-east-1"

    def client(self, config: Config | None = None) -> "S3Client":
        """A client for it, path style, with whatever else `config` says."""
        session = boto3.Session(self.access_key_id, self.secret_access_key, region_name=self.region)
        return session.client("s3", endpoint_url=self.endpoint_url, config=_PATH_STYLE.merge(config or Config()))

    def environment(self) -> dict[str, str]:
        """What the functions, and every program of the project, take from their environment to use this server."""
        return {
            "S3_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started. `leaves`: patterns of the files it makes outside its folder."""

    server: Server
    command: Sequence[object]
    env: Mapping[str, str]
    leaves: Sequence[str] = ()


@contextmanager
def moto() -> Iterator[Server]:
    """Moto's server: quick to start; ignores `If-Match` when a multipart upload is completed."""

    def launch(_: Path) -> Launch:
        (port,) = free_ports(1)
        command = (_BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port))
        return Launch(new_server("moto", port), command, bare_environment())

    with running(launch) as server:
        yield server


@contextmanager
def seaweedfs() -> Iterator[Server]:
    """SeaweedFS: a real server; of several multipart uploads that are completed at once more than one may win.

    Its gRPC ports are its ports + 10000.
    """

    def launch(folder: Path) -> Launch:
        master, volume, filer, s3 = free_ports(4, also=_GRPC)
        server = new_server("seaweedfs", s3)
        (folder / "data").mkdir()
        (folder / "s3.json").write_text(json.dumps({"identities": [_administrator(server)]}))
        command: list[object] = [_BIN / "weed", "-logtostderr", "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1"]
        command += [f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}"]
        command += ["-s3", f"-s3.port={s3}", f"-s3.config={folder / 's3.json'}"]
        command += [f"-filer.localSocket={folder / 'filer.sock'}", f"-s3.localSocket={folder / 's3.sock'}"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", "-volume.max=200"]
        # One volume a bucket, not seven: they are few, and a bucket of each test takes some.
        env = bare_environment() | {"WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"}
        sockets = [f"/tmp/seaweedfs-*-{port + _GRPC}.sock" for port in (master, volume, filer, s3)]
        return Launch(server, command, env, sockets)

    with running(launch) as server:
        yield server


@contextmanager
def minio() -> Iterator[Server]:
    """MinIO, as `make up` starts it without Docker. Raises MinioMissingError where this machine can have none."""
    program()

    def launch(folder: Path) -> Launch:
        port, console_port = free_ports(2)
        server = new_server("minio", port)
        own = environment(folder, server.access_key_id, server.secret_access_key)
        return Launch(server, server_command(folder, port, console_port), own)

    with running(launch) as server:
        yield server


@contextmanager
def ministack() -> Iterator[Server]:
    """The AWS emulator, as an S3 server."""
    with tempfile.TemporaryDirectory(prefix="s3-") as folder, emulator(Path(folder) / "emulator") as running:
        aws = running.aws()
        yield Server("ministack", aws.endpoint_url, aws.access_key_id, aws.secret_access_key, aws.region)


def free_ports(count: int, also: int = 0) -> list[int]:
    """Ports nobody listens on now, nor on those `also` above. None is one of those given to outgoing connections."""
    ports = (port for port in random.sample(range(11_000, 22_768), 5000) if port_is_free(port))
    return [next(port for port in ports if not also or port_is_free(port + also)) for _ in range(count)]


@contextmanager
def running(launch: Callable[[Path], Launch]) -> Iterator[Server]:
    server, guard = _start(launch)
    try:
        yield server
    finally:
        _stop(guard)


def _start(launch: Callable[[Path], Launch]) -> tuple[Server, subprocess.Popen[str]]:
    log = ""
    for _ in range(_ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix="s3-"))
        launched = launch(folder)
        guard = _guarded(launched, folder)
        if _comes_up(launched.server, guard):
            return launched.server, guard
        log = _stop(guard)
    raise ServerError(f"{launched.server.name} did not start. The end of its log:\n{log}")


def _guarded(launch: Launch, folder: Path) -> subprocess.Popen[str]:
    command = (sys.executable, "-I", _GUARD, folder, "--also", *launch.leaves, "--", *launch.command)
    return subprocess.Popen(
        [str(part) for part in command], env=launch.env, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _comes_up(server: Server, guard: subprocess.Popen[str]) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    try:
        while guard.poll() is None and time.monotonic() < deadline:
            if _is_usable(server):
                return True
            time.sleep(0.1)
    except BaseException:
        _stop(guard)
        raise
    return False


def _stop(guard: subprocess.Popen[str]) -> str:
    """Let go of it, and wait until the server has ended and its folder is gone; what it had to say."""
    return guard.communicate()[1]


def _is_usable(server: Server) -> bool:
    """Whether it stores an object, under keys only this server has: another one on its port refuses them."""
    client = server.client(_IMPATIENT)
    try:
        client.create_bucket(Bucket="is-it-up")
        client.put_object(Bucket="is-it-up", Key="probe", Body=b"x")
        client.delete_object(Bucket="is-it-up", Key="probe")
        client.delete_bucket(Bucket="is-it-up")
    except (BotoCoreError, ClientError):
        return False
    return True


def new_server(name: str, port: int) -> Server:
    return Server(name, f"http://127.0.0.1:{port}", f"{name}-tests", secrets.token_hex(20))


def _administrator(server: Server) -> dict[str, object]:
    keys = {"accessKey": server.access_key_id, "secretKey": server.secret_access_key}
    return {"name": "tests", "credentials": [keys], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}


def bare_environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir()}

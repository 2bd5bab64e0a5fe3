"""A MinIO to develop against: by Docker where that works, else the very same release as a process.

python -m local.laptop.up up      starts it, makes the bucket BUCKET_NAME, and says how to reach it
python -m local.laptop.up down    ends it; what it stored goes too

The environment says where: MINIO_PORT, MINIO_CONSOLE_PORT, MINIO_ROOT_USER and MINIO_ROOT_PASSWORD.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3

from local.daemon import Daemon, DaemonError, port_is_free
from local.kept import alone
from local.laptop import minio
from local.laptop.compose import Compose, ComposeError
from local.project import LOCAL
from local.signals import end_like_ctrl_c
from shared.config import Settings
from shared.domain.errors import ConfigError, LinkManifestError
from shared.store.client import make_client
from shared.store.presence import create_bucket


class PortTakenError(Exception):
    """Another program listens where MinIO should."""


@dataclass(frozen=True, slots=True)
class Laptop:
    """Where MinIO is to be, and whose it is. Another port is another MinIO."""

    port: int
    console_port: int
    user: str
    password: str
    bucket: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Laptop":
        """Raise ConfigError naming the variable that cannot be used."""
        return cls(
            _port(env, "MINIO_PORT", 9000),
            _port(env, "MINIO_CONSOLE_PORT", 9001),
            env.get("MINIO_ROOT_USER", "minioadmin"),
            env.get("MINIO_ROOT_PASSWORD", "minioadmin"),
            Settings.from_env(env).bucket_name,
        )

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def compose(self) -> Compose:
        return Compose(f"pdf-links-{self.port}")

    def daemon(self, local: Path = LOCAL) -> Daemon:
        return Daemon(local / f"minio-{self.port}")


def up(laptop: Laptop) -> None:
    """Start it where it does not run yet, and make the bucket."""
    LOCAL.mkdir(exist_ok=True)
    with alone(LOCAL / f"minio-{laptop.port}.lock"):
        if not laptop.daemon().alive():
            _start(laptop)
    session = boto3.Session(laptop.user, laptop.password, region_name="us-east-1")
    create_bucket(make_client(session, laptop.endpoint_url), laptop.bucket)


def down(laptop: Laptop) -> bool:
    """End it; whether there was one."""
    daemon = laptop.daemon()
    if daemon.alive():
        daemon.stop()
        return True
    daemon.stop()  # what a crash may have left
    if laptop.compose.works() and laptop.compose.runs():
        laptop.compose.down()
        return True
    return False


def _start(laptop: Laptop) -> None:
    by_docker = laptop.compose.works()
    if by_docker and laptop.compose.runs():
        return
    for port, variable in ((laptop.port, "MINIO_PORT"), (laptop.console_port, "MINIO_CONSOLE_PORT")):
        _require_free(port, variable)
    if by_docker:
        laptop.compose.up("minio")
    else:
        minio.start(laptop.daemon(), laptop.port, laptop.console_port, laptop.user, laptop.password)


def _require_free(port: int, variable: str) -> None:
    if not port_is_free(port):
        raise PortTakenError(
            f"Port {port} is taken by another program. End that, or choose another: make up {variable}=… "
            "(and the same for the other targets)."
        )


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:  # noqa: PLR2004 -- TCP's last port
        raise ConfigError(f"{name} is {value!r}, but must be a port: a whole number from 1 to 65535.")
    return int(value)


def _explain(laptop: Laptop) -> str:
    return (
        f"MinIO is at {laptop.endpoint_url}, its console at http://127.0.0.1:{laptop.console_port} "
        f"(user {laptop.user}).\n"
        f"The bucket {laptop.bucket} is there. Next: make seed. `make down` ends MinIO and removes what it stored."
    )


def main() -> None:
    """What `make up` and `make down` run."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("verb", choices=["up", "down"])
    verb = arguments.parse_args().verb
    end_like_ctrl_c()
    try:
        laptop = Laptop.from_env(os.environ)
        if verb == "up":
            up(laptop)
            print(_explain(laptop))
        else:
            print("MinIO has ended; what it stored is gone." if down(laptop) else "No MinIO was running.")
    except (LinkManifestError, PortTakenError, ComposeError, DaemonError, minio.MinioMissingError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted.")


if __name__ == "__main__":
    main()

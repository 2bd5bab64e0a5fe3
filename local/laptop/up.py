"""A MinIO to develop against: by Docker where that works, else the very same release as a process.

python -m local.laptop.up up               starts it, makes the bucket BUCKET_NAME, and says how to reach it
python -m local.laptop.up down [--delete]  ends it; what it stored is kept, or deleted

Beside it, open_link: what opens stable links, and shares.

The environment says where: MINIO_PORT, MINIO_CONSOLE_PORT, LINKS_PORT, MINIO_ROOT_USER and MINIO_ROOT_PASSWORD.
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
from local.laptop.links import LocalLinks
from local.laptop.ports import port_in
from local.project import LOCAL, ROOT
from local.signals import end_like_ctrl_c
from shared.config import Settings
from shared.domain.errors import LinkManifestError
from shared.store.client import make_client
from shared.store.presence import create_bucket


class PortTakenError(Exception):
    """Another program listens where MinIO should."""


@dataclass(frozen=True, slots=True)
class Laptop:
    """Where MinIO is to be, and whose it is. Another port is another MinIO."""

    port: int
    console_port: int
    links_port: int
    user: str
    password: str
    bucket: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Laptop":
        """Raise ConfigError naming the variable that cannot be used."""
        return cls(
            port_in(env, "MINIO_PORT", 9000),
            port_in(env, "MINIO_CONSOLE_PORT", 9001),
            port_in(env, "LINKS_PORT", 9002),
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

    @property
    def links(self) -> LocalLinks:
        return LocalLinks(self.links_port, self.daemon().folder, self.bucket)

    @property
    def store(self) -> dict[str, str]:
        """Who asks it for what, as a process is told."""
        return {
            "S3_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.user,
            "AWS_SECRET_ACCESS_KEY": self.password,
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def up(laptop: Laptop) -> None:
    """Start it where it does not run yet, make its buckets, and open links."""
    LOCAL.mkdir(exist_ok=True)
    with alone(LOCAL / f"minio-{laptop.port}.lock"):
        if not laptop.daemon().alive():
            _start(laptop)
        client = make_client(boto3.Session(laptop.user, laptop.password, region_name="us-east-1"), laptop.endpoint_url)
        for bucket in (laptop.bucket, laptop.links.share_bucket):
            create_bucket(client, bucket)
        _open_links(laptop)


def _open_links(laptop: Laptop) -> None:
    laptop.links.daemon.stop()  # it is to know the code and the settings that there are now
    _require_free(laptop.links_port, "LINKS_PORT")
    laptop.links.make_secret()
    laptop.links.serve(laptop.store, os.environ)


def down(laptop: Laptop, *, delete: bool = False) -> str:
    """End it, and delete what it stored only where that is asked for; what is to be said about it."""
    laptop.links.daemon.stop()
    daemon, by_docker = laptop.daemon(), laptop.compose.works()
    in_docker = by_docker and laptop.compose.runs()
    ended = "MinIO has ended." if daemon.alive() or in_docker else "No MinIO was running."
    if delete:
        daemon.remove()
    else:
        daemon.stop()
    if in_docker or (by_docker and delete):
        laptop.compose.down(delete=delete)
    return f"{ended} {_about_what_it_stored(laptop, in_docker=in_docker, deleted=delete)}".rstrip()


def _about_what_it_stored(laptop: Laptop, *, in_docker: bool, deleted: bool) -> str:
    if deleted:
        return "What it stored is deleted."
    kept = [f"{laptop.daemon().folder.relative_to(ROOT)}"] if laptop.daemon().folder.exists() else []
    kept += [f"Docker's volume {laptop.compose.project}_data"] if in_docker else []
    if not kept:
        return ""
    return (
        f"What it stored is kept in {' and '.join(kept)}: `make up` goes on with it, `make down DELETE=1` deletes it."
    )


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


def _explain(laptop: Laptop) -> str:
    return (
        f"MinIO is at {laptop.endpoint_url}, its console at http://127.0.0.1:{laptop.console_port} "
        f"(user {laptop.user}).\n"
        f"Links are opened at {laptop.links.base_url}.\n"
        f"The bucket {laptop.bucket} is there. Next: make seed. `make down` ends MinIO and keeps what it stored."
    )


def main() -> None:
    """What `make up` and `make down` run."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("verb", choices=["up", "down"])
    arguments.add_argument("--delete", action="store_true")
    told = arguments.parse_args()
    end_like_ctrl_c()
    try:
        laptop = Laptop.from_env(os.environ)
        if told.verb == "up":
            up(laptop)
            print(_explain(laptop))
        else:
            print(down(laptop, delete=told.delete))
    except (LinkManifestError, PortTakenError, ComposeError, DaemonError, minio.MinioMissingError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted.")


if __name__ == "__main__":
    main()

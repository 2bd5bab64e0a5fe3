"""MinIO on this machine without Docker: the last release that was published as an image, from wherever it can be had.

Not a newer one: later ones hold listened events back until 4 KiB of them have gathered.
"""

import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

from local.daemon import Daemon
from local.kept import kept
from local.project import TOOLS

RELEASE = "RELEASE.2025-09-07T16-13-09Z"
MODULE = "github.com/minio/minio@v0.0.0-20250907161309-07c3a429bfed"  # that release's commit
OLDEST_GO = (1, 24)
START_SECONDS = 60

_INSTALL = ("go", "install", "-ldflags", f"-s -w -X github.com/minio/minio/cmd.ReleaseTag={RELEASE}", MODULE)


class MinioMissingError(Exception):
    """This machine has no MinIO of the right release, and cannot make one; the message says what is missing."""


def program() -> Path:
    """The server's program: from the PATH, or built into the project's tool folder, which takes minutes, once.

    Raises MinioMissingError.
    """
    found = shutil.which("minio")
    if found and RELEASE in _output(found, "--version"):
        return Path(found)
    return kept(TOOLS / "bin", RELEASE, _build) / "minio"


def start(daemon: Daemon, port: int, console_port: int, user: str, password: str) -> None:
    """Start one that keeps all it has in the daemon's folder; ready on return. MinioMissingError, DaemonError."""
    command = server_command(daemon.folder, port, console_port)
    env = environment(daemon.folder, user, password)
    daemon.start(command, env, lambda: is_ready(f"http://127.0.0.1:{port}"), START_SECONDS)


def server_command(folder: Path, port: int, console_port: int) -> list[str]:
    """https://github.com/minio/minio/tree/master/docs: `minio server`, on the loopback interface alone."""
    addresses = ("--address", f"127.0.0.1:{port}", "--console-address", f"127.0.0.1:{console_port}")
    return [str(program()), "server", str(folder / "data"), *addresses]


def environment(folder: Path, user: str, password: str) -> dict[str, str]:
    """All it gets: settings for another MinIO in the person's own environment are not for this one."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "MINIO_ROOT_USER": user,
        "MINIO_ROOT_PASSWORD": password,
        "MINIO_UPDATE": "off",
    }


def is_ready(endpoint_url: str) -> bool:
    """Whether a MinIO answers there; other stores have no such address."""
    try:
        with urllib.request.urlopen(f"{endpoint_url}/minio/health/ready", timeout=2) as answer:  # noqa: S310 -- http(s)
            return bool(answer.status == 200)  # noqa: PLR2004 -- OK
    except OSError:
        return False


def _build(folder: Path) -> None:
    if not _go_is_new_enough():
        raise MinioMissingError(
            f"MinIO is missing. One of these is needed: Docker, running, with its compose plugin; a `minio` of "
            f"{RELEASE} on the PATH; Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer, which builds that release. "
            "Or give another S3 store as S3_ENDPOINT_URL to the other targets."
        )
    print(f"Building MinIO {RELEASE} with Go, once: this takes one to four minutes.", flush=True)
    done = subprocess.run(
        _INSTALL, env=os.environ | {"GOBIN": str(folder)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise MinioMissingError(f"MinIO could not be built: `go install {MODULE}` failed.\n{done.stderr[-2000:]}")


def _go_is_new_enough() -> bool:
    version = re.match(r"go(\d+)\.(\d+)", _output("go", "env", "GOVERSION")) if shutil.which("go") else None
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_GO


def _output(*command: str) -> str:
    """What it prints; nothing where it is no program for this machine, or hangs."""
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""

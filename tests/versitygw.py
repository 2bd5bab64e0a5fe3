"""versitygw: a gateway from S3 to a folder, built with Go, which takes a minute or two, once.

https://github.com/versity/versitygw: ETags are extended attributes of its files; with `--nometa` it keeps none.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.kept import kept
from local.project import TOOLS
from tests.servers import Launch, Server, bare_environment, free_ports, new_server, running

VERSION = "v1.8.0"
_MODULE = f"github.com/versity/versitygw/cmd/versitygw@{VERSION}"


class VersitygwMissingError(Exception):
    """It cannot be built on this machine; the message says why."""


def program() -> Path:
    """Its program, built where it is missing. Raises VersitygwMissingError."""
    return kept(TOOLS / "versitygw", VERSION, _build) / "versitygw"


@contextmanager
def versitygw(*options: str) -> Iterator[Server]:
    """One over a folder of its own. `options` are those of its posix backend."""
    built = program()

    def launch(folder: Path) -> Launch:
        (port,) = free_ports(1)
        server = new_server("versitygw", port)
        (folder / "data").mkdir()
        keys = {"ROOT_ACCESS_KEY": server.access_key_id, "ROOT_SECRET_KEY": server.secret_access_key}
        command = (built, "--quiet", "--port", f"127.0.0.1:{port}", "posix", *options, folder / "data")
        return Launch(server, command, bare_environment() | keys)

    with running(launch) as server:
        yield server


def _build(folder: Path) -> None:
    if not shutil.which("go"):
        raise VersitygwMissingError("versitygw is built with Go 1.25 or newer, and there is no Go on this machine.")
    install = ("go", "install", "-ldflags", "-s -w", _MODULE)
    env = os.environ | {"GOBIN": str(folder)}
    done = subprocess.run(install, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise VersitygwMissingError(f"versitygw could not be built: `go install {_MODULE}`.\n{done.stderr[-2000:]}")

"""MinIO's client, `mc`: built with Go, which takes minutes, once.

A release whose code Go's checksum database vouches for.
"""

import os
import shutil
import subprocess
from pathlib import Path

from local.kept import kept
from local.project import TOOLS

RELEASE = "RELEASE.2025-07-21T05-28-08Z"
_MODULE = "github.com/minio/mc@v0.0.0-20250721052808-ee72571936f1"  # that release's commit
_INSTALL = ("go", "install", "-ldflags", f"-s -w -X github.com/minio/mc/cmd.ReleaseTag={RELEASE}", _MODULE)


class McMissingError(Exception):
    """It cannot be built on this machine; the message says why."""


def program() -> Path:
    """Its program, built where it is missing. Raises McMissingError."""
    return kept(TOOLS / "mc", RELEASE, _build) / "mc"


def _build(folder: Path) -> None:
    if not shutil.which("go"):
        raise McMissingError("mc is built with Go 1.23 or newer, and there is no Go on this machine.")
    print(f"Building mc {RELEASE} with Go, once: this takes one to four minutes.", flush=True)
    env = os.environ | {"GOBIN": str(folder)}
    done = subprocess.run(_INSTALL, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise McMissingError(f"mc could not be built: `go install {_MODULE}`.\n{done.stderr[-2000:]}")

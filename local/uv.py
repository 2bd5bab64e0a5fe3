"""uv, which installs what is pinned, and trusts whom this machine trusts.

    python -m local.uv pip install …

By itself it trusts the authorities it was built with, and not a company's own, which pip does
(https://docs.astral.sh/uv/concepts/authentication/certificates/). Imports nothing that is still to be installed.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_UV = Path(sys.executable).with_name("uv")
_LINUX_STORES = (  # of Debian and its kin, Red Hat's, SUSE, Alpine; the systems of others have one always
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def uv(*arguments: str | Path, **env: str) -> None:
    """Run it, with these variables besides. Raises CalledProcessError; uv has said why."""
    subprocess.run([_UV, "--quiet", *arguments], check=True, env=trusting(os.environ) | env)


def trusting(env: Mapping[str, str], stores: Iterable[str] = _LINUX_STORES) -> dict[str, str]:
    """This environment, and uv trusts the system; where that has no certificates, itself: it would trust nobody."""
    known = sys.platform != "linux" or any(Path(store).exists() for store in stores)
    return ({"UV_SYSTEM_CERTS": "1"} if known else {}) | dict(env)


if __name__ == "__main__":
    os.execve(_UV, [str(_UV), *sys.argv[1:]], trusting(os.environ))  # noqa: S606 -- no shell is wanted

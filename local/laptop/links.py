"""Where links are opened on this machine, and under which secret they are made: beside the MinIO of `make up`."""

import os
import secrets
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from local.daemon import Daemon, port_is_free
from local.laptop.ports import port_in
from local.project import LOCAL, ROOT
from shared.domain.errors import ConfigError

_AS_FOR_SCANS = ("MANIFEST_PREFIX", "MANIFEST_BUCKET", "PREFIX_DEPTH", "OPEN_EXPIRY_SECONDS", "POWERTOOLS_LOG_LEVEL")
_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class LocalLinks:
    """`port` is where they are opened, `folder` where the secret lies: with what the MinIO stores. Each has its own."""

    port: int
    folder: Path
    bucket: str

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def share_bucket(self) -> str:
        return f"{self.bucket}-shares"

    @property
    def daemon(self) -> Daemon:
        return Daemon(self.folder.with_name(f"links-of-{self.folder.name}"))

    def make_secret(self) -> None:
        """Once: links under it are to be opened as long as there is what they lead to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._secret.exists():
            descriptor, made = tempfile.mkstemp(dir=self.folder)  # mode 600; whole or not at all, whoever is killed
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
            Path(made).rename(self._secret)

    def environment(self) -> dict[str, str]:
        """What the functions are told. Raises ConfigError where `make up` has made no secret."""
        try:
            secret = self._secret.read_text()
        except FileNotFoundError as error:
            raise ConfigError(
                f"there is no {os.path.relpath(self._secret)}: links have no secret. `make up` makes one; or give "
                "LINK_SECRET, of at least 32 bytes, and LINK_BASE_URL."
            ) from error
        return {"LINK_SECRET": secret, "LINK_BASE_URL": self.base_url, "SHARE_BUCKET": self.share_bucket}

    def serve(self, store: Mapping[str, str], env: Mapping[str, str]) -> None:
        """Open links from now on, by the code and settings there are now. Raises DaemonError.

        `store`: which S3, and who asks it.
        """
        kept = {name: env[name] for name in _AS_FOR_SCANS if name in env}
        own = {"PATH": env["PATH"], "PYTHONPATH": str(ROOT), "BUCKET_NAME": self.bucket, "PREFIX": ""}
        command = [sys.executable, "-m", "local.laptop.link_server", str(self.port)]
        self.daemon.start(command, {**own, **kept, **self.environment(), **store}, self._answers, _START_SECONDS)

    @property
    def _secret(self) -> Path:
        return self.folder / "link-secret"

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.base_url}/", timeout=2).close()  # noqa: S310 -- http
        except HTTPError as told:
            return told.code == HTTPStatus.NOT_FOUND
        except OSError:
            return False
        return False


def provide(env: MutableMapping[str, str]) -> None:
    """Tell the functions of the links on this machine, where stable ones are wanted and nobody has told them of others.

    S3_ENDPOINT_URL says which MinIO is meant. Raises ConfigError.
    """
    if env.get("LINKS") != "stable" or env.get("LINK_SECRET") or env.get("LINK_SECRET_ID"):
        return
    url = urlsplit(env.get("S3_ENDPOINT_URL", ""))
    if url.hostname in ("127.0.0.1", "localhost"):
        folder = LOCAL / f"minio-{url.port}"
        links = LocalLinks(port_in(env, "LINKS_PORT", 9002), folder, env.get("BUCKET_NAME", ""))
        told = links.environment()
        if port_is_free(links.port):
            raise ConfigError(
                f"nobody opens links at {links.base_url}. Give LINKS_PORT as `make up` was given it, or run that again."
            )
        for name, value in told.items():
            env.setdefault(name, value)

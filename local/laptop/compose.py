"""docker-compose.yml, where this machine has a Docker that works."""

import shutil
import subprocess
from dataclasses import dataclass

from local.project import ROOT

_PATIENCE = 20  # seconds; a daemon that is asleep must not hold `make up` up for ever


class ComposeError(Exception):
    """Docker Compose failed; it has said why."""


@dataclass(frozen=True, slots=True)
class Compose:
    """The services under a project name of their own, so that two ports are two of them."""

    project: str

    def works(self) -> bool:
        """Whether there is a daemon to ask, and the compose plugin; the command alone is not enough."""
        return shutil.which("docker") is not None and self._asks("ls")

    def runs(self) -> bool:
        return self._asks("ps", "--quiet", answer=True)

    def up(self, *services: str) -> None:
        """Start them, and wait until they are healthy."""
        self._do("up", "--detach", "--wait", *services)

    def down(self, *, delete: bool = False) -> None:
        """End them; what they stored stays in the project's volume, or goes too."""
        self._do("down", *(["--volumes"] if delete else []))

    def _asks(self, *arguments: str, answer: bool = False) -> bool:
        try:
            done = subprocess.run(
                self._command(*arguments), cwd=ROOT, capture_output=True, check=False, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0 and (not answer or bool(done.stdout.strip()))

    def _do(self, *arguments: str) -> None:
        if subprocess.run(self._command(*arguments), cwd=ROOT, check=False).returncode:
            raise ComposeError(f"`docker compose {' '.join(arguments)}` failed: see above.")

    def _command(self, *arguments: str) -> list[str]:
        return ["docker", "compose", "--project-name", self.project, *arguments]

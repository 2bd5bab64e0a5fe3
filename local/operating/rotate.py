"""A new secret for links that do not expire: what was made under the one before the last opens no more.

    python -m local.operating.rotate STACK

Interrupted, it goes on when it is run again, and replaces nothing twice: the secret itself tells that it has to.
"""

import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.deployed.aws import Aws
from local.deployed.reached import Reached, StackError, reached
from local.operating.machine import Machine, ScanFailedError
from local.operating.record import on_record
from local.operating.rotation import REPLACED, LastScan, RotationError, Version, is_done, require_possible, told
from local.signals import end_like_ctrl_c
from shared.links.secret import SIGNS_FOR

_LOOKS_EVERY = 2  # seconds
_AGAIN_AFTER = 10


class Rotation:
    """One stack's. `caches`: for how many seconds functions may go on with the secret they know."""

    def __init__(
        self,
        aws: Aws,
        stack: Reached,
        screen: Console,
        caches: float = SIGNS_FOR,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises StackError where it makes no such links, or opens none."""
        self._aws, self._stack, self._screen = aws, stack, screen
        self._caches, self._sleep = caches, sleep
        self._secret = stack.output("LinkSecretId")
        if stack.parameters.get("Links") != "stable":
            raise StackError(
                f"Manifests of {stack.name} carry presigned links, which end by themselves: there is nothing to "
                "rotate. Stable ones that were given out before end with another LinkSecretArn. Shares do not "
                "depend on the secret; `make unshare` ends one."
            )

    def run(self) -> None:
        """All of it. Raises RotationError, and what AWS answers."""
        version = self._begun()
        self._wait(version)
        self._scan(version)
        if version.marked:
            self._mark(RemoveFromVersionId=version.marked)
        self._say("Every manifest carries links under the new secret, and no others.")
        self._say(
            f"Links that were made before {told(version.made)} open until the next rotation: where "
            "somebody has them who must not, run this once more. Shares are as they were."
        )

    def _begun(self) -> Version:
        version = self._current()
        if version.unfinished:
            self._say(f"The rotation of {told(version.made)} is not over: it goes on, nothing is replaced.")
            return version
        require_possible(version, self._last_scan(), self._caches)
        if version.marked != version.id:
            self._mark(MoveToVersionId=version.id, **{"RemoveFromVersionId": version.marked} if version.marked else {})
        # Of two that begin at once only one can give a version this name.
        token, value = str(uuid5(NAMESPACE_OID, version.id)), secrets.token_urlsafe(48)
        self._put(value, token)
        self._say(
            "The secret is replaced. Links under the one before it open, those under older ones end within a minute."
        )
        while (made := self._current()).id != token:  # what is listed may be some moments old
            self._sleep(_LOOKS_EVERY)
        return made

    def _put(self, value: str, token: str) -> None:
        try:
            self._aws.secrets.put_secret_value(SecretId=self._secret, SecretString=value, ClientRequestToken=token)
        except self._aws.secrets.exceptions.ResourceExistsException as error:
            raise RotationError(
                "The secret was replaced from this version before, and put back since: Secrets Manager still has what "
                "replaced it. Put another value there by hand (put-secret-value), then run this again."
            ) from error

    def _wait(self, version: Version) -> None:
        """Until no function makes links under the one before it."""
        self._say(f"Every function knows it at {told(version.forgotten(self._caches))}; then everything is scanned …")
        with self._screen.status("") as status:
            while (left := (version.forgotten(self._caches) - datetime.now(UTC)).total_seconds()) > 0:
                status.update(f"{left:.0f} s until every function knows the new secret …")
                self._sleep(min(left, 1))

    def _scan(self, version: Version) -> None:
        """An older scan of the same goes on instead of a new one, but may have begun too early: hence again."""
        while not is_done(version, self._last_scan(), self._caches):
            with self._screen.status("a full scan writes every manifest anew …"):
                self._run_machine()
            if not is_done(version, self._last_scan(), self._caches):
                self._say("A scan that began too early has ended, or still runs: the next is waited for.")
                self._sleep(_AGAIN_AFTER)

    def _run_machine(self) -> None:
        machine = Machine(self._aws, self._stack, self._sleep)
        try:
            machine.follow(machine.start({"prefix": ""}))
        except ScanFailedError as error:
            raise RotationError(
                f"{error} Until one is complete manifests may carry links under the "
                "secret before. Mend the cause and run this again: it goes on."
            ) from error

    def _mark(self, **versions: str) -> None:
        self._aws.secrets.update_secret_version_stage(SecretId=self._secret, VersionStage=REPLACED, **versions)

    def _current(self) -> Version:
        listed = self._aws.secrets.list_secret_version_ids(SecretId=self._secret)["Versions"]
        return Version.of([dict(each) for each in listed])

    def _last_scan(self) -> LastScan | None:
        found = on_record(self._aws, self._stack)
        return LastScan.of(found, self._stack.bucket) if found else None

    def _say(self, text: str) -> None:
        self._screen.print(text, markup=False, soft_wrap=True)


def main() -> None:
    """What `make rotate-links` runs."""
    (name,) = sys.argv[1:]
    end_like_ctrl_c()
    aws = Aws.of_environment()
    try:
        Rotation(aws, reached(aws, name), Console(highlight=False)).run()
    except KeyboardInterrupt:
        sys.exit("Interrupted. Run it again, and it goes on; nothing is replaced twice.")
    except (StackError, RotationError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

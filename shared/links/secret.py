"""The secret under which stable links are made: given as it is, or kept in Secrets Manager.

There its stage AWSCURRENT makes links, and both it and AWSPREVIOUS open them:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.config import SHORTEST_SECRET
from shared.domain.errors import AccessDeniedError, ConfigError, LinkManifestError, StoreUnavailableError
from shared.telemetry import logger

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

SIGNS_FOR = 300  # seconds that a secret is used for new links after it was read: so long a rotation waits
_OPENS_FOR = 60
_STAGES = ("AWSCURRENT", "AWSPREVIOUS")
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


class Secret(Protocol):
    """What makes links, and what opens them: the newest first."""

    def signing(self) -> bytes: ...

    def opening(self) -> tuple[bytes, ...]: ...

    def opening_anew(self) -> tuple[bytes, ...]:
        """The same after another look, for what none of them fits; nothing where there was such a look just now."""


class FixedSecret:
    """One that is given, and never changes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def signing(self) -> bytes:
        return self._secret

    def opening(self) -> tuple[bytes, ...]:
        return (self._secret,)

    def opening_anew(self) -> tuple[bytes, ...]:
        return ()


class KeptSecret:
    """One that is kept elsewhere; `read` gets all its stages, and raises what is wrong."""

    def __init__(self, read: Callable[[], tuple[bytes, ...]], clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._stages: tuple[bytes, ...] = ()
        self._read_at = self._missed_at = float("-inf")
        self._reading = Lock()

    def signing(self) -> bytes:
        return self._younger_than(SIGNS_FOR)[0]

    def opening(self) -> tuple[bytes, ...]:
        return self._younger_than(_OPENS_FOR)

    def opening_anew(self) -> tuple[bytes, ...]:
        with self._reading:
            if self._clock() - self._missed_at < _OPENS_FOR:
                return ()
            self._missed_at = self._clock()
        return self._younger_than(0)

    def _younger_than(self, seconds: float) -> tuple[bytes, ...]:
        with self._reading:
            if not self._stages or self._clock() - self._read_at >= seconds:
                self._refresh()
            return self._stages

    def _refresh(self) -> None:
        """Where it cannot be read again, what was read last goes on: links must not die with Secrets Manager."""
        self._read_at = self._clock()
        try:
            self._stages = self._read()
        except LinkManifestError as error:
            if not self._stages:
                raise
            logger.error("the secret cannot be read again", error=type(error).__name__, why=str(error))


def in_secrets_manager(session: boto3.Session, secret_id: str) -> KeptSecret:
    """Nothing is asked of Secrets Manager before the first link."""
    made: list[SecretsManagerClient] = []

    def read() -> tuple[bytes, ...]:
        if not made:
            made.append(session.client("secretsmanager", config=_CONFIG))
        found = [_stage(made[0], secret_id, stage) for stage in _STAGES]
        return tuple(each for each in found if each is not None)

    return KeptSecret(read)


def _stage(client: "SecretsManagerClient", secret_id: str, stage: str) -> bytes | None:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html."""
    try:
        told = client.get_secret_value(SecretId=secret_id, VersionStage=stage)
    except (BotoCoreError, ClientError) as error:
        if stage != _STAGES[0] and _code(error) == "ResourceNotFoundException":
            return None  # it was never rotated, or what came before was dropped
        raise _explained(error, secret_id) from error
    secret = told["SecretString"].encode() if "SecretString" in told else bytes(told.get("SecretBinary", b""))
    return checked(secret, f"LINK_SECRET_ID {secret_id!r} ({stage})")


def checked(secret: bytes, what: str) -> bytes:
    """The secret, where it is long enough. Raises ConfigError, which never holds it."""
    if len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"{what} has {len(secret)} bytes, but must have at least {SHORTEST_SECRET}. Make a longer one."
        )
    return secret


def _explained(error: Exception, secret_id: str) -> LinkManifestError:
    code, asked = _code(error), f"secret {secret_id!r} (LINK_SECRET_ID)"
    if code == "ResourceNotFoundException":
        return ConfigError(f"{asked}: there is none, or it has no value. Make it, or name the right one.")
    if code in ("AccessDeniedException", "DecryptionFailure"):
        return AccessDeniedError(f"{asked}: {code}. Allow secretsmanager:GetSecretValue (and its key) in the role.")
    if code in ("InvalidRequestException", "InvalidParameterException", "ValidationException"):
        return ConfigError(f"{asked}: {code}. Is it about to be deleted, or its name none?")
    return StoreUnavailableError(f"{asked}: {code}. Secrets Manager is to be asked again.")


def _code(error: Exception) -> str:
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else type(error).__name__

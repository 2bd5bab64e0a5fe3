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

from shared.config import checked_secret
from shared.domain.errors import AccessDeniedError, ConfigError, LinkManifestError, StoreUnavailableError
from shared.telemetry import logger

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

SIGNS_FOR = 300  # seconds that a secret is used for new links after it was read: so long a rotation waits
_SIGNS_UNREAD = 240  # after which it is read again: a minute is left for it to fail
_OPENS_FOR = 60
_OPENS_UNREAD = 3600  # where it cannot be read again
_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})

_MISSING = "ResourceNotFoundException"
_IMPOSSIBLE = ("InvalidRequestException", "InvalidParameterException", "ValidationException", "ParamValidationError")
_FORBIDDEN = ("AccessDeniedException", "DecryptionFailure")


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
    """One that is kept elsewhere; `read` gets all its stages, and raises what is wrong.

    `clock` is the wall's, in seconds: while Lambda has an environment frozen others may stand still,
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
    """

    def __init__(self, read: Callable[[], tuple[bytes, ...]], clock: Callable[[], float] = time.time) -> None:
        self._read, self._clock = read, clock
        self._stages: tuple[bytes, ...] = ()
        self._read_at = self._tried_at = self._missed_at = float("-inf")
        self._reading = Lock()

    def signing(self) -> bytes:
        """Raises where it cannot be read, and was not for SIGNS_FOR: a rotation waits no longer for links under it."""
        with self._reading:
            if not self._is_since(self._read_at, _SIGNS_UNREAD):
                self._read_again(SIGNS_FOR)
            return self._stages[0]

    def opening(self) -> tuple[bytes, ...]:
        """Raises where it cannot be read, and was not for an hour: links must not die with Secrets Manager at once."""
        with self._reading:
            known = self._is_since(self._tried_at, _OPENS_FOR) and self._is_since(self._read_at, _OPENS_UNREAD)
            if not known:
                self._read_again(_OPENS_UNREAD)
            return self._stages

    def opening_anew(self) -> tuple[bytes, ...]:
        with self._reading:
            if self._is_since(self._missed_at, _OPENS_FOR):
                return ()
            self._missed_at = self._clock()
            self._read_again(_OPENS_UNREAD)
            return self._stages

    def _is_since(self, then: float, seconds: float) -> bool:
        """Whether that was less than so many seconds ago; where a clock was put back nobody knows."""
        return 0 <= self._clock() - then < seconds

    def _read_again(self, goes_on: float) -> None:
        """Where that fails, what was read less than so many seconds ago goes on."""
        self._tried_at = self._clock()
        try:
            self._stages, self._read_at = self._read(), self._tried_at
        except LinkManifestError as error:
            if not self._is_since(self._read_at, goes_on):
                raise
            logger.error("the secret cannot be read again", error=type(error).__name__, why=str(error))


def in_secrets_manager(session: boto3.Session, secret_id: str) -> KeptSecret:
    """It is not asked for before the first link. Raises ConfigError where nobody can be asked."""
    try:
        client = session.client("secretsmanager", config=_CONFIG)
    except (BotoCoreError, ValueError) as error:
        raise ConfigError(f"{_named(secret_id)} cannot be asked for: {error}") from error
    return KeptSecret(lambda: _stages(client, secret_id))


def _stages(client: "SecretsManagerClient", secret_id: str) -> tuple[bytes, ...]:
    current, what = _value(client, secret_id, "AWSCURRENT"), _named(secret_id)
    if current is None:
        raise ConfigError(f"{what}: there is none, or it has no value. Make it, or name the right one.")
    checked = checked_secret(current, what)
    return (checked, *_usable(_value(client, secret_id, "AWSPREVIOUS"), what))


def _usable(previous: bytes | None, what: str) -> tuple[bytes, ...]:
    """Not a short one: it has made no link, and whoever has replaced it need not do so twice."""
    try:
        return () if previous is None else (checked_secret(previous, f"the AWSPREVIOUS of {what}"),)
    except ConfigError as short:
        logger.warning("the secret before this one opens nothing", why=str(short))
        return ()


def _value(client: "SecretsManagerClient", secret_id: str, stage: str) -> bytes | None:
    """None: no version has this stage. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html."""
    try:
        told = client.get_secret_value(SecretId=secret_id, VersionStage=stage)
    except (BotoCoreError, ClientError) as error:
        if (code := _code(error)) == _MISSING:
            return None
        raise _explained(code, _named(secret_id)) from error
    return told["SecretString"].encode() if "SecretString" in told else bytes(told.get("SecretBinary", b""))


def _explained(code: str, what: str) -> LinkManifestError:
    if code in _IMPOSSIBLE:
        return ConfigError(f"{what}: {code}. Is it about to be deleted, or no secret's name?")
    if code in _FORBIDDEN:
        return AccessDeniedError(
            f"{what}: {code}. Allow secretsmanager:GetSecretValue, and use of its key, in the role."
        )
    return StoreUnavailableError(f"{what}: {code}. Secrets Manager is to be asked again.")


def _code(error: Exception) -> str:
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else type(error).__name__


def _named(secret_id: str) -> str:
    return f"secret {secret_id!r} (LINK_SECRET_ID)"

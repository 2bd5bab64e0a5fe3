"""The secret under which stable links are made: given as it is, or kept in Secrets Manager.

There its stage AWSCURRENT makes links, and both it and AWSPREVIOUS open them:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
"""

import time
from collections.abc import Callable
from typing import Protocol

import boto3

from shared.config import checked_secret
from shared.domain.errors import ConfigError
from shared.links.kept import Kept, Span
from shared.links.secrets_manager import NamedSecret, secrets_client
from shared.telemetry import logger

SIGNS_FOR = 300  # seconds that a secret is used for new links after it was read: so long a rotation waits
_SIGNING = Span(unread=240, goes_on=SIGNS_FOR)  # a minute is left for it to fail
_OPENING = Span(unread=60, goes_on=3600, pause=60)


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

    def __init__(self, read: Callable[[], tuple[bytes, ...]], clock: Callable[[], float] = time.time) -> None:
        self._kept = Kept("the secret", read, clock)

    def signing(self) -> bytes:
        """Raises where it cannot be read, and was not for SIGNS_FOR: a rotation waits no longer for links under it."""
        return self._kept.value(lambda _: _SIGNING)[0]

    def opening(self) -> tuple[bytes, ...]:
        """Raises where it cannot be read, and was not for an hour: links must not die with Secrets Manager at once."""
        return self._kept.value(lambda _: _OPENING)

    def opening_anew(self) -> tuple[bytes, ...]:
        return self._kept.anew(lambda _: _OPENING, _OPENING.pause) or ()


def in_secrets_manager(session: boto3.Session, secret_id: str) -> KeptSecret:
    """It is not asked for before the first link. Raises ConfigError where nobody can be asked."""
    variable = "LINK_SECRET_ID"
    client = secrets_client(session, f"secret {secret_id!r} ({variable})")
    secret = NamedSecret(lambda: client, secret_id, variable)
    return KeptSecret(lambda: _stages(secret))


def _stages(secret: NamedSecret) -> tuple[bytes, ...]:
    checked = checked_secret(secret.current(), str(secret))
    return (checked, *_usable(secret.value("AWSPREVIOUS"), str(secret)))


def _usable(previous: bytes | None, what: str) -> tuple[bytes, ...]:
    """Not a short one: it has made no link, and whoever has replaced it need not do so twice."""
    try:
        return () if previous is None else (checked_secret(previous, f"the AWSPREVIOUS of {what}"),)
    except ConfigError as short:
        logger.warning("the secret before this one opens nothing", why=str(short))
        return ()

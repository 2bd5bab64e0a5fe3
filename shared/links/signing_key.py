"""A long-lived key that signs documents' links, kept in Secrets Manager.

    {"access_key_id": …, "secret_access_key": …}

An IAM user's has no session that ends: links live as long as they were asked for, up to seven days,
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html; or until the key is deactivated.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from shared.domain.errors import ConfigError
from shared.links.kept import Kept, Span
from shared.links.secrets_manager import NamedSecret
from shared.links.signature import SigningKey

_HELD = Span(unread=300, goes_on=3600, pause=15)
_REMEMBERED = 5  # seconds: what many threads ask for at once fails once
_FIELDS = ("access_key_id", "secret_access_key")
_WANTED = f'a JSON object of two texts, "{_FIELDS[0]}" and "{_FIELDS[1]}", and of nothing else'
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html; emulators have shorter ones.
_ACCESS_KEY = re.compile(r"\w{3,128}", re.ASCII)
_SECRET_KEY = re.compile(r"[!-~]{3,256}")
_TEMPORARY = "ASIA"  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes


class LongLivedKey:
    """The key as the secret has it: read again after five minutes, and used on for an hour where it cannot be."""

    def __init__(self, secret: NamedSecret, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._kept = Kept("the key that signs links", self._read, clock, remembers=_REMEMBERED)

    def __call__(self) -> SigningKey:
        """Raises ConfigError, AccessDeniedError, CredentialsError or StoreUnavailableError."""
        return self._kept.value(lambda _: _HELD)

    def _read(self) -> SigningKey:
        return key_in(self._secret.current(), str(self._secret))


def key_in(value: bytes, what: str) -> SigningKey:
    """Read a secret's value. Raises ConfigError, which never holds any of it."""
    access_key, secret_key = _texts(value, what)
    if not _ACCESS_KEY.fullmatch(access_key) or not _SECRET_KEY.fullmatch(secret_key):
        raise ConfigError(f"{what} holds no key: a part of it is empty, or has a space or a line's end. Write it anew.")
    if access_key.startswith(_TEMPORARY):
        raise ConfigError(f"{what} holds a temporary key, which is none without its session. Put an IAM user's there.")
    return SigningKey(access_key, secret_key)


def _texts(value: bytes, what: str) -> tuple[str, str]:
    try:
        told: Any = json.loads(value)
    except ValueError:
        raise ConfigError(f"{what} is no JSON, but must be {_WANTED}.") from None  # the cause would show it
    if not isinstance(told, dict) or sorted(told) != sorted(_FIELDS) or not all(map(_is_text, told.values())):
        raise ConfigError(f"{what} must be {_WANTED}.")
    return told[_FIELDS[0]], told[_FIELDS[1]]


def _is_text(value: object) -> bool:
    return isinstance(value, str)

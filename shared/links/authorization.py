"""Requests signed in their headers: Signature Version 4 for what an event asks of S3.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from shared.links.address import base_url, percent_encoded, signed_host
from shared.links.signature import ALGORITHM, Scope, SigningKey, signing_region


class Authorizer:
    """Signs requests to any bucket, now. `key` is asked every time: credentials are renewed while a function lives."""

    def __init__(
        self,
        region: str,
        endpoint_url: str | None,
        key: Callable[[], SigningKey],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._region = signing_region(region)
        self._endpoint_url = endpoint_url
        self._key = key
        self._now = now

    def address(self, bucket: str) -> str:
        """What a percent-encoded key is appended to."""
        return base_url(bucket, self._region, self._endpoint_url)

    def signed(
        self, method: str, bucket: str, key: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[str, dict[str, str]]:
        """The URL of an object, and the headers (names in lower case) with those that authorize this very request.

        Raises UnicodeEncodeError for a key with a lone surrogate, and what `key` raises.
        """
        credentials, scope = self._key(), Scope.at(self._now(), self._region)
        address, name = self.address(bucket), percent_encoded(key)
        host, path = _split(address)
        sent = {**headers, **_own(credentials, scope, body)}
        covered = {"host": host, **sent}
        names = ";".join(sorted(covered))
        lines = "".join(f"{name}:{' '.join(covered[name].split())}\n" for name in sorted(covered))
        canonical = f"{method}\n{path}{name}\n\n{lines}\n{names}\n{sent['x-amz-content-sha256']}"
        mac = scope.keyed(credentials.secret_key)
        mac.update(hashlib.sha256(canonical.encode()).hexdigest().encode())
        authorization = (
            f"{ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={mac.hexdigest()}"
        )
        return address + name, {**sent, "authorization": authorization}


def _own(credentials: SigningKey, scope: Scope, body: bytes) -> dict[str, str]:
    own = {"x-amz-content-sha256": hashlib.sha256(body).hexdigest(), "x-amz-date": scope.stamp}
    return own if not credentials.token else own | {"x-amz-security-token": credentials.token}


@lru_cache(maxsize=64)
def _split(address: str) -> tuple[str, str]:
    return signed_host(address), urlsplit(address).path

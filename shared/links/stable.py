"""Stable links: an address of ours for each document, which answers with a fresh presigned link when it is opened.

    https://links.example.com/d/<mac>/<key>/<name>

`mac` is for whoever does not know the secret impossible to make: the first 16 bytes of HMAC-SHA-256
(https://www.rfc-editor.org/rfc/rfc2104) under a key that HKDF (https://www.rfc-editor.org/rfc/rfc5869) derives from
the secret, over the bucket's name, a NUL and the key. Such a link names a key, not a content, and does not expire.
"""

import hmac
from functools import lru_cache

from shared.domain.errors import ConfigError
from shared.domain.opaque import decoded, encoded, named, text
from shared.links.secret import Secret

_MAC_BYTES = 16
_INFO = b"document-link/v1"


class StableSigner:
    """Makes one bucket's links under one secret."""

    expires_at = None

    def __init__(self, base_url: str, bucket: str, secret: bytes) -> None:
        self._base = f"{base_url}/d/"
        self._begun = hmac.new(derived(secret, _INFO), bucket.encode() + b"\0", "sha256")

    def link(self, key: str) -> str:
        """The address of that key, which is Unicode text without lone surrogates (UnicodeEncodeError)."""
        return f"{self._base}{encoded(self.mac(key))}/{named(key)}"

    def keeps(self, key: str, url: str, expires_at: str | None) -> bool:
        """Whether it is the same link."""
        return expires_at is None and url == self.link(key)

    def mac(self, key: str) -> bytes:
        mac = self._begun.copy()
        mac.update(key.encode())
        return mac.digest()[:_MAC_BYTES]


_signer = lru_cache(maxsize=8)(StableSigner)  # a key is derived once, not for each click


class StableLinks:
    """The links of one bucket: made with the newest secret, opened with the one before it, too."""

    def __init__(self, base_url: str, bucket: str, secret: Secret) -> None:
        self._base_url, self._bucket, self._secret = base_url, bucket, secret

    def signing(self, bucket: str) -> StableSigner:
        """Raises ConfigError for another bucket, whose documents nobody could open."""
        if bucket != self._bucket:
            raise ConfigError(
                f"LINKS is 'stable', so that only documents of BUCKET_NAME {self._bucket!r} have links, and none in "
                f"bucket {bucket!r}. Send its events and scans to a deployment of its own."
            )
        return self._signer(self._secret.signing())

    def key_of(self, mac: str, key: str) -> str | None:
        """The key that these two segments of an address open; None: they open nothing."""
        claimed, wanted = decoded(mac), text(key)
        if claimed is None or wanted is None:
            return None
        return wanted if self._fits(claimed, wanted) else None

    def _fits(self, claimed: bytes, key: str) -> bool:
        """A secret that is newer than what is known here may have made it: hence the second try."""
        asks = (self._secret.opening, self._secret.opening_anew)
        return any(hmac.compare_digest(claimed, self._signer(each).mac(key)) for ask in asks for each in ask())

    def _signer(self, secret: bytes) -> StableSigner:
        return _signer(self._base_url, self._bucket, secret)


def derived(secret: bytes, info: bytes) -> bytes:
    """The first 32 bytes of HKDF-SHA-256 without a salt."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\1", "sha256")

"""Presigned links: Signature Version 4 in the query, everything constant for one second worked out once.

Byte for byte what botocore signs with `signature_version="s3v4"` and, on AWS, `addressing_style="virtual"`.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from shared.domain.instant import instant
from shared.links.address import percent_encoded, signed_host
from shared.links.signature import ALGORITHM, Scope, SigningKey

Parameters = tuple[tuple[str, str], ...]

_SIGNED_AT = re.compile(r"[^?#]*\?(?:[^&#]*&)*?X-Amz-Date=([0-9]{8}T[0-9]{6}Z)(?![^&#])").match


class Signer:
    """Signs links as of one moment. Made by `Presigner.at`."""

    __slots__ = (
        *("_asked", "_base_url", "_canonical_begin", "_canonical_end", "_keyed", "_mark", "_now", "_query"),
        "expires_at",
    )

    def __init__(  # noqa: PLR0913 -- the constant parts of a link, each by its name
        self,
        *,
        base_url: str,
        query: str,
        method: str,
        canonical_end: str,
        keyed: hmac.HMAC,
        now: datetime,
        asked: timedelta,
        mark: str,
        expires_at: str,
    ) -> None:
        self.expires_at = expires_at
        """When these links stop working, such as "2026-04-02T08:26:50Z"."""
        self._base_url = base_url
        self._canonical_begin = f"{method}\n{urlsplit(base_url).path}"
        self._query = query
        self._canonical_end = canonical_end
        self._keyed = keyed
        self._now = now
        self._asked = asked
        self._mark = mark

    def link(self, key: str) -> str:
        """Sign a request of that key, which is Unicode text without lone surrogates (UnicodeEncodeError)."""
        name = percent_encoded(key)
        canonical = f"{self._canonical_begin}{name}\n{self._canonical_end}"
        mac = self._keyed.copy()
        mac.update(hashlib.sha256(canonical.encode()).hexdigest().encode())
        return f"{self._base_url}{name}?{self._query}&X-Amz-Signature={mac.hexdigest()}"

    def keeps(self, key: str, url: str, expires_at: str | None) -> bool:
        """Whether an earlier link is fresh: more than half of its time from signing to `expires_at` is left.

        A link to another object, one that does not tell when it was signed, a time that cannot be read: not fresh. Nor
        is one that was signed by credentials of another kind, or to live longer than is asked for now: what it says of
        its end may be no truth any more.
        """
        if expires_at is None or not url.startswith(f"{self._base_url}{percent_encoded(key)}?"):
            return False
        signed, ends = signed_at(url), instant(expires_at)
        if signed is None or ends is None or self._mark not in url:
            return False
        return (ends - signed) / 2 < ends - self._now and ends - signed <= self._asked


class Presigner:
    """Signs links to one bucket's objects.

    `base_url` is what a key is appended to (see `base_url`), `expiry_seconds` is 1 to 604800. A link is good for one
    method; `parameters` of the request, such as `response-content-type`, are signed with it.
    """

    def __init__(
        self,
        base_url: str,
        region: str,
        expiry_seconds: int,
        method: str = "GET",
        parameters: Parameters = (),
    ) -> None:
        self._base_url = base_url
        self._host = signed_host(base_url)
        self._region = region
        self._expiry_seconds = expiry_seconds
        self._method = method
        self._parameters = parameters

    def at(self, key: SigningKey, now: datetime) -> Signer:
        """Work out all that links signed with this key at this time (aware) have in common."""
        scope = Scope.at(now, self._region)
        query = self._query(key, scope)
        canonical_query = urlencode(sorted(query.items()), quote_via=quote, safe="~")
        return Signer(
            base_url=self._base_url,
            query=urlencode(query, quote_via=quote, safe="~"),
            method=self._method,
            canonical_end=f"{canonical_query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD",
            keyed=scope.keyed(key.secret_key),
            now=now,
            asked=timedelta(seconds=self._expiry_seconds),
            mark=_mark(key),
            expires_at=self._expires_at(key.ends_at, now),
        )

    def _query(self, key: SigningKey, scope: Scope) -> dict[str, str]:
        """In the order a link shows them; the signature covers them sorted."""
        parameters = {
            **dict(self._parameters),
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{key.access_key}/{scope}",
            "X-Amz-Date": scope.stamp,
            "X-Amz-Expires": str(self._expiry_seconds),
            "X-Amz-SignedHeaders": "host",
        }
        return parameters if key.token is None else parameters | {"X-Amz-Security-Token": key.token}

    def _expires_at(self, session_ends_at: datetime | None, now: datetime) -> str:
        expires_at = now + timedelta(seconds=self._expiry_seconds)
        earliest = min(expires_at, session_ends_at or expires_at)
        return earliest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mark(key: SigningKey) -> str:
    """What tells of a link that it dies no sooner than those of this key would.

    A long-lived key may be deactivated when another has taken its place: its own links only. A session's key is another
    for each function and hour; of these links know their ends.
    """
    return f"&X-Amz-Credential={quote(key.access_key, safe='~')}%2F" if key.token is None else "&X-Amz-Security-Token="


def signed_at(url: str) -> datetime | None:
    """Read from a link when it was signed (aware UTC); None where it does not tell."""
    found = _SIGNED_AT(url)
    return instant(found[1]) if found else None

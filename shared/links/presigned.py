"""Presigned GET links: Signature Version 4 in the query, everything constant for one second worked out once.

Byte for byte what botocore signs with `signature_version="s3v4"` and, on AWS, `addressing_style="virtual"`.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_ENCODED = tuple(quote(bytes([byte]), safe="/~") for byte in range(256))
_NEEDS_NO_ENCODING = re.compile(r"[A-Za-z0-9._~/-]*").fullmatch  # most keys: a fifth of the time encoding takes
_SIGNED_AT = re.compile(r"[^?#]*\?(?:[^#]*&)?X-Amz-Date=([0-9]{8}T[0-9]{6}Z)(?![^&#])").match
_VIRTUAL_HOSTED = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]").fullmatch  # a dot would break TLS's wildcard
_DEFAULT_PORT = {"http": 80, "https": 443}
_GLOBAL = "us-east-1"  # the one region whose buckets are reached without naming it
_DOMAINS = {  # by the beginning of a region's name; every other partition is under amazonaws.com
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Credentials as they are right now. `ends_at` (aware) is the end of their session, where that is known."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    ends_at: datetime | None = None


class Signer:
    """Signs links as of one moment. Made by `Presigner.at`."""

    __slots__ = ("_base_url", "_canonical_end", "_keyed", "_now", "_path", "_query", "expires_at")

    def __init__(  # noqa: PLR0913 -- the constant parts of a link, each by its name
        self,
        *,
        base_url: str,
        query: str,
        canonical_end: str,
        keyed: hmac.HMAC,
        now: datetime,
        expires_at: str,
    ) -> None:
        self.expires_at = expires_at
        """When these links stop working, such as "2026-04-02T08:26:50Z"."""
        self._base_url = base_url
        self._path = urlsplit(base_url).path
        self._query = query
        self._canonical_end = canonical_end
        self._keyed = keyed
        self._now = now

    def link(self, key: str) -> str:
        """Sign a GET of that key, which is Unicode text without lone surrogates (UnicodeEncodeError)."""
        name = percent_encoded(key)
        canonical = f"GET\n{self._path}{name}\n{self._canonical_end}"
        mac = self._keyed.copy()
        mac.update(hashlib.sha256(canonical.encode()).hexdigest().encode())
        return f"{self._base_url}{name}?{self._query}&X-Amz-Signature={mac.hexdigest()}"

    def keeps(self, url: str, expires_at: str) -> bool:
        """Whether an earlier link is fresh: more than half of its time from signing to `expires_at` is left.

        A link to another address, one that does not tell when it was signed, a time that cannot be read: not fresh.
        """
        if not url.startswith(self._base_url):
            return False
        signed, ends = signed_at(url), _instant(expires_at)
        return signed is not None and ends is not None and ends - self._now > (ends - signed) / 2


class Presigner:
    """Signs links to one bucket's objects.

    `base_url` is what a key is appended to (see `base_url`), `expiry_seconds` is 1 to 604800.
    """

    def __init__(self, base_url: str, region: str, expiry_seconds: int) -> None:
        self._base_url = base_url
        self._host = _signed_host(base_url)
        self._region = region
        self._expiry_seconds = expiry_seconds

    def at(self, key: SigningKey, now: datetime) -> Signer:
        """Work out all that links signed with this key at this time (aware) have in common."""
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{self._region}/s3/aws4_request"
        query = self._parameters(key, stamp, scope)
        canonical_query = urlencode(sorted(query.items()), quote_via=quote, safe="~")
        return Signer(
            base_url=self._base_url,
            query=urlencode(query, quote_via=quote, safe="~"),
            canonical_end=f"{canonical_query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD",
            keyed=hmac.new(_derived(key.secret_key, scope), f"{_ALGORITHM}\n{stamp}\n{scope}\n".encode(), "sha256"),
            now=now,
            expires_at=self._expires_at(key.ends_at, now),
        )

    def _parameters(self, key: SigningKey, stamp: str, scope: str) -> dict[str, str]:
        """In the order a link shows them; the signature covers them sorted."""
        parameters = {
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{key.access_key}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(self._expiry_seconds),
            "X-Amz-SignedHeaders": "host",
        }
        return parameters if key.token is None else parameters | {"X-Amz-Security-Token": key.token}

    def _expires_at(self, session_ends_at: datetime | None, now: datetime) -> str:
        expires_at = now + timedelta(seconds=self._expiry_seconds)
        earliest = min(expires_at, session_ends_at or expires_at)
        return earliest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base_url(bucket: str, region: str, endpoint_url: str | None) -> str:
    """Tell what a percent-encoded key is appended to.

    A custom endpoint (`http://HOST[:PORT][/PATH]`) is addressed path style. On AWS the bucket is part of the host,
    except where its name cannot be (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
    Not for access point ARNs, directory buckets (`--x-s3`), FIPS or dual-stack endpoints.
    """
    if endpoint_url:
        return f"{_normalized(endpoint_url)}/{bucket}/"
    host = f"s3.{_domain(region)}" if region == _GLOBAL else f"s3.{region}.{_domain(region)}"
    return f"https://{bucket}.{host}/" if _VIRTUAL_HOSTED(bucket) else f"https://{host}/{bucket}/"


def percent_encoded(key: str) -> str:
    """Encode a key for a link's path: all but RFC 3986's unreserved characters and slashes."""
    return key if _NEEDS_NO_ENCODING(key) else "".join(map(_ENCODED.__getitem__, key.encode()))


def signed_at(url: str) -> datetime | None:
    """Read from a link when it was signed (aware UTC); None where it does not tell."""
    found = _SIGNED_AT(url)
    return _instant(found[1]) if found else None


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _derived(secret_key: str, scope: str) -> bytes:
    derived = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return derived


def _domain(region: str) -> str:
    return next((domain for start, domain in _DOMAINS.items() if region.startswith(start)), "amazonaws.com")


def _normalized(endpoint_url: str) -> str:
    """Write an endpoint as botocore does: no empty path segments, no last slash, the path encoded (once more)."""
    url = urlsplit(endpoint_url)
    path = "".join(f"/{segment}" for segment in url.path.split("/") if segment)
    return f"{url.scheme}://{url.netloc}{quote(path, safe='/~')}"


def _signed_host(url: str) -> str:
    """As clients send it: lower case, no user, no default port."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    default = parts.port is None or parts.port == _DEFAULT_PORT.get(parts.scheme)
    return host if default else f"{host}:{parts.port}"

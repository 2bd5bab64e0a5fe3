"""Presigned links: whose credentials sign them, and for which address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3

from shared.domain.documents import Place
from shared.domain.errors import CredentialsError
from shared.domain.signing import Signing
from shared.links.address import base_url
from shared.links.presigned import Parameters, Presigner
from shared.links.signature import SigningKey, signing_region


def session_key(session: boto3.Session) -> SigningKey:
    """The session's credentials as they are now, and when they end, where that is known.

    An assumed role's end is known. A Lambda function's own environment does not tell when its credentials end.
    Raises CredentialsError.
    """
    credentials: Any = session.get_credentials()
    if credentials is None:
        raise CredentialsError("no AWS credentials were found to sign links with. Give the process a role or a key.")
    frozen = credentials.get_frozen_credentials()
    ends_at: datetime | None = getattr(credentials, "_expiry_time", None)  # botocore tells it nowhere else
    return SigningKey(frozen.access_key, frozen.secret_key, frozen.token, ends_at)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link is good for: so many seconds, one method, and parameters that are signed with it."""

    expiry_seconds: int
    method: str = "GET"
    parameters: Parameters = ()


class Links:
    """Signs for any bucket, now. `key` is asked every time: credentials are renewed while a scan runs."""

    def __init__(
        self,
        region: str,
        endpoint_url: str | None,
        expiry_seconds: int,
        key: Callable[[], SigningKey],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._region = signing_region(region)
        self._endpoint_url = endpoint_url
        self._expiry_seconds = expiry_seconds
        self._key = key
        self._now = now
        self._presigners: dict[str, Presigner] = {}

    def signing(self, bucket: str) -> Signing:
        """What signs this bucket's links as of now."""
        if bucket not in self._presigners:
            address = base_url(bucket, self._region, self._endpoint_url)
            self._presigners[bucket] = Presigner(address, self._region, self._expiry_seconds)
        return self._presigners[bucket].at(self._key(), self._now())

    def origin(self, bucket: str) -> str:
        """Where its links lead to, such as https://reports.s3.eu-central-1.amazonaws.com."""
        address = urlsplit(base_url(bucket, self._region, self._endpoint_url))
        return f"{address.scheme}://{address.netloc}"

    def opening(self, place: Place, terms: Terms) -> str:
        """One link, on terms of its own."""
        address = base_url(place.bucket, self._region, self._endpoint_url)
        presigner = Presigner(address, self._region, terms.expiry_seconds, terms.method, terms.parameters)
        return presigner.at(self._key(), self._now()).link(place.key)

"""Signature Version 4, as far as a link and a request have it in common.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Credentials as they are right now. `ends_at` (aware) is the end of their session, where that is known."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """One second in one region: `stamp` as 20260402T080000Z."""

    stamp: str
    region: str

    @classmethod
    def at(cls, now: datetime, region: str) -> "Scope":
        """`now` is aware."""
        return cls(now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), region)

    def __str__(self) -> str:
        return f"{self.stamp[:8]}/{self.region}/s3/aws4_request"

    def keyed(self, secret_key: str) -> hmac.HMAC:
        """Fed all that is signed but the hash of the canonical request. To be copied, not used up."""
        begun = f"{ALGORITHM}\n{self.stamp}\n{self}\n".encode()
        return hmac.new(_derived(secret_key, str(self)), begun, "sha256")


def signing_region(region: str) -> str:
    """The region itself; for botocore's name of "none was set", the one that is meant."""
    return "us-east-1" if region == "aws-global" else region


@lru_cache(maxsize=8)
def _derived(secret_key: str, scope: str) -> bytes:
    derived = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return derived

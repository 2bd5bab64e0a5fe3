"""Whether a link leads to the document of its line, as far as its text tells. Pure; no link is opened."""

from dataclasses import dataclass
from functools import cached_property

from shared.domain.opaque import text
from shared.links.address import base_url, percent_encoded
from shared.links.signature import signing_region

_OF_STABLE = 4  # segments behind the base: /d/<mac>/<key>/<name>


def anywhere(key: str, url: str) -> bool:
    """Where nobody knows better."""
    return bool(key and url)


@dataclass(frozen=True)
class Addresses:
    """Where links of one bucket's documents lead.

    With an endpoint of its own a store may be reached by other names than this one: bucket and key are compared then.
    `opens`: the base of stable links; None: not known, and any. Who signed, and whether it holds, is not looked at.
    """

    bucket: str
    region: str
    endpoint_url: str | None
    opens: str | None

    def lead(self, key: str, url: str) -> bool:
        """Whether presigned, with its signature behind `?`, or stable."""
        address, signed, _ = url.partition("://")[2].partition("?")
        return self._is_presigned(key, address) if signed else self._is_stable(key, address)

    @cached_property
    def _own(self) -> str:
        return base_url(self.bucket, signing_region(self.region), None).partition("://")[2]

    def _is_presigned(self, key: str, address: str) -> bool:
        if self.endpoint_url:
            return address.endswith(f"/{self.bucket}/{percent_encoded(key)}")
        return address == self._own + percent_encoded(key)

    def _is_stable(self, key: str, address: str) -> bool:
        base, *segments = address.rsplit("/", _OF_STABLE)
        if len(segments) != _OF_STABLE or segments[0] != "d" or text(segments[2]) != key:
            return False
        return self.opens is None or base == self.opens.partition("://")[2].rstrip("/")

"""A click: an HTTP request in Lambda's payload 2.0, as far as it is believed.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads; a function URL hands the path on as it
came, an HTTP API decoded, cut at what was an encoded `?`. Nothing of it decides where a link leads but a key under its
mac, or under a share: not the headers, not the host.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.domain.errors import EventError

LONGEST = 8192  # characters of path and query
_OWN_DOMAIN = re.compile(r"[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws").fullmatch
_PAGE = re.compile(r"(?i)(?:^|[,;\s])text/html(?:$|[,;\s])").search
_GZIP = re.compile(r"(?i)(?:^|[,\s])gzip(?:$|[,\s]|;(?!\s*q=0(?:\.0*)?(?:$|[,\s])))").search


@dataclass(frozen=True, slots=True)
class Request:
    """`path`: its segments, below the base address's own. `headers` by names in lower case.

    `base_url`: the address that links of ours begin with; None where nobody has told it.
    """

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    base_url: str | None = None
    is_too_long: bool = False

    @classmethod
    def parse(cls, event: Any, base_url: str | None) -> "Request":  # noqa: ANN401 -- Lambda's own types
        """`base_url`: LINK_BASE_URL. Raises EventError for what is no such event."""
        try:
            context, raw, query = event["requestContext"], event["rawPath"], event.get("rawQueryString") or ""
            headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
            path = raw.removeprefix(urlsplit(base_url or "").path)
            return cls(
                str(context["http"]["method"]),
                tuple(path[:LONGEST].removeprefix("/").split("/")),
                dict(parse_qsl(query[:LONGEST], keep_blank_values=True)),
                headers,
                base_url or _own(context.get("domainName")),
                len(raw) + len(query) > LONGEST,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise EventError("the event is no HTTP request in payload 2.0: it lacks what every one has") from error

    @property
    def wants_page(self) -> bool:
        """Whether it is a browser that asks, and not a tool."""
        return bool(_PAGE(self.headers.get("accept", "")))

    @property
    def accepts_gzip(self) -> bool:
        return bool(_GZIP(self.headers.get("accept-encoding", "")))

    @property
    def wants_body(self) -> bool:
        return self.method != "HEAD"


NONE = Request("GET", ("",), {}, {})
"""What is no request, to be answered nevertheless."""


def _own(domain: object) -> str | None:
    """The function URL's own address, which nobody but AWS gives out."""
    return f"https://{domain}" if isinstance(domain, str) and _OWN_DOMAIN(domain) else None

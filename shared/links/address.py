"""What an object's address is: what is signed and what is asked for must not differ by a character."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

_ENCODED = tuple(quote(bytes([byte]), safe="/~") for byte in range(256))
_ONLY_SPACES_TO_ENCODE = re.compile(r"[A-Za-z0-9._~/ -]*").fullmatch  # most keys: a fifth of the time encoding takes
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


@lru_cache(maxsize=64)  # one bucket or two, asked for with every request
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
    if _ONLY_SPACES_TO_ENCODE(key):
        return key.replace(" ", "%20")
    return "".join(map(_ENCODED.__getitem__, key.encode()))


def signed_host(url: str) -> str:
    """As clients send it: lower case, no user, no default port."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    default = parts.port is None or parts.port == _DEFAULT_PORT.get(parts.scheme)
    return host if default else f"{host}:{parts.port}"


def _domain(region: str) -> str:
    return next((domain for start, domain in _DOMAINS.items() if region.startswith(start)), "amazonaws.com")


def _normalized(endpoint_url: str) -> str:
    """Write an endpoint as botocore does: no empty path segments, no last slash, the path encoded (once more)."""
    url = urlsplit(endpoint_url)
    path = "".join(f"/{segment}" for segment in url.path.split("/") if segment)
    return f"{url.scheme}://{url.netloc}{quote(path, safe='/~')}"

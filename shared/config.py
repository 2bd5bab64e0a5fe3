"""Settings from the environment: each with its default and its bounds, read once, wrong ones refused by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.documents import LONGEST_KEY, Layout
from shared.errors import ConfigError

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,12}")
_LONGEST_EXPIRY = 604_800  # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html


@dataclass(frozen=True, slots=True)
class Settings:
    """What both functions take from their environment."""

    bucket_name: str
    prefix: str
    url_expiry_seconds: int
    endpoint_url: str | None
    queue_max: int
    layout: Layout

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Check every variable; raise ConfigError naming the first that cannot be used."""
        bucket_name = _bucket(env, "BUCKET_NAME") or "my-company-reports-bucket"
        return cls(
            bucket_name=bucket_name,
            prefix=_text("PREFIX", env.get("PREFIX", "2026/04/")),
            url_expiry_seconds=_number(env, "URL_EXPIRY_SECONDS", 900, _LONGEST_EXPIRY),
            endpoint_url=_endpoint(env.get("S3_ENDPOINT_URL", "")),
            queue_max=_number(env, "QUEUE_MAX", 2000, 1_000_000),
            layout=_layout(env, bucket_name),
        )


def _layout(env: Mapping[str, str], bucket_name: str) -> Layout:
    own = _bucket(env, "MANIFEST_BUCKET") if env.get("MANIFEST_BUCKET") else None
    own = None if own == bucket_name else own  # the documents' bucket is the default, not a bucket of its own
    prefix = _text("MANIFEST_PREFIX", env.get("MANIFEST_PREFIX", "manifests/"))
    if prefix and not prefix.endswith("/"):
        raise _refused("MANIFEST_PREFIX", prefix, "a folder ending with '/'")
    if not prefix and own is None:
        raise _refused("MANIFEST_PREFIX", prefix, "a folder such as 'manifests/', or a MANIFEST_BUCKET of its own")
    depth = _number(env, "PREFIX_DEPTH", 1, 64) if env.get("PREFIX_DEPTH") else None
    return Layout(prefix, own, depth)


def _bucket(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    if value is not None and not _BUCKET.fullmatch(value):
        raise _refused(name, value, "a bucket's name: 3 to 63 letters, digits, '.' and '-'")
    return value


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = env.get(name, str(default))
    if not _WHOLE_NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
        raise _refused(name, value, f"a whole number from 1 to {most}")
    return int(value)


def _text(name: str, value: str) -> str:
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise _refused(name, value, "UTF-8 text") from error
    if size > LONGEST_KEY:
        raise _refused(name, value, f"at most {LONGEST_KEY} bytes")
    return value


def _endpoint(value: str) -> str | None:
    if not value:
        return None
    try:
        url = urlsplit(value)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s?#@\"\\]", value) or not value.isascii():
        shown = re.sub(r"//[^/]*@", "//***@", value)  # no password in a log
        raise _refused("S3_ENDPOINT_URL", shown, "http://HOST[:PORT] or https://HOST[:PORT], without user or query")
    return value.rstrip("/")


def _refused(name: str, value: str, wanted: str) -> ConfigError:
    return ConfigError(f"{name} is {value[:200]!r}, but must be {wanted}. Set it right in the function's environment.")

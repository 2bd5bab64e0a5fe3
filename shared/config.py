"""Settings from the environment: each with its default and its bounds, read once, wrong ones refused by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared.domain.documents import BUCKET_NAME, LONGEST_KEY, Folder, Layout
from shared.domain.errors import ConfigError, shown

_ROOM = 128  # bytes that are left for what lies below MANIFEST_PREFIX: a bucket's name, a staged object's
_WHOLE_NUMBER = re.compile(r"[0-9]{1,12}")
_SHORTEST_SECRET = 32  # bytes
_ENDPOINT = "http://HOST[:PORT] or https://HOST[:PORT], without user or query"
_LONGEST_OPEN = 3600  # seconds
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_LONGEST_EXPIRY = 604_800  # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Which links manifests carry, and how those that do not expire are made and opened.

    `secret_id` names one in Secrets Manager, `secret` is one; `open_expiry_seconds` is how long what opens lives.
    `signing_secret_id` and `signing_role_arn`, one at most, tell whose credentials sign documents' presigned links: not
    the function's own.
    """

    stable: bool = False
    base_url: str | None = None
    secret_id: str | None = None
    secret: bytes | None = field(default=None, repr=False)
    open_expiry_seconds: int = 300
    share_bucket: str | None = None
    signing_secret_id: str | None = None
    signing_role_arn: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "LinkSettings":
        """Raise ConfigError naming the first that cannot be used. What is missing, only those miss who make links."""
        return cls(
            stable=_one_of(env, "LINKS", ("presigned", "stable")) == "stable",
            base_url=_base_url(env.get("LINK_BASE_URL", "")),
            secret_id=env.get("LINK_SECRET_ID") or None,
            secret=_secret(env),
            open_expiry_seconds=_number(env, "OPEN_EXPIRY_SECONDS", 300, _LONGEST_OPEN),
            share_bucket=_optional_bucket(env, "SHARE_BUCKET"),
            signing_secret_id=env.get("SIGNING_SECRET_ID") or None,
            signing_role_arn=_signing_role(env),
        )

    def require_secret(self) -> None:
        """Raise ConfigError where there is none."""
        if not self.secret_id and not self.secret:
            raise ConfigError(
                "neither LINK_SECRET_ID nor LINK_SECRET is set: no link can be made or opened without a secret. "
                f"Name one in Secrets Manager, or give one of at least {_SHORTEST_SECRET} bytes."
            )

    def require_base_url(self) -> None:
        """Raise ConfigError where it is not known at which address links are opened."""
        if not self.base_url:
            raise ConfigError(
                "LINKS is 'stable', but LINK_BASE_URL is not set. Give the address at which links are opened, such as "
                "https://links.example.com."
            )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the functions take from their environment."""

    bucket_name: str
    prefix: str
    url_expiry_seconds: int
    endpoint_url: str | None
    queue_max: int
    layout: Layout
    links: LinkSettings = LinkSettings()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Check every variable; raise ConfigError naming the first that cannot be used."""
        bucket_name = _bucket(env, "BUCKET_NAME") or "my-company-reports-bucket"
        layout, links = _layout(env, bucket_name), LinkSettings.from_env(env)
        if links.share_bucket in (bucket_name, layout.manifest_bucket or bucket_name):
            raise _refused(
                "SHARE_BUCKET", links.share_bucket, "a bucket of its own: who writes to it opens every document"
            )
        return cls(
            bucket_name=bucket_name,
            prefix=_prefix(env.get("PREFIX", "2026/04/"), Folder(bucket_name, ""), layout),
            url_expiry_seconds=_number(env, "URL_EXPIRY_SECONDS", 900, _LONGEST_EXPIRY),
            endpoint_url=endpoint("S3_ENDPOINT_URL", env.get("S3_ENDPOINT_URL", "")),
            queue_max=_number(env, "QUEUE_MAX", 2000, 1_000_000),
            layout=layout,
            links=links,
        )


def _prefix(value: str, root: Folder, layout: Layout) -> str:
    folder = Folder(root.bucket, layout.widened(_text("PREFIX", value)))
    if layout.is_reserved(folder.bucket, folder.prefix):
        raise _refused("PREFIX", value, "a folder of documents, and not where manifests lie")
    if not layout.manifest_of(folder).fits:
        raise _refused("PREFIX", value, "shorter: its manifest could have no name")
    return value


def _layout(env: Mapping[str, str], bucket_name: str) -> Layout:
    own = _optional_bucket(env, "MANIFEST_BUCKET")
    own = None if own == bucket_name else own  # the documents' bucket is the default, not a bucket of its own
    prefix = _text("MANIFEST_PREFIX", env.get("MANIFEST_PREFIX", "manifests/"), LONGEST_KEY - _ROOM)
    if prefix and not prefix.endswith("/"):
        raise _refused("MANIFEST_PREFIX", prefix, "a folder ending with '/'")
    if not prefix and own is None:
        raise _refused("MANIFEST_PREFIX", prefix, "a folder such as 'manifests/', or a MANIFEST_BUCKET of its own")
    depth = _number(env, "PREFIX_DEPTH", 1, 64) if env.get("PREFIX_DEPTH") else None
    return Layout(prefix, own, depth)


def _bucket(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    if value is not None and not BUCKET_NAME.fullmatch(value):
        raise _refused(name, value, "a bucket's name: at least 2 letters, digits, '.' and '-'")
    return value


def _optional_bucket(env: Mapping[str, str], name: str) -> str | None:
    return _bucket(env, name) if env.get(name) else None


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = env.get(name, str(default))
    if not _WHOLE_NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
        raise _refused(name, value, f"a whole number from 1 to {most}")
    return int(value)


def _text(name: str, value: str, longest: int = LONGEST_KEY) -> str:
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise _refused(name, value, "UTF-8 text") from error
    if size > longest:
        raise _refused(name, value, f"at most {longest} bytes")
    return value


def _one_of(env: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    value = env.get(name) or known[0]
    if value not in known:
        raise _refused(name, value, " or ".join(map(repr, known)))
    return value


def _secret(env: Mapping[str, str]) -> bytes | None:
    """Its value is never shown."""
    value = env.get("LINK_SECRET", "").encode(errors="surrogateescape")
    if value and env.get("LINK_SECRET_ID"):
        raise ConfigError("LINK_SECRET and LINK_SECRET_ID are both set: which of them is meant? Set one.")
    return checked_secret(value, "LINK_SECRET") if value else None


def _signing_role(env: Mapping[str, str]) -> str | None:
    value = env.get("SIGNING_ROLE_ARN")
    if not value:
        return None
    if env.get("SIGNING_SECRET_ID"):
        raise ConfigError("SIGNING_SECRET_ID and SIGNING_ROLE_ARN are both set: which of them signs links? Set one.")
    if not _ROLE_ARN.fullmatch(value):
        raise _refused("SIGNING_ROLE_ARN", value, "a role's ARN, such as arn:aws:iam::123456789012:role/signs-links")
    return value


def checked_secret(secret: bytes, what: str) -> bytes:
    """The secret, where it is long enough. Raises ConfigError, which never holds it."""
    if len(secret) < _SHORTEST_SECRET:
        raise ConfigError(
            f"{what} has {len(secret)} bytes, but must have at least {_SHORTEST_SECRET}. Make a longer one."
        )
    return secret


def _base_url(value: str) -> str | None:
    """An https address, or http of this machine, without a slash at its end; None where none is given."""
    wanted = "an https address (http only of this machine), with or without a path, without user or query"
    address = endpoint("LINK_BASE_URL", value, wanted)
    url = urlsplit(address or "")
    if url.scheme == "http" and url.hostname not in THIS_MACHINE:
        raise _refused("LINK_BASE_URL", value, wanted)
    return address


def endpoint(name: str, value: str, wanted: str = _ENDPOINT) -> str | None:
    """An address (of an S3, say), without a slash at its end; None where none is given. Raises ConfigError."""
    if not value:
        return None
    try:
        url = urlsplit(value)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r'[^!-~]|[?#@"\\]', value):
        shown = re.sub(r"//[^/]*@", "//***@", value)  # no password in a log
        raise _refused(name, shown, wanted)
    return value.rstrip("/")


def _refused(name: str, value: str, wanted: str) -> ConfigError:
    return ConfigError(
        f"{name} is {shown(value)[:200]!r}, but must be {wanted}. Set it right in the function's environment."
    )

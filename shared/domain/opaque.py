"""Keys as one segment of an address: base64url without padding, in its one canonical spelling. Pure.

A function URL hands a path on percent-encoded, an HTTP API decoded, and clients resolve dots in it: a key in the clear
would not survive all of them. https://www.rfc-editor.org/rfc/rfc4648#section-5; section 3.5 says why only one spelling
may be taken: the last character of some has bits that mean nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import quote

_LONGEST_NAME = 100  # bytes, before they are encoded


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes | None:
    """The inverse of `encoded`; None for whatever that does not make."""
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return content if encoded(content) == text else None


def text(segment: str) -> str | None:
    """The same, of UTF-8."""
    content = decoded(segment)
    try:
        return None if content is None else content.decode()
    except UnicodeDecodeError:
        return None


def named(key: str) -> str:
    """The key, and its last part as a name for people: two segments of an address, of which only the first counts."""
    return f"{encoded(key.encode())}/{quote(name_of(key), safe='')}"


def name_of(key: str) -> str:
    """The key's last part, its middle left out where it is long; its end tells what it is."""
    name = key.rsplit("/", 1)[-1]
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    end = name[-4:] if len(name[-4:].encode()) == len(name[-4:]) else ""
    return name.encode()[: _LONGEST_NAME - len(end)].decode(errors="ignore") + end

"""The manifest: its lines, and the reading rule.

The last line for a key wins; skip `deleted`, and lines without `url`: what is archived has none until it is restored.

Pure: bytes and values in, bytes and values out. A line, in this order of fields:

    {"key": "a/q1.pdf", "url": "https://…", "size": 48213, "etag": "9b2c…", "last_modified": "2026-04-02T08:11:43Z",
     "expires_at": "2026-04-02T08:26:50Z", "revision": 17}
    {"key": "a/q0.pdf", "size": 510, "etag": "77d1…", "last_modified": "…", "archived": true, "revision": 17}
    {"key": "a/draft.pdf", "deleted": true, "revision": 18}

A link that does not expire has no `expires_at`. A restored copy of an archived document ends: `restored_until`, after
`expires_at`, says when.

Lines are ASCII, other characters escaped: no consumer that splits at U+2028 or U+0085 ever cuts one in two.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple, Protocol, TypeVar

from shared.domain.archive import AT_ONCE, Access
from shared.domain.errors import ManifestDamagedError
from shared.domain.instant import earliest, zulu

CONTENT_TYPE = "application/x-ndjson"
LARGE = 5 * 1024 * 1024  # bytes; from here on S3 can copy it as a part, so it is appended to and no longer rewritten

_MARKER_KEY = ""
_DECODE = json.JSONDecoder().decode


class Keyed(Protocol):
    """A line about a key, in whatever form."""

    @property
    def key(self) -> str: ...


_K = TypeVar("_K", bound=Keyed)


class Document(NamedTuple):
    """An object as a HEAD or a listing showed it. `size` in bytes, `last_modified` as 2026-04-02T08:11:43Z."""

    key: str
    size: int
    etag: str
    last_modified: str
    access: Access = AT_ONCE


@dataclass(frozen=True, slots=True)
class Line:
    """One line. What earlier tools did not write is None."""

    key: str
    url: str | None = None
    size: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    expires_at: str | None = None
    revision: int = 0
    deleted: bool = False
    access: Access = AT_ONCE

    @classmethod
    def of(cls, document: Document, url: str, expires_at: str | None, revision: int = 0) -> "Line":
        """What was seen, with the link that was made for it, where it can be read."""
        key, size, etag, last_modified, access = document
        return cls(key, None, size, etag, last_modified, None, revision, access=access).signed(url, expires_at)

    @classmethod
    def gone(cls, key: str, revision: int) -> "Line":
        return cls(key, revision=revision, deleted=True)

    def shows(self, document: Document) -> bool:
        """Whether the line already says what the document is now."""
        return not self.deleted and (self.key, self.size, self.etag, self.last_modified, self.access) == document

    @property
    def shown(self) -> bool:
        """Whether readers take the document from this line."""
        return self.url is not None and not self.deleted

    def signed(self, url: str, expires_at: str | None) -> "Line":
        """The same line with another link; its revision stays, for nobody looked at the object.

        No link reads what is archived, and none that expires outlives a restored copy.
        """
        if self.deleted or self.access.archived:
            return self
        return replace(self, url=url, expires_at=expires_at and earliest(expires_at, self.access.restored_until))

    def encode(self) -> bytes:
        if self.deleted:
            return json.dumps({"key": self.key, "deleted": True, "revision": self.revision}).encode() + b"\n"
        if usual := self._encode_usual():
            return usual
        fields = ("key", "url", "size", "etag", "last_modified", "expires_at")
        known = {name: value for name in fields if (value := getattr(self, name)) is not None}
        archived, until = self.access
        access = {"archived": True} if archived else {"restored_until": until} if until else {}
        return json.dumps({**known, **access, "revision": self.revision}).encode() + b"\n"

    def _encode_usual(self) -> bytes | None:
        """As `encode`, in a third of the time, where nothing is missing: of nearly every line."""
        url, etag, modified, ends = self.url, self.etag, self.last_modified, self.expires_at
        if not (url and etag and modified) or self.size is None or self.access != AT_ONCE:
            return None
        ending = f', "expires_at": {quoted(ends)}' if ends else ""
        return (
            f'{{"key": {quoted(self.key)}, "url": {quoted(url)}, "size": {self.size}, "etag": {quoted(etag)}, '
            f'"last_modified": {quoted(modified)}{ending}, "revision": {self.revision}}}\n'
        ).encode()


def marker(revision: int) -> Line:
    """The line that makes a commit's bytes its own where no document's line does."""
    return Line.gone(_MARKER_KEY, revision)


def unsealed(document: Document, url: str, expires_at: str | None) -> str:
    """A document's line without its revision: what a rebuild writes before it knows it. `seal` completes it."""
    if document.access != AT_ONCE:
        return Line.of(document, url, expires_at).encode().replace(seal_of(0), b"\n").decode()
    ending = f', "expires_at": "{expires_at}"\n' if expires_at else "\n"
    return (
        f'{{"key": {quoted(document.key)}, "url": "{url}", "size": {document.size}, "etag": {quoted(document.etag)}, '
        f'"last_modified": "{document.last_modified}"{ending}'
    )


def seal_of(revision: int) -> bytes:
    return b', "revision": %d}\n' % revision


def seal(chunk: bytes, revision: int) -> bytes:
    """Stamp a revision on every unsealed line; chunks may be cut anywhere, a line has one newline, at its end."""
    return chunk.replace(b"\n", seal_of(revision))


def read_lines(body: bytes, *, versioned: bool = True) -> dict[str, Line]:
    """The last line of every key, in the order of those lines. Lines of an unversioned manifest have revision 0.

    Raises ManifestDamagedError naming the first line that is not an object with a text `key`.
    """
    return last_of_each(parsed(body.split(b"\n"), versioned=versioned))


def last_of_each(lines: Iterable[_K]) -> dict[str, _K]:
    """The last line of every key, in the order of those lines."""
    last: dict[str, _K] = {}
    for line in lines:
        last.pop(line.key, None)  # the last line's place counts
        last[line.key] = line
    return last


def parsed(lines: Iterable[bytes], *, versioned: bool = True) -> Iterator[Line]:
    """One line after the other; see `read_lines`."""
    for number, raw in enumerate(lines, 1):
        if raw.strip():
            yield _parse(raw, number, versioned=versioned)


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a body that comes in chunks, cut anywhere."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest


def _parse(raw: bytes, number: int, *, versioned: bool) -> Line:
    try:
        fields = _decoded(raw)
        key = fields["key"]
        key.encode()
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise ManifestDamagedError(f"is not JSON Lines: line {number} is no object with a text 'key'") from error
    revision = fields.get("revision", 0) if versioned else 0
    if not isinstance(key, str) or type(revision) is not int:
        raise ManifestDamagedError(f"is not JSON Lines: line {number} has a key or a revision of the wrong type")
    if fields.get("deleted") is True:
        return Line.gone(key, revision)
    until = _typed(fields, "restored_until", str)
    line = Line(
        key=key,
        url=_typed(fields, "url", str),
        size=_typed(fields, "size", int),
        etag=_typed(fields, "etag", str),
        last_modified=_typed(fields, "last_modified", str),
        expires_at=zulu(_typed(fields, "expires_at", str)),
        revision=revision,
        access=AT_ONCE if until is None else Access(restored_until=zulu(until)),
    )
    archived = line.url is None and fields.get("archived") is True
    return replace(line, expires_at=None, access=Access(archived=True)) if archived else line


def _decoded(raw: bytes) -> Any:  # noqa: ANN401 -- what JSON holds
    """As `json.loads`, which takes a fifth of its time to find out that this is UTF-8."""
    try:
        return _DECODE(raw.decode())
    except ValueError:
        return json.loads(raw)


def _typed(fields: Mapping[str, Any], name: str, kind: type) -> Any:  # noqa: ANN401 -- what JSON holds
    value = fields.get(name)
    return value if type(value) is kind else None


def encode(lines: Iterable[Line]) -> bytes:
    return b"".join(line.encode() for line in lines)


def first_expiry(lines: Iterable[Line]) -> str | None:
    return min((line.expires_at for line in lines if line.expires_at and not line.deleted), default=None)


def documents(lines: Iterable[Line]) -> int:
    return sum(not line.deleted for line in lines)

"""What a store in memory keeps, and what it is asked and answers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field


class Body:
    """Bytes in pieces, which copies share: a large object is copied at no cost, whatever its size."""

    __slots__ = ("pieces", "size")

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self.pieces = [memoryview(piece) for piece in pieces]
        self.size = sum(map(len, self.pieces))

    def part(self, first: int, end: int) -> "Body":
        """From byte `first` up to `end`, or as much as there is."""
        found, at = [], 0
        for piece in self.pieces:
            found.append(piece[max(0, first - at) : max(0, end - at)])
            at += len(piece)
        return Body(piece for piece in found if piece)


@dataclass(slots=True)
class Kept:
    """An object that was put here; the documents are but names."""

    body: Body
    etag: str
    metadata: dict[str, str] = field(default_factory=dict)


DOCUMENT = Kept(Body([b"%PDF" * 12_053]), "9b2cf535f27731c974343645a3985328")


@dataclass(slots=True)
class Upload:
    """A multipart upload under way: of every part its bytes and its ETag."""

    metadata: dict[str, str]
    parts: dict[int, Kept] = field(default_factory=dict)


@dataclass(slots=True)
class Answer:
    """Of one request."""

    status: int = 200
    body: Body = field(default_factory=lambda: Body(()))
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Asked:
    """One request; its headers' names in small letters."""

    method: str
    key: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """LIST, or the method: what Amazon counts; "secret": what Secrets Manager is asked."""
        if "x-amz-target" in self.headers:
            return "secret"
        return "LIST" if "list-type" in self.query else self.method

    @property
    def metadata(self) -> dict[str, str]:
        return {name: value for name, value in self.headers.items() if name.startswith("x-amz-meta-")}


def told(text: str | bytes, status: int = 200) -> Answer:
    """An answer of this text."""
    return Answer(status, Body([text.encode() if isinstance(text, str) else text]))


def refusal(status: int, code: str) -> Answer:
    """What S3 says of a request it does not do."""
    return told(f"<Error><Code>{code}</Code><Message>{code}</Message></Error>", status)


def etag_of(*parts: bytes) -> str:
    """Of an object put at once; or of one in parts, from theirs, as S3 makes it."""
    return hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()

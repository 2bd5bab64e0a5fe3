"""A prefix's lines on their way from the listing into a manifest: on disk and, what has grown large, staged already."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from shared.domain.deadline import Deadline
from shared.domain.errors import SpoolError
from shared.domain.instant import earliest
from shared.domain.manifest import seal, seal_of
from shared.store.multipart import Source
from shared.store.staging import Staging
from shared.store.stored import Stored

PIECE = 6 * 1024 * 1024  # bytes of lines on disk, from which on they are sent: a part, and so at least 5 MiB
_CHUNK = 8 * 1024 * 1024  # bytes read at once: a part of what is staged, and so at least 5 MiB


class Readable(Protocol):
    """What a piece needs of its file once it is written."""

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


def new_file() -> BinaryIO:
    """A file without a name: a killed process leaves nothing behind."""
    descriptor, path = tempfile.mkstemp(prefix="manifest-")
    Path(path).unlink()
    return os.fdopen(descriptor, "w+b")


class Piece:
    """Lines in listing order, in a file; each still without its revision (`manifest.unsealed`)."""

    def __init__(self, file: BinaryIO | Readable) -> None:
        self._file = file
        self.size = self.documents = 0

    def size_at(self, revision: int) -> int:
        """Bytes, once sealed with that revision."""
        return self.size + self.documents * (len(seal_of(revision)) - 1)

    def sealed(self, revision: int) -> Iterator[bytes]:
        """Its bytes, every line stamped with that revision, in chunks of 8 MiB and more (the last may be smaller).

        Raises SpoolError.
        """
        with full_disk_told():  # what was written may only now reach the disk
            self._file.seek(0)
        while chunk := self._read():
            yield seal(chunk, revision)

    def _read(self) -> bytes:
        with full_disk_told():
            return self._file.read(_CHUNK)

    def close(self) -> None:
        with suppress(OSError):  # it is read no more: what could not be written is missed by nobody
            self._file.close()


class Spool:
    """All lines of a prefix. Whoever writes the file calls `count` for what was written; then it is read.

    What has grown large is sent, piece by piece, before all of it is known: that needs `start`, the manifest as it was
    before the listing began, because the lines carry the revision after it.
    """

    def __init__(self, file: BinaryIO | Readable) -> None:
        self.piece = Piece(file)
        self.documents = 0
        self.first_expiry: str | None = None
        self.start: Stored | None = None
        self._staging: Staging | None = None

    @classmethod
    def empty(cls) -> "Spool":
        return cls(BytesIO())

    def count(self, size: int, documents: int, expires_at: str | None) -> None:
        """Note `size` bytes more, of that many documents, and when the first of their links expires (None: no link)."""
        self.piece.size += size
        self.piece.documents += documents
        self.documents += documents
        self.first_expiry = earliest(self.first_expiry, expires_at)

    def size_at(self, revision: int) -> int:
        """Bytes that have not been sent, once sealed with that revision."""
        return self.piece.size_at(revision)

    def sealed(self, revision: int) -> Iterator[bytes]:
        """The bytes that have not been sent; see `Piece.sealed`."""
        return self.piece.sealed(revision)

    # What has grown large

    @property
    def is_staged(self) -> bool:
        """Whether a part of it has been sent."""
        return self._staging is not None

    def grow(self, start: Stored, staging: Staging) -> None:
        """Send what there is from now on: `start` is what it begins from."""
        self.start, self._staging = start, staging

    def cut(self, file: BinaryIO | Readable) -> Piece:
        """The lines so far, which are to be sent; what follows is written to that file."""
        piece, self.piece = self.piece, Piece(file)
        return piece

    def send(self, piece: Piece, deadline: Deadline) -> None:
        """The next part of what is staged."""
        assert self.start
        assert self._staging
        try:
            if part := b"".join(piece.sealed(self.start.head.revision + 1)):
                self._staging.send(part, deadline)
        finally:
            piece.close()

    def complete(self, deadline: Deadline) -> Source:
        """Send the rest; all of it is staged then, and is whoever's who asked for it."""
        assert self._staging
        self.send(self.piece, deadline)
        source = self._staging.complete()
        self._staging = None
        return source

    def close(self) -> None:
        """Drop it, and what was sent of it."""
        self.forget()
        if self._staging:
            self._staging.abandon()
            self._staging = None

    def forget(self) -> None:
        """Drop it where there is no time for more: what was sent is the lifecycle rule's."""
        self.piece.close()


@contextmanager
def full_disk_told() -> Iterator[None]:
    """An error of the disk within the block is a SpoolError."""
    try:
        yield
    except OSError as error:
        raise SpoolError(
            f"cannot write to {tempfile.gettempdir()}: {error.strerror}. Raise the function's EphemeralStorage."
        ) from error

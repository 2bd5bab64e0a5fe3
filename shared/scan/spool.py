"""A prefix's lines on disk, on their way from the listing into a manifest."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import BinaryIO, Protocol

from shared.domain.errors import SpoolError
from shared.domain.instant import earliest
from shared.domain.manifest import seal, seal_of

_CHUNK = 8 * 1024 * 1024  # bytes read at once: a part of what is staged, and so at least 5 MiB


class Readable(Protocol):
    """What a spool needs of its file once it is written."""

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int: ...
    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


class Spool:
    """Lines in listing order, each still without its revision (`manifest.unsealed`).

    Whoever writes the file calls `count` for what was written; then it is read, any number of times, sealed.
    """

    def __init__(self, file: BinaryIO | Readable) -> None:
        self._file = file
        self._size = 0
        self.documents = 0
        self.first_expiry: str | None = None

    @classmethod
    def empty(cls) -> "Spool":
        return cls(BytesIO())

    def count(self, size: int, documents: int, expires_at: str | None) -> None:
        """Note `size` bytes more, of that many documents, and when the first of their links expires (None: no link)."""
        self._size += size
        self.documents += documents
        self.first_expiry = earliest(self.first_expiry, expires_at)

    def size_at(self, revision: int) -> int:
        """Bytes, once sealed with that revision."""
        return self._size + self.documents * (len(seal_of(revision)) - 1)

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


@contextmanager
def full_disk_told() -> Iterator[None]:
    """An error of the disk within the block is a SpoolError."""
    try:
        yield
    except OSError as error:
        raise SpoolError(
            f"cannot write to {tempfile.gettempdir()}: {error.strerror}. Raise the function's EphemeralStorage."
        ) from error

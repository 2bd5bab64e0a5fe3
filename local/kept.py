"""Folders that are made once from something and kept until that changes."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def kept(folder: Path, source: str, make: Callable[[Path], None]) -> Path:
    """`folder`, as `make` filled it; filled anew only where it was made from another `source`.

    Two processes that ask at once make it once, and what a killed one left half made is made again.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp = folder / ".made-from"
    with alone(folder.parent):
        if not stamp.exists() or stamp.read_text() != source:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            stamp.write_text(source)
    return folder


def digest(files: Iterable[Path], *settings: str) -> str:
    """A name for the content of these files under these settings, in hexadecimal digits."""
    found = hashlib.sha256(repr(settings).encode())
    for file in sorted(files):
        found.update(repr((str(file), file.stat().st_size)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is within such a block for the same existing folder; a killed one lets go."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)

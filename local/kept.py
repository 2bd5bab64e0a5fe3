"""Folders that are made once from something and kept until that changes."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from local.project import ROOT


def kept(folder: Path, source: str, make: Callable[[Path], None]) -> Path:
    """`folder`, as `make` filled it; filled anew only where it was made from another `source`.

    Two processes that ask at once make it once, and what a killed one left half made is made again.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp = folder / ".made-from"
    with alone(folder.with_name(f".{folder.name}.lock")):
        if not stamp.exists() or stamp.read_text() != source:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            stamp.write_text(source)
    return folder


def digest(files: Iterable[Path], *settings: str) -> str:
    """A name for the content of these files under these settings, in hexadecimal digits: the same in any clone."""
    found = hashlib.sha256(repr(settings).encode())
    for file in sorted(files):
        found.update(repr((os.path.relpath(file, ROOT), file.stat().st_size)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other process is in such a block with the same `lock`: a file that is there meanwhile.

    A killed process lets go.
    """
    held = _hold(lock)
    try:
        yield
    finally:
        lock.unlink()
        os.close(held)


def _hold(lock: Path) -> int:
    while True:
        held = os.open(lock, os.O_CREAT | os.O_RDWR)
        fcntl.flock(held, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(held), lock.stat()):
                return held
        os.close(held)  # its last holder has removed it: whoever comes now locks another file

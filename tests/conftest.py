"""What tests of every kind share."""

import json
import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from local.laptop.minio import MinioMissingError, program
from shared.telemetry import SERVICE, logger

Log = Callable[[], list[dict[str, Any]]]

_USE_MINIO = {"minio_program", "store_server"}  # the latter asks for the former where it is to be MinIO
_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3


def _in_memory() -> None:
    """Folders of tests are in memory, where there is room: an emulator unpacks thousands of files for each function.

    https://docs.pytest.org/en/stable/reference/reference.html#envvar-PYTEST_DEBUG_TEMPROOT
    """
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


_in_memory()

# A shell has what it runs in the background ignore Ctrl-C, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


_LONGEST = "race"  # a group of tests of minutes, of which only one may run at a time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest group begins first: where it comes last, the other processes wait for it."""
    items.sort(key=lambda item: all(mark.args != (_LONGEST,) for mark in item.iter_markers("xdist_group")))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build MinIO, where that is needed, before the first test's time begins to run."""
    if any(_USE_MINIO & set(getattr(item, "fixturenames", ())) for item in session.items):
        with suppress(MinioMissingError):
            program()


@pytest.fixture(scope="session")
def minio_program() -> Path:
    """MinIO's program: skipped where this machine can have none; in CI that is an error."""
    try:
        return program()
    except MinioMissingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture
def log() -> Iterator[Log]:
    """The lines of the log so far, as they are shipped."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    shipping = logging.getLogger(SERVICE)
    shipping.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    shipping.removeHandler(handler)

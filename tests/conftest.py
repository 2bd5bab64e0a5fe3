"""What tests of every kind share."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest

from shared.telemetry import SERVICE, logger

Log = Callable[[], list[dict[str, Any]]]


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

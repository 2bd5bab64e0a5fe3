"""What one test counts is not the next one's."""

from collections.abc import Iterator

import pytest

from shared.telemetry import metrics


@pytest.fixture(autouse=True)
def _no_metrics_are_left() -> Iterator[None]:
    yield
    metrics.clear_metrics()

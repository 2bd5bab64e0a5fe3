"""Structured logs and metrics. A presigned link is a secret: none is ever given to either.

Both have a default service and namespace, so that a deployment needs to set nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

SERVICE = "pdf-link-manifests"

logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE))
metrics = Metrics(
    namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "PdfLinkManifests"),
    service=os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE),
)


def count(name: str, value: float) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def expires_in(first_expiry: str | None) -> None:
    """The seconds until a manifest's first link expires; nothing where it has no link."""
    if first_expiry:
        left = datetime.fromisoformat(first_expiry) - datetime.now(UTC)
        metrics.add_metric(name="SecondsToFirstExpiry", unit=MetricUnit.Seconds, value=left.total_seconds())


@contextmanager
def invocation(context: object) -> Iterator[None]:
    """Name the request in every line of the log; write the metrics at its end, however it ends."""
    logger.remove_keys(["bucket", "prefix"])
    logger.append_keys(request_id=getattr(context, "aws_request_id", None))
    try:
        yield
    except Exception as error:
        logger.exception("invocation failed", error=type(error).__name__, why=str(error))
        raise
    finally:
        if metrics.metric_set:
            metrics.flush_metrics()

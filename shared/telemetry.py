"""Structured logs and metrics. A presigned link is a secret: none is ever given to either.

Both have a default service and namespace, so that a deployment needs to set nothing. On Lambda the service is the
function's name: metrics of two functions, or of two stacks, are never one.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from shared.domain.documents import has_dot_segments


def service_in(environment: Mapping[str, str]) -> str:
    """Who logs and counts, by this environment: the dimension `service` of every metric. Lambda sets its own part:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    named = environment.get("POWERTOOLS_SERVICE_NAME") or environment.get("AWS_LAMBDA_FUNCTION_NAME")
    return named or "pdf-link-manifests"


_ENOUGH = 10  # documents

SERVICE = service_in(os.environ)

# Lambda takes a line's level only from one whose time is as RFC 3339 has it.
logger = Logger(service=SERVICE, use_rfc3339=True)
# Of its own it would take the level at which Lambda leaves lines out, and that has to let metrics pass: template.yaml.
logging.getLogger(SERVICE).setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO").upper())

metrics = Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "PdfLinkManifests"), service=SERVICE)


def count(name: str, value: float) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def seconds(name: str, value: float) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)


def milliseconds(name: str, value: float) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=value)


def shrunk(before: int, lost: int) -> None:
    """By how many percent a commit made a manifest's documents fewer. Of a few, one that goes is much, and no news."""
    if lost > 0 and before >= _ENOUGH:
        metrics.add_metric(name="ManifestShrink", unit=MetricUnit.Percent, value=100 * min(lost, before) / before)


def failed_here(times: int) -> None:
    """Count what failed in this version of the function: a release is judged by its own failures, and by no others."""
    version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
    if times and version.isdigit():  # what is not deployed has none
        named = {"service": SERVICE, "version": version}
        with single_metric("VersionFailures", MetricUnit.Count, times, 60, metrics.namespace, named):
            pass


def expires_in(first_expiry: str | None) -> None:
    """The seconds until a manifest's first link expires; nothing where it has no link."""
    if first_expiry:
        left = datetime.fromisoformat(first_expiry) - datetime.now(UTC)
        seconds("SecondsToFirstExpiry", left.total_seconds())


def warn_of_dot_segments(bucket: str, prefix: str, key: str) -> None:
    """Say it where a document's link will fail in most clients: only another name for it would help."""
    if has_dot_segments(key):
        logger.warning(
            "the link to this key fails in clients that resolve its '.' and '..': curl, requests, browsers",
            bucket=bucket,
            prefix=prefix,
            key=key,
        )


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

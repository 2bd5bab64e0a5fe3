"""Log lines and metrics: what they hold, and that nothing need be set for them."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.telemetry import count, expires_in, invocation, logger, metrics, service_in
from tests.conftest import Log


class Context:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def flushed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    shipped = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    (only,) = shipped
    assert isinstance(only, dict)
    return only


def test_every_line_of_an_invocation_names_its_request(log: Log) -> None:
    with invocation(Context()):
        logger.info("something", bucket="docs", prefix="a/")
    (line,) = log()
    assert (line["request_id"], line["bucket"], line["prefix"]) == (Context.aws_request_id, "docs", "a/")


def test_a_call_without_a_context_has_no_request(log: Log) -> None:
    with invocation(None):
        logger.info("something")
    assert "request_id" not in log()[0] or log()[0]["request_id"] is None


def test_a_line_has_its_time_as_lambda_reads_it(log: Log) -> None:
    logger.error("something")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)", log()[0]["timestamp"])


def test_each_function_of_each_stack_counts_for_itself_unless_told_otherwise() -> None:
    on_lambda = {"AWS_LAMBDA_FUNCTION_NAME": "pdf-links-FullScan-1A2B"}
    assert service_in(on_lambda) == "pdf-links-FullScan-1A2B"
    assert service_in(on_lambda | {"POWERTOOLS_SERVICE_NAME": "links"}) == "links"
    assert service_in({}) == "pdf-link-manifests"


def test_metrics_have_a_namespace_without_any_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with invocation(None):
        count("DocumentsAdded", 3)
        count("ManifestLines", 4)
        count("ManifestLines", 5)
    shipped = flushed(capsys)
    assert shipped["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "PdfLinkManifests"
    assert (shipped["DocumentsAdded"], shipped["ManifestLines"]) == ([3.0], [4.0, 5.0])


def test_metrics_are_written_when_the_invocation_fails_and_why_is_logged(
    capsys: pytest.CaptureFixture[str], log: Log
) -> None:
    def fail() -> None:
        with invocation(None):
            count("DocumentsAdded", 1)
            raise LookupError("why")

    with pytest.raises(LookupError, match="why"):
        fail()
    assert flushed(capsys)["DocumentsAdded"] == [1.0]
    assert (log()[0]["error"], log()[0]["why"]) == ("LookupError", "why")


def test_an_invocation_without_metrics_writes_none(capsys: pytest.CaptureFixture[str]) -> None:
    with invocation(None):
        pass
    assert "_aws" not in capsys.readouterr().out


def test_the_seconds_to_the_first_expiry_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)
    with invocation(None):
        expires_in(f"{soon:%Y-%m-%dT%H:%M:%SZ}")
    assert 90 < flushed(capsys)["SecondsToFirstExpiry"][0] <= 100


def test_a_manifest_without_links_has_no_first_expiry() -> None:
    expires_in(None)
    assert not metrics.metric_set

"""Log lines and metrics: what they hold, and that nothing need be set for them."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.project import ROOT
from shared.telemetry import count, expires_in, failed_here, invocation, logger, metrics, service_in
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


@pytest.mark.parametrize(("chosen", "level"), [("DEBUG", 10), ("INFO", 20), ("WARN", 30), ("ERROR", 40)])
def test_the_level_is_the_one_that_was_chosen_whatever_lambda_lets_through(chosen: str, level: int) -> None:
    """Lambda says INFO for all of these but DEBUG: template.yaml."""
    env = {"POWERTOOLS_LOG_LEVEL": chosen, "AWS_LAMBDA_LOG_LEVEL": "DEBUG" if chosen == "DEBUG" else "INFO"}
    code = "from shared.telemetry import logger; print(logger.log_level)"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, cwd=ROOT)
    assert (int(done.stdout), done.stderr) == (level, "")


def test_what_fails_is_counted_for_its_version_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    failed_here(2)
    shipped = flushed(capsys)
    (metric,) = shipped["_aws"]["CloudWatchMetrics"]
    assert (metric["Namespace"], metric["Dimensions"]) == ("PdfLinkManifests", [["service", "version"]])
    assert (shipped["version"], shipped["VersionFailures"]) == ("7", [2.0])


@pytest.mark.parametrize(("version", "times"), [("7", 0), ("$LATEST", 2)])
def test_where_nothing_failed_or_nothing_is_deployed_there_is_nothing_to_judge(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, version: str, times: int
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", version)
    failed_here(times)
    assert capsys.readouterr().out == ""

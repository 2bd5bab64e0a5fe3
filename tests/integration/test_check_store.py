"""`make check-store` tells the stores that lose updates from those that do not."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable

import boto3
import pytest

from local.laptop.check_store import conditions, links, races
from local.laptop.check_store.examination import examine
from local.laptop.check_store.findings import Check, Finding, Outcome, Subject
from local.project import ROOT
from shared.config import Settings
from tests.gateway import gateway
from tests.servers import Server, free_ports

on_minio = pytest.mark.parametrize("store_server", ["minio"], indirect=True)
on_moto = pytest.mark.parametrize("store_server", ["moto"], indirect=True)


def check_store(server: Server, bucket: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | server.environment() | {"BUCKET_NAME": bucket, "COLUMNS": "200"}
    command = [sys.executable, "-m", "local.laptop.check_store"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def found(server: Server, bucket: str, checks: Iterable[Check]) -> list[Finding]:
    settings = Settings.from_env(server.environment() | {"BUCKET_NAME": bucket})
    session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=server.region)
    return examine(session, settings, checks)


def outcomes(findings: list[Finding], subject: Subject) -> set[Outcome]:
    return {finding.outcome for finding in findings if finding.subject is subject}


@on_minio
def test_a_store_that_lets_one_writer_win_is_fit_and_left_as_it_was(store_server: Server, bucket: str) -> None:
    done = check_store(store_server, bucket)

    assert (done.returncode, "WRONG" in done.stdout, done.stderr) == (0, False, ""), done.stdout
    assert len(re.findall(r"one winner in (\d) of \1 rounds", done.stdout)) == 4
    assert "fit with limits" in done.stdout  # it takes no double slash
    client = store_server.client()
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)


@on_moto
def test_a_store_that_ignores_a_condition_is_not_fit(store_server: Server, bucket: str) -> None:
    done = check_store(store_server, bucket)

    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if "WRONG" in line]
    assert any("CompleteMultipartUpload, If-Match" in line for line in wrong)
    assert not any("PutObject, If-" in line for line in wrong)
    assert "NOT FIT" in done.stdout


@pytest.fixture
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a gateway decides each of them alike."""
    monkeypatch.setattr(races, "_ROUNDS", (2, 2))


@on_moto
@pytest.mark.usefixtures("few_rounds")
def test_a_store_that_looks_before_it_writes_refuses_all_it_must_and_is_not_fit(
    store_server: Server, bucket: str
) -> None:
    with gateway(store_server, atomic=False) as looking:
        findings = found(looking, bucket, [*conditions.checks(), *races.checks()])

    refusals = [one for one in findings if one.subject is Subject.CONDITIONS and "Copy" not in one.tried]
    assert {finding.outcome for finding in refusals} == {Outcome.OK}
    assert outcomes(findings, Subject.RACES) == {Outcome.WRONG}


@on_moto
@pytest.mark.usefixtures("few_rounds")
def test_the_same_store_is_right_where_nobody_comes_between(store_server: Server, bucket: str) -> None:
    with gateway(store_server, atomic=True) as looking:
        findings = found(looking, bucket, races.checks())

    assert outcomes(findings, Subject.RACES) == {Outcome.OK}


@on_moto
def test_links_that_download_however_they_are_altered_are_noticed(store_server: Server, bucket: str) -> None:
    findings = found(store_server, bucket, links.checks())

    assert [one.outcome for one in findings if one.subject is Subject.LINKS] == [Outcome.OK, *[Outcome.LIMIT] * 3]


@on_moto
def test_a_bucket_that_is_missing_is_an_error_and_no_verdict(store_server: Server, bucket: str) -> None:
    done = check_store(store_server, f"{bucket}-absent")

    assert done.returncode == 2
    assert "BucketMissingError" in done.stderr
    assert f"{bucket}-absent" in done.stderr


def test_a_store_that_cannot_be_reached_is_an_error_and_no_verdict() -> None:
    (port,) = free_ports(1)
    done = check_store(Server("nobody", f"http://127.0.0.1:{port}", "key", "secret"), "reports")

    assert done.returncode == 2
    assert "StoreUnavailableError" in done.stderr
    assert "Is the store up?" in done.stderr
    assert "fit" not in done.stdout
    assert "could not delete" not in done.stdout  # nothing was written

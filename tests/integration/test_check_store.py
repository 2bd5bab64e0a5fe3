"""`make check-store` tells the stores that lose updates from those that do not."""

import os
import subprocess
import sys

import pytest

from local.project import ROOT
from tests.servers import Server


def check_store(server: Server, bucket: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | server.environment() | {"BUCKET_NAME": bucket, "COLUMNS": "200"}
    command = [sys.executable, "-m", "local.laptop.check_store"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("store_server", ["seaweedfs", "minio"], indirect=True)
def test_a_store_that_refuses_what_it_must_is_fit(store_server: Server, bucket: str) -> None:
    done = check_store(store_server, bucket)
    assert (done.returncode, done.stdout.count(" ok "), "WRONG" in done.stdout) == (0, 9, False), done.stdout


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
def test_a_store_that_ignores_a_condition_is_not_fit(store_server: Server, bucket: str) -> None:
    done = check_store(store_server, bucket)
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if "WRONG" in line]
    assert any("CompleteMultipartUpload" in line for line in wrong)
    assert not any("PutObject" in line for line in wrong)


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
def test_a_bucket_that_is_missing_is_an_error_and_no_verdict(store_server: Server, bucket: str) -> None:
    done = check_store(store_server, f"{bucket}-absent")
    assert done.returncode == 1
    assert "BucketMissingError" in done.stderr

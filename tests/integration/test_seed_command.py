"""seed.py as a process, on real servers."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.project import ROOT
from local.samples import one_page_pdf, sample_pdfs
from tests.servers import Server, free_ports

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

COMMAND = [sys.executable, "seed.py"]
BARE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def seed(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*COMMAND, *arguments], cwd=ROOT, env=BARE | env, capture_output=True, text=True, check=False)


def test_the_samples_are_uploaded_whole_below_the_prefix(store_server: Server, s3: "S3Client", bucket: str) -> None:
    done = seed(store_server.environment() | {"BUCKET_NAME": bucket, "PREFIX": "2026/05"})

    assert done.returncode == 0, done.stderr
    for name, content in sample_pdfs():
        answer = s3.get_object(Bucket=bucket, Key=f"2026/05/{name}")
        assert answer["Body"].read() == content
        assert answer["ContentType"] == "application/pdf"


def test_a_missing_bucket_is_named_until_it_is_to_be_made(store_server: Server, bucket: str) -> None:
    env = store_server.environment() | {"BUCKET_NAME": f"{bucket}-new"}

    refused = seed(env)
    assert refused.returncode == 1
    assert f"{bucket}-new" in refused.stderr
    assert "--create-bucket" in refused.stderr

    assert seed(env, "--create-bucket").returncode == 0
    assert seed(env, "--create-bucket").returncode == 0


def test_what_cannot_be_read_is_named_and_the_rest_uploaded(
    store_server: Server, s3: "S3Client", bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "broken.pdf").symlink_to("nothing")
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "good.pdf").write_bytes(one_page_pdf("good"))

    done = seed(store_server.environment() | {"BUCKET_NAME": bucket, "PREFIX": "", "SOURCE_DIR": str(tmp_path)})

    assert done.returncode == 1
    assert "1 of 3 PDFs uploaded" in done.stdout
    assert "broken.pdf: it cannot be read" in done.stderr
    assert "empty.pdf: it is empty" in done.stderr
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["good.pdf"]


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
def test_missing_credentials_are_said_to_be_missing(store_server: Server, bucket: str) -> None:
    env = {"BUCKET_NAME": bucket, "S3_ENDPOINT_URL": store_server.endpoint_url, "AWS_EC2_METADATA_DISABLED": "true"}

    done = seed(env)

    assert done.returncode == 1
    assert "CredentialsError" in done.stderr


def test_an_endpoint_that_is_down_is_one_clear_line() -> None:
    server = Server("nobody", f"http://127.0.0.1:{free_ports(1)[0]}", "nobody", "nobody-at-all")

    done = seed(server.environment())

    assert done.returncode == 1
    assert "StoreUnavailableError" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_profile_that_does_not_exist_is_named() -> None:
    done = seed({"AWS_PROFILE": "nobodys", "S3_ENDPOINT_URL": "http://127.0.0.1:1"})

    assert done.returncode == 1
    assert "nobodys" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_before_the_first_upload_says_that_nothing_was_uploaded() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:  # it takes connections, and never answers
        server = Server("deaf", f"http://127.0.0.1:{deaf.getsockname()[1]}", "deaf", "deaf-as-a-post")
        with (
            subprocess.Popen(
                COMMAND, cwd=ROOT, env=BARE | server.environment(), stderr=subprocess.PIPE, text=True
            ) as seeding,
            closing(deaf.accept()[0]),
        ):
            seeding.send_signal(signal.SIGINT)
            _, errors = seeding.communicate(timeout=30)

    assert seeding.returncode == 130
    assert errors.strip() == "Interrupted; nothing was uploaded."

"""What a person does on a laptop, done for real: the targets of the Makefile, as processes of their own."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from local.daemon import port_is_free
from local.project import LOCAL
from seed import one_page_pdf
from shared.domain.manifest import read_lines
from tests.servers import Server, free_ports
from tests.shell import Shell, of_a_laptop

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.xdist_group("laptop")

BUCKET = "laptop"
STRANGE = "2026/04/acme/März & 50% $5+1.PDF"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, minio_program: Path) -> Iterator[Shell]:
    """With MinIO up, on ports of its own."""
    assert minio_program.exists()
    variables = of_a_laptop(BUCKET)
    port, links = variables["MINIO_PORT"], variables["LINKS_PORT"]
    shell = Shell(tmp_path_factory.mktemp("bin"), variables)
    done = shell.make("up")
    assert done.returncode == 0, done.stderr
    yield shell
    done = shell.make("down", DELETE="1")
    assert "MinIO has ended. What it stored is deleted." in done.stdout
    assert not (LOCAL / f"minio-{port}").exists()
    assert port_is_free(int(port))
    assert port_is_free(int(links))


@pytest.fixture
def documents(shell: Shell) -> "S3Client":
    """The same MinIO, by another door."""
    url = f"http://127.0.0.1:{shell.env['MINIO_PORT']}"
    return boto3.Session("minioadmin", "minioadmin", region_name="us-east-1").client("s3", endpoint_url=url)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with PDFs at several depths, and something else."""
    for name in (STRANGE.removeprefix("2026/04/"), "summary.pdf", "acme/old/q4.Pdf"):
        path = tmp_path / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one_page_pdf(name))
    (tmp_path / "reports" / "readme.txt").write_text("no PDF")
    return tmp_path / "reports"


def shown(client: "S3Client", bucket: str, prefix: str) -> set[str]:
    """The keys a prefix's manifest shows."""
    try:
        body = client.get_object(Bucket=bucket, Key=f"manifests/{prefix}manifest.jsonl")["Body"].read()
    except ClientError:
        return set()
    return {key for key, line in read_lines(body).items() if line.shown}


def test_up_twice_is_up_once_and_keeps_what_is_stored(shell: Shell, documents: "S3Client") -> None:
    documents.put_object(Bucket=BUCKET, Key="kept.txt", Body=b"x")

    done = shell.make("up")

    assert done.returncode == 0, done.stderr
    assert f"http://127.0.0.1:{shell.env['MINIO_PORT']}" in done.stdout
    assert documents.get_object(Bucket=BUCKET, Key="kept.txt")["Body"].read() == b"x"


def test_pdfs_of_a_folder_are_seeded_and_each_invocation_puts_them_into_manifests(
    shell: Shell, documents: "S3Client", reports: Path
) -> None:
    done = shell.make("seed", SOURCE_DIR=str(reports))
    assert done.returncode == 0, done.stderr
    assert "3 of 3 PDFs uploaded to s3://laptop/2026/04/" in done.stdout
    assert documents.head_object(Bucket=BUCKET, Key=STRANGE)["ContentType"] == "application/pdf"

    answer = shell.answer("invoke", KEY=STRANGE)
    assert [manifest["added"] for manifest in answer["manifests"]] == [1]
    assert shown(documents, BUCKET, "2026/04/acme/") == {STRANGE}

    answer = shell.answer("invoke-full")
    assert {manifest["prefix"] for manifest in answer["manifests"]} >= {"2026/04/", "2026/04/acme/old/"}
    assert shown(documents, BUCKET, "2026/04/acme/old/") == {"2026/04/acme/old/q4.Pdf"}


def test_a_key_may_be_given_on_the_command_line_as_well(shell: Shell, documents: "S3Client") -> None:
    documents.put_object(Bucket=BUCKET, Key="2026/05/$HOME $(x).pdf", Body=b"%PDF-")

    shell.answer("invoke", "KEY=2026/05/$HOME $(x).pdf")

    assert shown(documents, BUCKET, "2026/05/") == {"2026/05/$HOME $(x).pdf"}


def test_without_a_key_invoke_says_what_to_give(shell: Shell) -> None:
    done = shell.make("invoke")

    assert done.returncode != 0
    assert "make invoke KEY=" in done.stderr
    assert not done.stdout


def test_the_full_scan_tells_how_many_keys_it_has_listed(shell: Shell, documents: "S3Client") -> None:
    for number in range(3):
        documents.put_object(Bucket=BUCKET, Key=f"2026/06/{number}.pdf", Body=b"%PDF-")

    done = shell.make("invoke-full", PREFIX="2026/06/")

    assert json.loads(done.stdout)["count"] == 3
    assert "3 keys listed" in done.stderr


def test_keys_for_aws_in_the_environment_do_not_keep_one_from_the_local_minio(shell: Shell) -> None:
    for_aws = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}

    done = shell.make("seed", AWS_PROFILE="somebody", **for_aws)

    assert done.returncode == 0, done.stderr


def test_a_store_that_is_down_is_one_clear_line(shell: Shell) -> None:
    nobody = f"http://127.0.0.1:{free_ports(1)[0]}"

    for target in ("seed", "invoke", "invoke-full"):
        done = shell.make(target, S3_ENDPOINT_URL=nobody, KEY="a.pdf")

        assert done.returncode != 0
        assert "StoreUnavailableError" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("server", ["seaweedfs", "moto"])
def test_the_same_targets_work_on_another_store(
    server: str, request: pytest.FixtureRequest, tmp_path: Path, reports: Path
) -> None:
    store: Server = request.getfixturevalue(server)
    shell = Shell(tmp_path, store.environment() | {"BUCKET_NAME": f"laptop-{os.getpid()}", "PREFIX": "2026/04"})
    bucket = shell.env["BUCKET_NAME"]

    refused = shell.make("seed", SOURCE_DIR=str(reports))
    assert refused.returncode != 0
    assert "BucketMissingError" in refused.stderr

    done = shell.make("seed", SOURCE_DIR=str(reports), CREATE_BUCKET="1")
    assert done.returncode == 0, done.stderr
    assert shell.answer("invoke", KEY=STRANGE)["manifests"][0]["added"] == 1
    assert shell.answer("invoke-full")["count"] == 3
    assert shown(store.client(), bucket, "2026/04/acme/") == {STRANGE}


def test_watching_puts_an_upload_into_its_manifest_and_survives_a_restart(shell: Shell, documents: "S3Client") -> None:
    with shell.running("make", "watch") as watch:
        seen_in_time(documents, "2026/07/a b+c%20ü.pdf")
        assert shell.make("down").returncode == 0
        assert shell.make("up").returncode == 0
        seen_in_time(documents, "2026/07/later.pdf")
        os.killpg(watch.pid, signal.SIGINT)
        output, errors = watch.communicate(timeout=20)

    assert "2026/07/a b+c%20ü.pdf: manifests/2026/07/manifest.jsonl" in output
    assert output.count("Not connected") == 1
    assert "Ended." in output
    assert "Traceback" not in errors


def test_only_minio_can_be_watched(tmp_path: Path, seaweedfs: Server) -> None:
    done = Shell(tmp_path, seaweedfs.environment()).make("watch")

    assert done.returncode != 0
    assert "is no MinIO" in done.stderr


def seen_in_time(client: "S3Client", key: str) -> None:
    """Upload it until its manifest shows it: nobody hears what happens before they listen."""
    prefix = key[: key.rfind("/") + 1]
    deadline = time.monotonic() + 30
    while key not in shown(client, BUCKET, prefix):
        assert time.monotonic() < deadline
        client.put_object(Bucket=BUCKET, Key=key, Body=b"%PDF-")
        time.sleep(0.5)

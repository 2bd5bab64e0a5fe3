"""`make up` and `make down`, run for real: what goes wrong is named, and nothing that was stored is deleted by it."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from local.project import LOCAL
from tests.servers import free_ports
from tests.shell import Shell, of_a_laptop

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.xdist_group("laptop")

BUCKET = "laptop"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, minio_program: Path) -> Iterator[Shell]:
    assert minio_program.exists()
    shell = Shell(tmp_path_factory.mktemp("bin"), of_a_laptop(BUCKET))
    yield shell
    shell.make("down", DELETE="1")
    assert not (LOCAL / f"minio-{shell.env['MINIO_PORT']}").exists()


def client(shell: Shell) -> "S3Client":
    url = f"http://127.0.0.1:{shell.env['MINIO_PORT']}"
    return boto3.Session("minioadmin", "minioadmin", region_name="us-east-1").client("s3", endpoint_url=url)


def test_neither_down_nor_an_up_that_fails_deletes_what_is_stored(shell: Shell) -> None:
    assert shell.make("up").returncode == 0
    documents = client(shell)
    documents.put_object(Bucket=BUCKET, Key="precious.txt", Body=b"x")

    done = shell.make("down")
    assert f"MinIO has ended. What it stored is kept in .local/minio-{shell.env['MINIO_PORT']}" in done.stdout
    assert shell.make("up", MINIO_ROOT_PASSWORD="short").returncode != 0
    assert shell.make("up").returncode == 0

    assert documents.get_object(Bucket=BUCKET, Key="precious.txt")["Body"].read() == b"x"


def test_a_port_that_is_taken_is_named_and_nothing_is_left(shell: Shell) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])

        done = shell.make("up", MINIO_PORT=port)

    assert done.returncode != 0
    assert f"Port {port} is taken" in done.stderr
    assert "MINIO_PORT" in done.stderr
    assert not (LOCAL / f"minio-{port}").exists()


def test_a_port_for_links_that_is_taken_is_named(shell: Shell) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])

        done = shell.make("up", LINKS_PORT=port)

    assert done.returncode != 0
    assert f"Port {port} is taken" in done.stderr
    assert "LINKS_PORT" in done.stderr


def test_a_minio_that_does_not_start_says_why_and_leaves_nothing(shell: Shell) -> None:
    port, console = map(str, free_ports(2))

    done = shell.make("up", MINIO_PORT=port, MINIO_CONSOLE_PORT=console, MINIO_ROOT_PASSWORD="short")

    assert done.returncode != 0
    assert "credentials" in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert not (LOCAL / f"minio-{port}").exists()


def test_down_without_a_minio_says_so(shell: Shell) -> None:
    done = shell.make("down", MINIO_PORT=str(free_ports(1)[0]))

    assert done.returncode == 0
    assert "No MinIO was running" in done.stdout

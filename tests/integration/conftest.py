"""Real S3 servers, each started when a test first asks for it, one of a kind for all tests of a process."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests import servers
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture(scope="session")
def moto() -> Iterator[Server]:
    with servers.moto() as server:
        yield server


@pytest.fixture(scope="session")
def seaweedfs() -> Iterator[Server]:
    with servers.seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def minio(minio_program: Path) -> Iterator[Server]:
    assert minio_program.exists()
    with servers.minio() as server:
        yield server


@pytest.fixture(scope="session", params=["moto", "seaweedfs", "minio"])
def store_server(request: pytest.FixtureRequest) -> Server:
    """Each kind of server in turn; some of them by `parametrize("store_server", [...], indirect=True)`."""
    server: Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def s3(store_server: Server) -> "S3Client":
    return store_server.client()


@pytest.fixture
def bucket(s3: "S3Client") -> Iterator[str]:
    """The name of a bucket of this test's own."""
    name = f"test-{secrets.token_hex(8)}"
    s3.create_bucket(Bucket=name)
    yield name
    with suppress(ClientError):  # only SeaweedFS deletes a bucket that is not empty; only it would run out of room
        s3.delete_bucket(Bucket=name)

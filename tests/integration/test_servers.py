"""The servers the other tests stand on: they come up, take what they are given, and leave nothing."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.daemon import port_is_free
from tests.servers import Server, free_ports, seaweedfs

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
HOLDS_A_SERVER = """
import sys
from tests.servers import moto
with moto() as server:
    print(server.endpoint_url.rpartition(":")[2], flush=True)
    sys.stdin.read()
"""


def test_every_server_gives_back_what_was_stored(s3: "S3Client", bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="2026/04/a b+c.pdf", Body=b"%PDF-")

    assert s3.get_object(Bucket=bucket, Key="2026/04/a b+c.pdf")["Body"].read() == b"%PDF-"


@pytest.mark.parametrize("store_server", ["seaweedfs", "minio"], indirect=True)
def test_a_real_server_refuses_other_keys_than_its_own(store_server: Server) -> None:
    stranger = Server("stranger", store_server.endpoint_url, store_server.access_key_id, "not its secret")
    client = stranger.client()

    with pytest.raises(client.exceptions.ClientError, match="SignatureDoesNotMatch"):
        client.list_buckets()


def test_seaweedfs_leaves_no_socket_behind() -> None:
    with seaweedfs() as server:
        port = int(server.endpoint_url.rpartition(":")[2])
        sockets = list(Path("/tmp").glob(f"seaweedfs-*-{port + 10_000}.sock"))

    assert sockets
    assert not any(path.exists() for path in sockets)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_server_ends_with_the_process_that_asked_for_it_however_that_ends(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        port = int(holder.stdout.readline())
        assert not port_is_free(port)

        holder.send_signal(number)

    deadline = time.monotonic() + 10
    while not port_is_free(port) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert port_is_free(port)


def test_the_ports_given_out_are_free_and_differ() -> None:
    ports = free_ports(4, also=10_000)

    assert len(set(ports)) == 4
    assert all(port_is_free(port) and port_is_free(port + 10_000) for port in ports)

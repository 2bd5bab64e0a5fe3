"""How requests are made to meet: what is held back, and that all of them are signed as the SDK signs."""

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from threading import Barrier, Thread

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.laptop.check_store.race import Request, never_send, race, signed
from shared.store.client import make_client

ANSWER = b"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 7\r\n\r\nrefused"


class Listener:
    """Takes so many connections, and answers none of them before each has shown all that it holds back nothing of."""

    def __init__(self, count: int, tls: ssl.SSLContext | None = None) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._tls = tls
        self.endpoint_url = f"{'https' if tls else 'http'}://127.0.0.1:{self._socket.getsockname()[1]}"
        self._all_have_all_but_the_last = Barrier(count, timeout=10)
        self._count = count
        self.received: list[bytes] = []

    def serve(self) -> None:
        with ThreadPoolExecutor(self._count) as pool:
            list(pool.map(self._answer, [self._socket.accept()[0] for _ in range(self._count)]))
        self._socket.close()

    def _answer(self, accepted: socket.socket) -> None:
        with self._tls.wrap_socket(accepted, server_side=True) if self._tls else accepted as connection:
            message = b""
            while not message.endswith(b"\r\n\r\nwriter "):  # without its last byte
                received = connection.recv(1)
                assert received, message
                message += received
            self._all_have_all_but_the_last.wait()
            self.received.append(message + connection.recv(1))
            connection.sendall(ANSWER)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener(5)
    serving = Thread(target=listener.serve)
    serving.start()
    yield listener
    serving.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """One for 127.0.0.1 that nobody knows, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a store")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    unencrypted = serialization.NoEncryption()
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
    )
    return file


def put(endpoint_url: str | None, body: bytes = b"writer 1", bucket: str = "reports") -> Request:
    session = boto3.Session("AKIDEXAMPLE", "secret", region_name="eu-central-1")
    client = make_client(session, endpoint_url)
    never_send(client)
    return signed(client, "put_object", {"Bucket": bucket, "Key": "a b.pdf", "Body": body, "IfMatch": '"etag"'})


def test_no_request_ends_before_all_others_have_come_but_for_their_last_byte(listener: Listener) -> None:
    replies = race([put(listener.endpoint_url, b"writer %d" % number) for number in range(5)])

    assert [(reply.status, reply.body, reply.refused) for reply in replies] == [(412, b"refused", True)] * 5
    assert sorted(message[-1:] for message in listener.received) == [b"0", b"1", b"2", b"3", b"4"]


def test_a_raced_request_carries_its_condition_its_host_and_a_signature_that_covers_both(listener: Listener) -> None:
    race([put(listener.endpoint_url)] * 5)

    head = listener.received[0].split(b"\r\n\r\n")[0].decode()
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert head.startswith("PUT /reports/a%20b.pdf HTTP/1.1\r\n")
    assert lines["Host"] == listener.endpoint_url.removeprefix("http://")
    assert lines["If-Match"] == '"etag"'
    assert lines["Content-Length"] == "8"
    assert "SignedHeaders=" in lines["Authorization"]
    assert "host;if-match;" in lines["Authorization"]


def test_a_race_over_tls_trusts_whom_the_sdk_trusts(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    listener = Listener(2, tls)
    serving = Thread(target=listener.serve)
    serving.start()

    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    replies = race([put(listener.endpoint_url) for _ in range(2)])
    serving.join()

    assert [reply.status for reply in replies] == [412, 412]


def test_on_aws_the_bucket_is_part_of_the_host_as_the_sdk_has_it() -> None:
    assert put(None).url == "https://reports.s3.eu-central-1.amazonaws.com/a%20b.pdf"


def test_a_store_nobody_answers_for_raises_oserror() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(OSError, match="refused"):
        race([put(f"http://127.0.0.1:{port}")] * 2)

"""seed.py as a process, on real servers."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.project import ROOT
from seed import Pdf, TakenError, one_page_pdf, pdfs, put
from shared.store.presence import refuse_to_overwrite
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
    for sample in pdfs(None):
        answer = s3.get_object(Bucket=bucket, Key=f"2026/05/{sample.name}")
        assert answer["Body"].read() == sample.open().read()
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


def test_what_is_there_is_kept_until_it_is_to_be_overwritten(
    store_server: Server, s3: "S3Client", bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-new")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-b")
    s3.put_object(Bucket=bucket, Key="a.pdf", Body=b"%PDF-old")
    env = store_server.environment() | {"BUCKET_NAME": bucket, "PREFIX": "", "SOURCE_DIR": str(tmp_path)}

    skipping = seed(env)
    assert skipping.returncode == 0, skipping.stderr
    assert "1 of 2 PDFs uploaded" in skipping.stdout
    assert "is there already, and was not overwritten: a.pdf" in skipping.stderr
    assert s3.get_object(Bucket=bucket, Key="a.pdf")["Body"].read() == b"%PDF-old"

    overwriting = seed(env, "--overwrite")
    assert "2 of 2 PDFs uploaded" in overwriting.stdout
    assert s3.get_object(Bucket=bucket, Key="a.pdf")["Body"].read() == b"%PDF-new"


@pytest.mark.parametrize("store_server", ["seaweedfs", "minio"], indirect=True)
@pytest.mark.parametrize("size", [100, 9_000_000], ids=["in one piece", "in parts"])
def test_what_came_after_the_look_is_not_overwritten_either(
    store_server: Server, s3: "S3Client", bucket: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.put_object(Bucket=bucket, Key="a.pdf", Body=b"%PDF-old")
    monkeypatch.setattr("seed.is_there", lambda _client, _place: False)
    client = store_server.client()
    refuse_to_overwrite(client)

    with pytest.raises(TakenError):
        put(client, bucket, "", Pdf("a.pdf", b"x" * size))

    assert s3.get_object(Bucket=bucket, Key="a.pdf")["Body"].read() == b"%PDF-old"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_ctrl_c_before_the_first_upload_says_that_none_was_uploaded() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:  # it takes connections, and never answers
        server = Server("deaf", f"http://127.0.0.1:{deaf.getsockname()[1]}", "deaf", "deaf-as-a-post")
        with begun(server.environment()) as seeding, closing(deaf.accept()[0]):
            seeding.send_signal(signal.SIGINT)
            said, errors = seeding.communicate(timeout=30)

    assert seeding.returncode == 130
    assert "0 of 5 PDFs uploaded" in said
    assert "not begun: 5" in errors
    assert "Traceback" not in errors


def test_ctrl_c_twice_tells_what_was_uploaded_and_what_nobody_knows(tmp_path: Path) -> None:
    for name in ("0", "1", "slow"):
        (tmp_path / f"{name}.pdf").write_bytes(b"%PDF-")
    with slow_store() as store:
        env = Server("slow", store.url, "slow", "as-a-snail").environment() | {"SOURCE_DIR": str(tmp_path)}
        with begun(env) as seeding:
            assert seeding.stderr
            store.hangs.wait(20)
            seeding.send_signal(signal.SIGINT)
            while "Ending what has begun" not in (line := seeding.stderr.readline()):
                assert line, "it ended before it was told twice"
            seeding.send_signal(signal.SIGINT)
            said, errors = seeding.communicate(timeout=10)

    assert seeding.returncode == 130
    under_way = re.findall("was under way, and may have been uploaded: (.*)", errors)
    uploaded = re.findall("^  2026/04/(.*)", errors, re.MULTILINE)
    assert "slow.pdf" in under_way
    assert sorted(under_way + uploaded) == ["0.pdf", "1.pdf", "slow.pdf"]  # a stored one's answer may be on its way
    assert f"{len(uploaded)} of 3 PDFs uploaded" in said
    assert "Traceback" not in errors


def begun(env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        COMMAND, cwd=ROOT, env=BARE | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


class SlowStore(BaseHTTPRequestHandler):
    """Takes every object but one, whose answer it owes until the end."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(404 if self.path.endswith(".pdf") else 200)

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        store: Any = self.server
        if "slow" in self.path:
            store.others.acquire()
            store.others.acquire()
            store.hangs.set()
            store.over.wait(60)
        self._answer(200)
        store.others.release()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("ETag", '"0"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def slow_store() -> Iterator[Any]:
    """`hangs` is set when all but the slow one are stored."""
    store: Any = ThreadingHTTPServer(("127.0.0.1", 0), SlowStore)
    store.others, store.hangs, store.over = threading.Semaphore(0), threading.Event(), threading.Event()
    store.url = f"http://127.0.0.1:{store.server_port}"
    threading.Thread(target=store.serve_forever).start()
    try:
        yield store
    finally:
        store.over.set()
        store.shutdown()
        store.server_close()

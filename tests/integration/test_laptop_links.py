"""Links that do not expire, on a laptop: made by its scan, opened by its server, followed by what people use."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest

from local.project import LOCAL
from tests.shell import Shell, of_a_laptop

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.xdist_group("laptop")

BUCKET = "laptop"
KEY = "2026/04/acme/März & 50% $5+1.pdf"
NAME = KEY.rsplit("/", 1)[-1]
BODY = b"%PDF-1.4 " + os.urandom(3_000_000)
CLIENTS = {
    "curl": ["curl", "-sfL", "--remote-name", "--remote-header-name"],
    "wget": ["wget", "-q", "--content-disposition"],
    "aria2c": ["aria2c", "-q", "-s4", "-k1M", "--allow-overwrite=true"],
}
RESUMING = {
    "curl": ["curl", "-sfL", "-C", "-", "-o", "file.pdf"],
    "wget": ["wget", "-q", "-c", "-O", "file.pdf"],
    "aria2c": ["aria2c", "-q", "-c", "-o", "file.pdf"],
}
SLOW = {  # three megabytes in ten seconds
    "curl": ["curl", "-sfL", "--limit-rate", "300k", "-o", "file.pdf"],
    "wget": ["wget", "-q", "--limit-rate=300k", "-O", "file.pdf"],
    "aria2c": ["aria2c", "-q", "-s1", "--max-download-limit=300K", "-o", "file.pdf"],
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, minio_program: Path) -> Iterator[Shell]:
    """With MinIO up, what opens links beside it, and one PDF."""
    assert minio_program.exists()
    variables = of_a_laptop(BUCKET) | {"LINKS": "stable", "OPEN_EXPIRY_SECONDS": "2"}
    variables["S3_ENDPOINT_URL"] = f"http://127.0.0.1:{variables['MINIO_PORT']}"
    shell = Shell(tmp_path_factory.mktemp("bin"), variables)
    done = shell.make("up")
    assert done.returncode == 0, done.stderr
    documents(shell).put_object(Bucket=BUCKET, Key=KEY, Body=BODY)
    shell.answer("invoke-full")
    yield shell
    assert shell.make("down", DELETE="1").returncode == 0


def documents(shell: Shell) -> "S3Client":
    url = shell.env["S3_ENDPOINT_URL"]
    return boto3.Session("minioadmin", "minioadmin", region_name="us-east-1").client("s3", endpoint_url=url)


@pytest.fixture
def link(shell: Shell) -> str:
    found = documents(shell).get_object(Bucket=BUCKET, Key="manifests/2026/04/acme/manifest.jsonl")
    line = json.loads(found["Body"].read())
    assert "expires_at" not in line
    assert found["Metadata"]["first-expiry"] == "none"
    return str(line["url"])


def ask(link: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request, no redirect followed."""
    url = urlsplit(link)
    with closing(HTTPConnection(url.netloc, timeout=10)) as connection:
        connection.request(method, f"{url.path}?{url.query}", headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def have(client: str) -> list[str]:
    if not shutil.which(client):
        pytest.skip(f"there is no {client} on this machine")
    return CLIENTS[client]


def test_a_link_leads_through_a_redirect_to_what_was_uploaded(link: str) -> None:
    status, headers, _ = ask(link)
    assert status == 302
    status, headers, body = ask(headers["location"])
    assert (status, body) == (200, BODY)
    assert headers["content-type"] == "application/pdf"
    assert headers["cache-control"] == "private, no-store"
    assert headers["content-disposition"].startswith("inline; ")


def test_a_part_of_it_can_be_asked_for(link: str) -> None:
    _, headers, _ = ask(link, Range="bytes=5-9")
    status, headers, body = ask(headers["location"], Range="bytes=5-9")
    assert (status, body) == (206, BODY[5:10])


def test_a_head_is_answered_like_a_get(link: str) -> None:
    _, headers, _ = ask(link, "HEAD")
    status, headers, _ = ask(headers["location"], "HEAD")
    assert (status, headers["content-length"]) == (200, str(len(BODY)))


def test_what_was_uploaded_as_html_is_shown_as_a_pdf(shell: Shell, link: str) -> None:
    documents(shell).put_object(Bucket=BUCKET, Key="2026/04/x/page.pdf", Body=b"<script>", ContentType="text/html")
    shell.answer("invoke", KEY="2026/04/x/page.pdf")
    found = documents(shell).get_object(Bucket=BUCKET, Key="manifests/2026/04/x/manifest.jsonl")
    url = json.loads(found["Body"].read())["url"]
    assert url.startswith(link[: link.index("/d/")])
    assert ask(ask(url)[1]["location"])[1]["content-type"] == "application/pdf"


@pytest.mark.parametrize("client", CLIENTS)
def test_a_file_gets_its_right_name(link: str, client: str, tmp_path: Path) -> None:
    subprocess.run([*have(client), f"{link}?download"], cwd=tmp_path, check=True, timeout=60)
    (found,) = tmp_path.iterdir()
    assert found.read_bytes() == BODY
    assert found.name.endswith(" $5+1.pdf")  # what is not ASCII, and what may be an escape, curl leaves out


@pytest.mark.parametrize("client", RESUMING)
def test_a_transfer_that_broke_off_goes_on(link: str, client: str, tmp_path: Path) -> None:
    have(client)
    (tmp_path / "file.pdf").write_bytes(BODY[:1_000_000])
    subprocess.run([*RESUMING[client], link], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "file.pdf").read_bytes() == BODY


@pytest.mark.campaign
@pytest.mark.parametrize("client", SLOW)
def test_a_transfer_outlasts_its_link(link: str, client: str, tmp_path: Path) -> None:
    have(client)
    subprocess.run([*SLOW[client], link], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "file.pdf").read_bytes() == BODY


def test_neither_link_nor_secret_gets_into_the_servers_log(shell: Shell, link: str) -> None:
    ask(link)
    log = (LOCAL / f"links-of-minio-{shell.env['MINIO_PORT']}" / "log").read_text()
    secret = (LOCAL / f"minio-{shell.env['MINIO_PORT']}" / "link-secret").read_text()
    assert '"status":302' in log
    assert not [each for each in (*link.split("/")[4:], secret, "X-Amz-Signature") if each in log]


@pytest.mark.parametrize("nonsense", [b"GET\r\n\r\n", b"BREW /d/x/y HTTP/1.1\r\n\r\n", b"\x00\xff\r\n\r\n"])
def test_nonsense_is_answered_and_the_server_goes_on(link: str, nonsense: bytes) -> None:
    url = urlsplit(link)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        connection.sendall(nonsense)
        connection.recv(1000)
    assert ask(link)[0] == 302


def test_after_the_documents_end_its_link_says_so(shell: Shell) -> None:
    documents(shell).put_object(Bucket=BUCKET, Key="2026/04/y/z.pdf", Body=b"%PDF-")
    shell.answer("invoke", KEY="2026/04/y/z.pdf")
    found = documents(shell).get_object(Bucket=BUCKET, Key="manifests/2026/04/y/manifest.jsonl")
    url = json.loads(found["Body"].read())["url"]
    assert ask(url)[0] == 302
    documents(shell).delete_object(Bucket=BUCKET, Key="2026/04/y/z.pdf")
    assert ask(url)[0] == 410

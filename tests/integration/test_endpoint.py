"""The S3 that only the SDK has been told of: what it is told, every tool and both functions follow, and links too."""

import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from local.project import ROOT
from tests.integration.deployment import deployed, manifest, shown
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.parametrize("store_server", ["moto"], indirect=True)


def environment(server: Server, bucket: str) -> dict[str, str]:
    told = {"S3_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_S3": server.endpoint_url}
    return server.environment() | told | {"BUCKET_NAME": bucket, "PREFIX": "a/"}


def test_links_lead_where_requests_go(store_server: Server, s3: "S3Client", bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a/1.pdf", Body=b"%PDF-1")
    with deployed(store_server, bucket, **environment(store_server, bucket)) as functions:
        assert functions.deliver("a/1.pdf").success
        updated = manifest(s3, bucket, "a/")
        manifest_url = functions.scan("a/").body["manifest_url"]
    rebuilt = manifest(s3, bucket, "a/")

    for lines in (updated, rebuilt):
        assert set(shown(lines)) == {"a/1.pdf"}
        assert fetched(lines["a/1.pdf"].url) == b"%PDF-1"
    assert b"a/1.pdf" in fetched(manifest_url)


@pytest.mark.parametrize("program", [["seed.py"], ["-m", "local.laptop.check_store"]], ids=["seed", "check-store"])
def test_a_persons_tools_go_there_too(store_server: Server, s3: "S3Client", bucket: str, program: list[str]) -> None:
    asked = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "HOME": "/nonexistent", "COLUMNS": "200"} | environment(store_server, bucket),
        capture_output=True,
        text=True,
        check=False,
    )

    found = s3.list_objects_v2(Bucket=bucket).get("KeyCount")
    assert (found == 5) if "seed.py" in program else "NOT FIT" in asked.stdout  # as moto is


def fetched(url: str | None) -> bytes:
    with urllib.request.urlopen(url or "") as answer:
        content: bytes = answer.read()
        return content

"""The template with what most of its parameters switch: named buckets, manifests apart, folders gathered."""

import json
import os
from collections.abc import Iterator

import pytest

from local.deployed.deployment import deploy
from local.deployed.emulator import emulator
from local.deployed.library import Library, fetch, seconds_until

pytestmark = pytest.mark.xdist_group("parameters")  # one stack for all of them

PDF = b"%PDF-1.7 a report"
PARAMETERS = {
    "BucketName": "reports",
    "ManifestBucketName": "report-links",
    "ManifestPrefix": "",
    "PrefixDepth": "1",
    "UrlExpirySeconds": "60",
    "RefreshState": "DISABLED",
    "AlarmTopicArn": "arn:aws:sns:us-east-1:000000000000:on-call",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield Library(deploy(running.aws(), PARAMETERS))


def manifest(library: Library, prefix: str) -> list[dict[str, str]]:
    """The lines of a prefix's manifest; none where there is no manifest yet."""
    s3 = library.aws.s3
    try:
        found = s3.get_object(Bucket="report-links", Key=f"reports/{prefix}manifest.jsonl")
    except s3.exceptions.NoSuchKey:
        return []
    return [json.loads(line) for line in found["Body"].read().splitlines()]


def test_manifests_lie_in_a_bucket_of_their_own_one_for_each_top_folder(library: Library) -> None:
    assert library.stack.bucket == "reports"
    for key in ("2026/04/acme.pdf", "2026/05/globex.pdf"):
        library.upload(key, PDF)
    seconds_until(lambda: len(manifest(library, "2026/")) == 2, "both documents in one manifest")
    assert {line["key"] for line in manifest(library, "2026/")} == {"2026/04/acme.pdf", "2026/05/globex.pdf"}
    assert "X-Amz-Expires=60&" in manifest(library, "2026/")[0]["url"]


def test_a_scan_rebuilds_them_there(library: Library) -> None:
    with library.unheard():
        library.upload("2025/lost.pdf", PDF)
    answer = library.scan("2025/12/")  # widened to the manifest's own prefix
    assert answer["count"] == 1
    (line,) = manifest(library, "2025/")
    assert fetch(line["url"]) == PDF


def test_functions_are_said_to_be_for_the_processor_they_are_packed_for(library: Library) -> None:
    for name in (library.stack.on_created_function, library.stack.full_scan_function):
        (architecture,) = library.aws.lambda_.get_function_configuration(FunctionName=name)["Architectures"]
        assert architecture == {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)

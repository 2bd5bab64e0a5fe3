"""What is built for Lambda, run as there: by Lambda's own Python and runtime client, with nothing but the zip."""

import json
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deployed.package import ARCHITECTURE_HERE, on_lambda, package
from local.deployed.template import read
from shared.domain.manifest import read_lines
from shared.links.secret import FixedSecret
from shared.links.stable import StableLinks
from tests import clicks, servers, setting_up
from tests.clicks import BASE, SECRET
from tests.e2e.events import created
from tests.e2e.runtime import Lambda
from tests.servers import Server

pytestmark = pytest.mark.xdist_group("package")  # what is built once is not waited for twice

RUNTIME: str = read()["Globals"]["Function"]["Runtime"]  # python3.13
DOCUMENTS = {f"2026/04/q{number} März.pdf": f"%PDF {number}".encode() for number in (1, 2, 3)}
FIRST, SECOND, THIRD = DOCUMENTS


@pytest.fixture(scope="module")
def python() -> Path:
    """Lambda's Python, where this machine has one: on the PATH (pyenv's stand-in there may start none), or in pyenv."""
    kept = (Path.home() / ".pyenv" / "versions").glob(f"{RUNTIME.removeprefix('python')}.*/bin/{RUNTIME}")
    for found in [shutil.which(RUNTIME), *map(str, sorted(kept))]:
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return Path(found)
    pytest.skip(f"there is no {RUNTIME} on this machine")


@pytest.fixture(scope="module")
def there(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Lambda:
    if sys.platform != "linux":
        pytest.skip("Lambda's runtime client is built for Linux alone")
    folder = tmp_path_factory.mktemp("lambda")
    with zipfile.ZipFile(package(on_lambda(ARCHITECTURE_HERE))) as archive:
        archive.extractall(folder / "task")
    return Lambda(python, folder / "task", folder)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with servers.moto() as running:
        running.client().create_bucket(Bucket="reports")
        for key, content in DOCUMENTS.items():
            running.client().put_object(Bucket="reports", Key=key, Body=content)
        yield running


@pytest.fixture(scope="module")
def env(server: Server) -> dict[str, str]:
    return server.environment() | {"BUCKET_NAME": "reports", "LINK_SECRET": SECRET.decode(), "LINK_BASE_URL": BASE}


def shown(server: Server) -> dict[str, bytes]:
    """What is behind the links of the manifest, by key."""
    found = server.client().get_object(Bucket="reports", Key="manifests/2026/04/manifest.jsonl")
    lines = read_lines(found["Body"].read()).values()
    return {line.key: urllib.request.urlopen(line.url).read() for line in lines if line.url}


def test_uploads_are_listed_and_poison_is_given_back_alone(there: Lambda, server: Server, env: dict[str, str]) -> None:
    bodies = {"first": created("reports", FIRST), "poison": "no event", "second": created("reports", SECOND)}
    batch = [{"messageId": name, "eventSource": "aws:sqs", "body": body} for name, body in bodies.items()]
    with there.running("on_created", env) as function:
        answered = function.invoke({"Records": batch})
        assert answered.error is None
        assert answered.body == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
        assert shown(server) == {key: DOCUMENTS[key] for key in (FIRST, SECOND)}
        logged = [line for line in function.log() if "level" in line]
        assert {line["request_id"] for line in logged} == {answered.request_id}
        assert [line["level"] for line in logged if line.get("message_id") == "poison"] == ["ERROR"]


def test_a_scan_lists_what_is_there_and_a_refusal_is_an_error_with_a_sentence(
    there: Lambda, server: Server, env: dict[str, str]
) -> None:
    with there.running("full_scan", env) as function:
        scanned = function.invoke({"prefix": ""})
        assert json.loads(scanned.body["body"])["count"] == len(DOCUMENTS)
        assert shown(server) == DOCUMENTS
        refused = function.invoke({"prefix": 5})
        assert refused.error == "EventError"
        assert "prefix" in refused.body["errorMessage"]
        assert any(line.get("errorType") == "EventError" for line in function.log())
        assert function.invoke({"prefix": "2026/"}).error is None


@pytest.mark.usefixtures("server")
def test_a_click_is_led_to_the_document(there: Lambda, env: dict[str, str]) -> None:
    link = StableLinks(BASE, "reports", FixedSecret(SECRET)).signing("reports").link(THIRD)
    with there.running("open_link", env) as function:
        led = function.invoke(clicks.event(link.removeprefix(BASE))).body
        assert led["statusCode"] in (302, 307)
        assert urllib.request.urlopen(led["headers"]["location"]).read() == DOCUMENTS[THIRD]


def test_a_bucket_is_set_up_and_cloudformation_told(there: Lambda, server: Server, env: dict[str, str]) -> None:
    s3 = server.client()
    told: dict[str, Any] = {"Bucket": "reports", "Key": "answer", "ContentType": ""}
    request = setting_up.event("Create", BucketName="reports", LifecycleRules=[setting_up.SWEEP]) | {
        "ResponseURL": s3.generate_presigned_url("put_object", told),
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/pdf-links/0d4ee0a0",
    }
    with there.running("bucket_setup", env | {"AWS_ENDPOINT_URL": server.endpoint_url}) as function:
        assert function.invoke(request).error is None
    answer = json.loads(s3.get_object(Bucket="reports", Key="answer")["Body"].read())
    assert answer["Status"] == "SUCCESS", answer["Reason"]
    (swept,) = s3.get_bucket_lifecycle_configuration(Bucket="reports")["Rules"]
    assert swept["ID"] == "pdf-links/0d4ee0a0/sweep"


@pytest.mark.usefixtures("server")
def test_settings_that_are_wrong_end_the_start_with_a_sentence(there: Lambda, env: dict[str, str]) -> None:
    with there.running("on_created", env | {"BUCKET_NAME": ""}) as function:
        failed = function.outcome()
        assert (failed.request_id, failed.error) == ("", "ConfigError")
        assert "BUCKET_NAME" in failed.body["errorMessage"]

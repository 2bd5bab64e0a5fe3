"""What is built for Lambda, run by Lambda's own Python: nothing but the zip, unpacked as there, and a real store."""

import json
import os
import shutil
import subprocess
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deployed.package import ARCHITECTURE_HERE, on_lambda, package
from local.deployed.template import read
from shared.domain.manifest import read_lines
from tests import servers
from tests.e2e.events import created
from tests.servers import Server

pytestmark = pytest.mark.xdist_group("package")  # what is built once is not waited for twice

RUNTIME: str = read()["Globals"]["Function"]["Runtime"]  # python3.13
# -I and -S: no setting, no folder and no package of this machine.
ANSWER = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
handler = importlib.import_module(f"functions.{sys.argv[2]}.handler").handler
print(json.dumps(handler(json.load(sys.stdin), None)))
"""


@pytest.fixture(scope="module")
def python() -> Path:
    """Lambda's Python, where this machine has one: on the PATH (pyenv's stand-in there may start none), or in pyenv."""
    kept = (Path.home() / ".pyenv" / "versions").glob(f"{RUNTIME.removeprefix('python')}.*/bin/{RUNTIME}")
    for found in [shutil.which(RUNTIME), *map(str, sorted(kept))]:
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return Path(found)
    pytest.skip(f"there is no {RUNTIME} on this machine")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package(on_lambda(ARCHITECTURE_HERE))) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with servers.seaweedfs() as running:
        running.client().create_bucket(Bucket="reports")
        yield running


def answer(python: Path, unpacked: Path, server: Server, function: str, event: object) -> Any:
    """What a handler answers, in a process of its own."""
    done = subprocess.run(
        [python, "-I", "-S", "-W", "error", "-c", ANSWER, unpacked, function],
        input=json.dumps(event),
        env=server.environment() | {"BUCKET_NAME": "reports", "PATH": os.defpath},
        cwd=unpacked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def shown(server: Server) -> dict[str, bytes]:
    """What is behind the links of the manifest, by key."""
    found = server.client().get_object(Bucket="reports", Key="manifests/2026/04/manifest.jsonl")
    lines = read_lines(found["Body"].read()).values()
    return {line.key: urllib.request.urlopen(line.url).read() for line in lines if line.url}


def test_both_handlers_of_the_zip_answer_under_lambdas_python(python: Path, unpacked: Path, server: Server) -> None:
    documents = {f"2026/04/q{number} März.pdf": f"%PDF {number}".encode() for number in (1, 2, 3)}
    for key, content in documents.items():
        server.client().put_object(Bucket="reports", Key=key, Body=content)
    first, second, _ = documents
    bodies = {"first": created("reports", first), "poison": "no event", "second": created("reports", second)}
    batch = [{"messageId": name, "eventSource": "aws:sqs", "body": body} for name, body in bodies.items()]

    answered = answer(python, unpacked, server, "on_created", {"Records": batch})
    assert answered == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert shown(server) == {key: documents[key] for key in (first, second)}

    scanned = answer(python, unpacked, server, "full_scan", {"prefix": ""})
    assert json.loads(scanned["body"])["count"] == 3
    assert shown(server) == documents

"""The zip holds all that its functions import: nothing of the machine that built it, or of the emulator, helps out."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from local.deployed.package import HERE, on_lambda, package

pytestmark = pytest.mark.xdist_group("package")  # both processors are built in one folder

SETTINGS = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "BUCKET_NAME": "reports"}


@pytest.mark.parametrize("function", ["on_created", "full_scan"])
def test_a_handler_is_imported_with_nothing_but_the_zip(tmp_path: Path, function: str) -> None:
    run_from_the_zip(tmp_path, f"import functions.{function}.handler as it; it.handler")


def test_a_queue_can_be_spoken_to_with_nothing_but_the_zip(tmp_path: Path) -> None:
    client = "it.queue_client(it.boto3.Session(), 'eu-west-1')"
    run_from_the_zip(tmp_path, f"import shared.update.retry as it; {client}.change_message_visibility_batch")


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "x86_64"), ("arm64", "aarch64")])
def test_lambda_gets_compiled_modules_for_its_own_python_and_processor(architecture: str, machine: str) -> None:
    with zipfile.ZipFile(package(on_lambda(architecture))) as archive:
        compiled = [name for name in archive.namelist() if name.endswith(".so")]
    assert compiled
    assert all(name.endswith(f".cpython-313-{machine}-linux-gnu.so") for name in compiled)


def test_lambda_gets_the_same_packages_as_this_machine() -> None:
    with zipfile.ZipFile(package(HERE)) as here, zipfile.ZipFile(package(on_lambda("x86_64"))) as there:
        assert installed(here) >= installed(there) >= {"functions", "shared", "boto3", "aioboto3", "aiofiles"}


def test_the_same_code_is_not_packed_again() -> None:
    before = package(HERE).stat()
    assert package(HERE).stat().st_mtime_ns == before.st_mtime_ns


def run_from_the_zip(folder: Path, program: str) -> None:
    with zipfile.ZipFile(package(HERE)) as archive:
        archive.extractall(folder)
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); {program}"
    python = [sys.executable, "-I", "-S", "-W", "ignore", "-c", program]
    done = subprocess.run(python, env=SETTINGS, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def installed(archive: zipfile.ZipFile) -> set[str]:
    tops = {name.partition("/")[0] for name in archive.namelist()}
    return {top for top in tops if not top.endswith(".dist-info")}

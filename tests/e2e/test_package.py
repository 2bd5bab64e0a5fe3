"""The zip holds all that its functions import: nothing of the machine that built it, or of the emulator, helps out."""

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from local.deployed.package import HERE, on_lambda, package

pytestmark = pytest.mark.xdist_group("package")  # what is built once is not waited for twice

SETTINGS = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "BUCKET_NAME": "reports"}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package(HERE)) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize("function", ["on_created", "full_scan"])
def test_a_handler_is_imported_with_nothing_but_the_zip(unpacked: Path, function: str) -> None:
    run_from_the_zip(unpacked, f"import functions.{function}.handler as it; it.handler")


def test_a_queue_can_be_spoken_to_with_nothing_but_the_zip(unpacked: Path) -> None:
    client = "it.queue_client(it.boto3.Session(), 'eu-west-1')"
    run_from_the_zip(unpacked, f"import shared.update.retry as it; {client}.change_message_visibility_batch")


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "x86_64"), ("arm64", "aarch64")])
def test_lambda_gets_compiled_modules_for_its_own_python_and_processor(architecture: str, machine: str) -> None:
    with zipfile.ZipFile(package(on_lambda(architecture))) as archive:
        compiled = [name for name in archive.namelist() if name.endswith(".so")]
    assert compiled
    assert all(name.endswith(f".cpython-313-{machine}-linux-gnu.so") for name in compiled)


# 17.6 and 18.8 MB when this was set, most of it compiled modules. Lambda takes 250 MB:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
@pytest.mark.parametrize(("architecture", "bound"), [("x86_64", 19_300_000), ("arm64", 20_600_000)])
def test_what_is_unpacked_stays_as_small_as_it_is(architecture: str, bound: int) -> None:
    with zipfile.ZipFile(package(on_lambda(architecture))) as archive:
        assert 0.8 * bound < sum(entry.file_size for entry in archive.infolist()) < bound


def test_two_folders_and_users_build_the_same_zip(tmp_path: Path) -> None:
    at_hand = on_lambda("arm64")
    before = os.umask(0o077)
    try:
        elsewhere = package(replace(at_hand, folder=tmp_path / "of another user" / "zip"))
    finally:
        os.umask(before)
    assert elsewhere.read_bytes() == package(at_hand).read_bytes()


def test_lambda_gets_the_same_packages_as_this_machine() -> None:
    with zipfile.ZipFile(package(HERE)) as here, zipfile.ZipFile(package(on_lambda("x86_64"))) as there:
        assert installed(here) >= installed(there) >= {"functions", "shared", "boto3", "aioboto3", "aiofiles"}


def test_the_same_code_is_not_packed_again() -> None:
    before = package(HERE).stat()
    assert package(HERE).stat().st_mtime_ns == before.st_mtime_ns


def run_from_the_zip(folder: Path, program: str) -> None:
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); {program}"
    python = [sys.executable, "-I", "-S", "-W", "ignore", "-c", program]
    done = subprocess.run(python, env=SETTINGS, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def installed(archive: zipfile.ZipFile) -> set[str]:
    tops = {name.partition("/")[0] for name in archive.namelist()}
    return {top for top in tops if not top.endswith(".dist-info")}

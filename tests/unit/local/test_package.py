"""What goes into a zip, whoever else builds at the same time, and on whatever machine."""

import os
import zipfile
from pathlib import Path

import pytest

from local.deployed import package
from local.deployed.package import ARCHITECTURES, HERE, Target, on_lambda
from local.deployed.packed import code, write_zip

USED = (
    "boto3/session.py",
    "botocore/data/endpoints.json",
    "botocore/data/s3/2006-03-01/service-2.json.gz",
    "aws_lambda_powertools/logging/logger.py",
    "aws_lambda_powertools/utilities/jmespath_utils/__init__.py",
    "aiohttp/_http_parser.so",
    "idna-3.dist-info/METADATA",
    "idna-3.dist-info/licenses/LICENSE.md",
)
NEVER_USED = (
    "botocore/data/ec2/2016-11-15/service-2.json.gz",
    "boto3/data/ec2/2016-11-15/resources-1.json",
    "botocore/data/s3/2006-03-01/examples-1.json",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/swagger-ui-bundle.min.js",
    "aws_lambda_powertools/utilities/kafka/consumer.py",
    "aioitertools/tests/asyncio.py",
    "aiohttp/_http_parser.pyx",
    "multidict/__init__.pyi",
)
OF_ONE_MACHINE = (
    "bin/idna",
    "idna-3.dist-info/RECORD",
    "idna-3.dist-info/INSTALLER",
    "idna-3.dist-info/direct_url.json",
    "idna-3.dist-info/uv_cache.json",
    ".made-from",
    ".lock",
)


def install(folder: Path, names: tuple[str, ...], mode: int = 0o644, modified: float = 0) -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"what {name} holds")
        file.chmod(mode)
        os.utime(file, (modified, modified))
    return folder


def names_in(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_a_zip_holds_what_its_functions_may_use_and_nothing_of_the_machine(tmp_path: Path) -> None:
    write_zip(tmp_path / "zip", install(tmp_path / "all", (*USED, *NEVER_USED, *OF_ONE_MACHINE)))
    assert names_in(tmp_path / "zip") - code().keys() == set(USED)


def test_other_permissions_times_order_and_folders_make_the_same_bytes(tmp_path: Path) -> None:
    write_zip(tmp_path / "one", install(tmp_path / "here", (*USED, *OF_ONE_MACHINE)))
    write_zip(tmp_path / "two", install(tmp_path / "there" / "x", USED[::-1], mode=0o700, modified=1e9))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_nothing_in_a_zip_depends_on_which_library_compresses(tmp_path: Path) -> None:
    write_zip(tmp_path / "zip", install(tmp_path / "all", USED))
    with zipfile.ZipFile(tmp_path / "zip") as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_no_two_targets_share_a_folder() -> None:
    folders = [target.folder for target in (HERE, *map(on_lambda, ARCHITECTURES))]
    assert all(not one.is_relative_to(other) for one in folders for other in folders if one != other)
    assert len(set(folders)) == len(folders)


def test_nobody_installs_what_another_is_packing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two builds for one processor: one after the other, and the second has nothing left to do."""
    steps: list[tuple[str, bool]] = []

    def step(name: str) -> None:
        steps.append((name, (tmp_path / ".arm64.lock").exists()))

    monkeypatch.setattr(package, "_install", lambda _folder, wheels: step(f"install for {wheels[0]}"))
    monkeypatch.setattr(package, "write_zip", lambda _file, _dependencies: step("zip"))
    for _ in range(2):
        package.package(Target(tmp_path / "arm64", ("arm64",)))
    assert steps == [("install for arm64", True), ("zip", True)]

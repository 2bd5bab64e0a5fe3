"""What the functions run from: one zip of their code and what it imports, for Lambda or for this machine.

    python -m local.deployed.package arm64|x86_64

The dependencies are kept apart from the code, so that a change of a line zips again but installs nothing.
"""

import argparse
import platform
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local.kept import digest, kept
from local.project import BUILD, ROOT
from local.uv import uv

PINNED = ROOT / "requirements" / "runtime.txt"
CODE = ("functions", "shared")
ARCHITECTURES = ("arm64", "x86_64")  # Lambda's names

# botocore describes some 400 services in 100 MB of JSON; the functions speak to these.
SERVICES = ("events", "s3", "secretsmanager", "sqs", "stepfunctions", "sts")
_MADE_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same content is the same zip, byte for byte


@dataclass(frozen=True, slots=True)
class Target:
    """Where a zip will run: the folder it is built in, and how uv picks wheels for it."""

    folder: Path
    wheels: tuple[str, ...]


# This machine's processor, as Lambda calls it.
ARCHITECTURE_HERE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"

# Compiled here, so that a first event need not wait for it; Lambda's Python compiles for itself.
HERE = Target(BUILD / "local", ("--python", sys.executable, "--compile-bytecode"))


def on_lambda(architecture: str) -> Target:
    """Lambda's Python 3.13 on Amazon Linux 2023 (glibc 2.34); `architecture` is arm64 or x86_64."""
    machine = {"x86_64": "x86_64", "arm64": "aarch64"}[architecture]
    platform = ("--python-version", "3.13", "--python-platform", f"{machine}-manylinux_2_28")
    return Target(BUILD / "lambda", (*platform, "--only-binary", ":all:"))


def package(target: Target) -> Path:
    """The zip for `target`, built only where the code or the pinned dependencies changed."""
    pinned = digest([PINNED], *target.wheels, *SERVICES, sys.version)
    return kept(target.folder, digest(_code(), pinned), partial(_build, target, pinned)) / "functions.zip"


def _build(target: Target, pinned: str, folder: Path) -> None:
    """Both processors' zips are one folder's: nobody else installs before what is installed here is in this one."""
    install = partial(_install, wheels=target.wheels)
    _write_zip(folder, kept(target.folder.with_name(f"{target.folder.name}-dependencies"), pinned, install))


def _install(folder: Path, wheels: tuple[str, ...]) -> None:
    # A zip forgets when its files were written, so what was compiled must not depend on it.
    rules = {"PYC_INVALIDATION_MODE": "UNCHECKED_HASH"}
    uv("pip", "install", "--require-hashes", "--target", folder, *wheels, "-r", PINNED, **rules)


def _write_zip(folder: Path, dependencies: Path) -> None:
    with zipfile.ZipFile(folder / "functions.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _code():
            _add(archive, file, file.relative_to(ROOT))
        for file in _needed(dependencies):
            _add(archive, file, file.relative_to(dependencies))


def _add(archive: zipfile.ZipFile, file: Path, name: Path) -> None:
    entry = zipfile.ZipInfo(name.as_posix(), _MADE_LONG_AGO)
    entry.external_attr = 0o644 << 16  # without it Lambda may not read the file
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, file.read_bytes())


def _code() -> list[Path]:
    return sorted(file for folder in CODE for file in (ROOT / folder).rglob("*.py"))


def _needed(dependencies: Path) -> Iterator[Path]:
    for file in sorted(dependencies.rglob("*")):
        name = file.relative_to(dependencies)
        program = name.parts[0] == "bin" or name.parts[0].startswith(".")
        if file.is_file() and not program and not _describes_another_service(name):
            yield file


def _describes_another_service(name: Path) -> bool:
    match name.parts:
        case ("botocore" | "boto3", "data", service, _, *_):
            return service not in SERVICES
    return False


def main() -> None:
    """Build for Lambda and say where the zip is."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("architecture", choices=ARCHITECTURES)
    architecture = arguments.parse_args().architecture
    built = package(on_lambda(architecture))
    print(f"{built.relative_to(ROOT)}: {built.stat().st_size / 1e6:.1f} MB for Lambda on {architecture}")


if __name__ == "__main__":
    main()

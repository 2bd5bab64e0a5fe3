"""What the functions run from: one zip of their code and what it imports, for Lambda or for this machine.

    python -m local.deployed.package arm64|x86_64

The dependencies are kept apart from the code, so that a change of a line zips again but installs nothing.
"""

import argparse
import platform
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from local.deployed.packed import code, write_zip
from local.deployed.template import MACHINE_IN_TEMPLATE, TEMPLATE, text_with
from local.kept import digest, kept
from local.project import BUILD, ROOT
from local.uv import uv

PINNED = ROOT / "requirements" / "runtime.txt"
PACKING = ROOT / "local" / "deployed" / "packed.py"
ARCHITECTURES = ("arm64", "x86_64")  # Lambda's names


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
    return Target(BUILD / "lambda" / architecture, (*platform, "--only-binary", ":all:"))


def package(target: Target) -> Path:
    """The zip for `target`, built only where the code or the pinned dependencies changed."""
    pinned = digest([PINNED], *target.wheels, sys.version)
    source = digest([PACKING, *code().values()], pinned)
    return kept(target.folder, source, partial(_build, target, pinned)) / "functions.zip"


def _build(target: Target, pinned: str, folder: Path) -> None:
    install = partial(_install, wheels=target.wheels)
    installed = kept(target.folder.with_name(f"{target.folder.name}-dependencies"), pinned, install)
    write_zip(folder / "functions.zip", installed)


def _install(folder: Path, wheels: tuple[str, ...]) -> None:
    # A zip forgets when its files were written, so what was compiled must not depend on it.
    rules = {"PYC_INVALIDATION_MODE": "UNCHECKED_HASH"}
    uv("pip", "install", "--require-hashes", "--target", folder, *wheels, "-r", PINNED, **rules)


def _template_beside(built: Path) -> None:
    """What SAM deploys: the template, with this zip; whoever reads it meanwhile reads one of them whole."""
    text = text_with(code=built.name, machine=str(ROOT / MACHINE_IN_TEMPLATE))
    with NamedTemporaryFile("w", dir=built.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(built.with_name(TEMPLATE.name))


def main() -> None:
    """Build for Lambda and say where the zip is."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("architecture", choices=ARCHITECTURES)
    architecture = arguments.parse_args().architecture
    built = package(on_lambda(architecture))
    _template_beside(built)
    print(f"{built.relative_to(ROOT)}: {built.stat().st_size / 1e6:.1f} MB for Lambda on {architecture}")


if __name__ == "__main__":
    main()

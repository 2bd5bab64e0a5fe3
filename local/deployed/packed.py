"""What a zip for Lambda is made of, and the zip itself: the same bytes wherever and whenever it is written."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePath

from local.project import ROOT

CODE = ("functions", "shared", "web/share")

_OURS = (".py", ".html", ".css", ".js")

# botocore describes some 400 services; the functions speak to these.
SERVICES = ("events", "s3", "secretsmanager", "sqs", "stepfunctions", "sts")

# Of Powertools' utilities its logger imports one; its servers of HTTP, with a user interface, are most of it.
_UNUSED = PurePath("aws_lambda_powertools/event_handler")
_UTILITIES = PurePath("aws_lambda_powertools/utilities")
_USED_UTILITIES = ("__init__.py", "jmespath_utils")

_SOURCES = (".c", ".h", ".pxd", ".pxi", ".pyi", ".pyx")  # of compiled modules, and types: nothing imports them
# What an installer notes: where, when, and how; the programs that RECORD has a digest of name this machine's Python.
_NOTES = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json")

_MADE_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o100644 << 16  # without it Lambda may not read the file


def write_zip(file: Path, dependencies: Path) -> None:
    """Make `file` of the functions' code and of what they use of the packages installed in `dependencies`.

    Nothing is compressed: zlib and its successors each make other bytes of the same content.
    """
    content = code() | used(dependencies)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, _MADE_LONG_AGO)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            archive.writestr(entry, content[name].read_bytes())


def code() -> dict[str, Path]:
    """The functions' own modules, and the page's, by their names in the zip."""
    files = (file for folder in CODE for file in (ROOT / folder).rglob("*.*"))
    return {file.relative_to(ROOT).as_posix(): file for file in files if file.suffix in _OURS}


def used(dependencies: Path) -> dict[str, Path]:
    """What the functions may need of the packages installed in this folder, by their names in the zip."""
    return {name.as_posix(): dependencies / name for name in _installed(dependencies) if _needed(name)}


def _installed(dependencies: Path) -> Iterator[PurePath]:
    for file in dependencies.rglob("*"):
        if file.is_file():
            yield file.relative_to(dependencies)


def _needed(name: PurePath) -> bool:
    program = name.parts[0] == "bin" or name.parts[0].startswith(".")
    note = name.name in _NOTES or name.suffix in _SOURCES or "tests" in name.parts
    return not (program or note or _describes_another_service(name) or _unused(name))


def _describes_another_service(name: PurePath) -> bool:
    match name.parts:
        case ("botocore" | "boto3", "data", service, _, *_):
            return service not in SERVICES or name.name.startswith("examples-")
    return False


def _unused(name: PurePath) -> bool:
    if name.is_relative_to(_UTILITIES):
        return name.relative_to(_UTILITIES).parts[0] not in _USED_UTILITIES
    return name.is_relative_to(_UNUSED)

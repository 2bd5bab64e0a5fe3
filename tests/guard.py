"""python tests/guard.py FOLDER [--also PATTERN …] -- COMMAND: run a server while somebody holds our standard input.

Whatever happens to a test run, also a kill that leaves it no time to tidy up: its end of the pipe closes, the server
is killed, and its folder goes, with what else matches the patterns. Where a server ends by itself, the end of its log
is shown.
"""

import argparse
import glob
import selectors
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Run it to its end; 1 where that came from the server."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--also", nargs="*", default=[])
    arguments.add_argument("command", nargs="+")
    given = arguments.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are the test run's; the pipe says when that is over
    try:
        return _run(given.command, given.folder)
    finally:
        _remove(given.folder, given.also)


def _run(command: list[str], folder: Path) -> int:
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is the test run's as well
        )
    if _ends_by_itself(server):
        sys.stderr.write(log.read_text(errors="replace")[-3000:])
        return 1
    server.kill()  # nothing of it is kept: an orderly end would only take longer
    server.wait()
    return 0


def _ends_by_itself(server: subprocess.Popen[bytes]) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        while server.poll() is None:
            if selector.select(timeout=0.2):
                return False
    return True


def _remove(folder: Path, patterns: list[str]) -> None:
    for pattern in patterns:
        for left in glob.glob(pattern):  # noqa: PTH207 - absolute patterns, which Path.glob does not take
            Path(left).unlink(missing_ok=True)
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())

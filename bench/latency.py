"""What a scan keeps of its own rate where the store takes its time, and what it needs of memory and disk.

    python bench/latency.py --keys 300000 --folders 100
    python bench/latency.py --keys 10000 --folders 1000 --milliseconds 20   (folders one by one, and side by side)
    python bench/latency.py --keys 1000000 --folders 1 --delays 0

Each scan is a process of its own on one core, the store another on the other. Manifests are there from a first scan.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_DELAYS = (0, 50, 150)  # milliseconds a page
_WINDOWS = {"one stream": 2000, "side by side": 50_000}
_ENVIRONMENT = {
    "BUCKET_NAME": "bench",
    "PREFIX": "docs/",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "PYTHONPATH": str(_HERE.parent),
}


@contextlib.contextmanager
def store(keys: int, folders: int) -> Iterator[str]:
    command = [sys.executable, _HERE / "fake_s3_server.py", "--keys", str(keys), "--folders", str(folders)]
    server = subprocess.Popen(_on(1, command), stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()


def _on(core: int, command: list[object]) -> list[str]:
    pinned = ["taskset", "-c", str(core), *command] if (os.cpu_count() or 1) > 1 else command
    return [str(part) for part in pinned]


def ask(endpoint: str, path: str, method: str = "GET") -> dict[str, int]:
    request = urllib.request.Request(f"{endpoint}/{path}", method=method)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        counts: dict[str, int] = json.load(answer)
        return counts


def scan(endpoint: str, queue_max: int, folders_at_once: int = 0) -> dict[str, float]:
    """One scan in a process of its own: its seconds, keys, CPU seconds, peak memory and disk."""
    env = os.environ | _ENVIRONMENT | {"S3_ENDPOINT_URL": endpoint, "QUEUE_MAX": str(queue_max)}
    command = _on(0, [sys.executable, __file__, "--once", "--folders-at-once", folders_at_once])
    ended = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


class Disk(threading.Thread):
    """Looks again and again how much lies in the temporary files, which have no names."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0

    def run(self) -> None:
        while True:
            self.most = max(self.most, sum(_sizes()))
            time.sleep(0.02)


def _sizes() -> Iterator[int]:
    for opened in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if str(opened.readlink()).endswith(" (deleted)"):
                yield opened.stat().st_size


def once(folders_at_once: int) -> None:
    from functions.full_scan.handler import run  # noqa: PLC0415 -- its settings are this process's environment
    from shared.scan import scan as turns  # noqa: PLC0415

    if folders_at_once:
        vars(turns)["AT_ONCE"] = folders_at_once
    disk = Disk()
    disk.start()
    began, cpu = time.perf_counter(), time.process_time()
    body = json.loads(run({"prefix": "docs/", "links": False}, None)["body"])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "MiB": used}
    spent["disk"] = disk.most / 1024**2
    print(json.dumps(spent | {"keys": body["count"]}))


def pages(endpoint: str, delays: list[int], rounds: int) -> None:
    best: dict[tuple[str, int], float] = {}
    for _ in range(rounds):
        for name, queue_max in _WINDOWS.items():
            for delay in delays:
                ask(endpoint, f"_set?list={delay}", "PUT")
                found = scan(endpoint, queue_max)
                rate = found["keys"] / found["seconds"]
                best[name, delay] = max(rate, best.get((name, delay), 0))
                share = best[name, delay] / best[name, delays[0]]
                print(f"  {name}, {delay} ms a page: {share:.0%} of its own at {delays[0]} ms; {told(endpoint, found)}")


def folders_beside(endpoint: str, milliseconds: int) -> None:
    ask(endpoint, f"_set?other={milliseconds}", "PUT")
    for name, at_once in {"one after the other": 1, "side by side": 0}.items():
        found = scan(endpoint, 50_000, at_once)
        print(f"  folders {name}, {milliseconds} ms a request: {told(endpoint, found)}")


def told(endpoint: str, found: dict[str, float]) -> str:
    rate = found["keys"] / found["seconds"]
    spent = (
        f"CPU {found['cpu']:.1f} of {found['seconds']:.1f} s, {found['MiB']:.0f} MiB, on disk {found['disk']:.0f} MiB"
    )
    return f"{rate:,.0f} keys/s, {spent}, {ask(endpoint, '_counts')}"


def main(asked: argparse.Namespace) -> None:
    with store(asked.keys, asked.folders) as endpoint:
        print(f"{asked.keys:,} keys in {asked.folders:,} folders")
        if asked.milliseconds:
            ask(endpoint, f"_set?other={asked.milliseconds}", "PUT")
        print(f"  first scan, no manifest yet: {told(endpoint, scan(endpoint, 50_000))}")
        if asked.milliseconds:
            folders_beside(endpoint, asked.milliseconds)
        else:
            pages(endpoint, asked.delays, asked.rounds)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--keys", type=int, default=300_000)
    options.add_argument("--folders", type=int, default=100)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument(
        "--delays", type=int, nargs="+", default=_DELAYS, help="milliseconds a page of a listing takes"
    )
    options.add_argument("--milliseconds", type=int, default=0, help="what any other request takes")
    options.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--folders-at-once", type=int, default=0, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    once(chosen.folders_at_once) if chosen.once else main(chosen)

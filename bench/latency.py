"""How much of its own rate a scan keeps where a page of a listing takes its time; one stream beside many, in one run.

    python bench/latency.py --keys 300000 --folders 100

Each scan is a process of its own on one core, the store another on the other. Manifests are there from a first scan.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_DELAYS = (0, 50, 150)  # milliseconds a page
_WINDOWS = {"one stream": 2000, "side by side": 50_000}


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


def scan(endpoint: str, queue_max: int) -> dict[str, float]:
    """One scan in a process of its own: its seconds, keys, CPU seconds and peak memory."""
    env = os.environ | {
        "S3_ENDPOINT_URL": endpoint,
        "QUEUE_MAX": str(queue_max),
        "BUCKET_NAME": "bench",
        "PREFIX": "docs/",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(_HERE.parent),
    }
    command = _on(0, [sys.executable, __file__, "--once"])
    ended = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def once() -> None:
    from functions.full_scan.handler import run  # noqa: PLC0415 -- its settings are this process's environment

    began, cpu = time.perf_counter(), time.process_time()
    body = json.loads(run({"prefix": "docs/", "links": False}, None)["body"])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "MiB": used}
    print(json.dumps(spent | {"keys": body["count"]}))


def main(keys: int, folders: int, rounds: int) -> None:
    with store(keys, folders) as endpoint:
        first = scan(endpoint, 50_000)
        print(f"{keys:,} keys in {folders:,} folders; first scan {first['keys'] / first['seconds']:,.0f} keys/s")
        best: dict[tuple[str, int], float] = {}
        for _ in range(rounds):
            for name, queue_max in _WINDOWS.items():
                for delay in _DELAYS:
                    ask(endpoint, f"_set?list={delay}", "PUT")
                    found = scan(endpoint, queue_max)
                    counts = ask(endpoint, "_counts")
                    rate = found["keys"] / found["seconds"]
                    best[name, delay] = max(rate, best.get((name, delay), 0))
                    share = f"{best[name, delay] / best[name, 0]:.0%} of its own at 0 ms"
                    print(
                        f"  {name}, {delay} ms a page: {rate:,.0f} keys/s ({share}), CPU {found['cpu']:.1f} of "
                        f"{found['seconds']:.1f} s, {found['MiB']:.0f} MiB, {counts}"
                    )


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--keys", type=int, default=300_000)
    options.add_argument("--folders", type=int, default=100)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--once", action="store_true")
    chosen = options.parse_args()
    once() if chosen.once else main(chosen.keys, chosen.folders, chosen.rounds)

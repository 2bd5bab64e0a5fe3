"""`make invoke-full` on a store that lets it run out of time: it goes on by itself, and Ctrl-C ends it half way."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Lock
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from local.project import ROOT
from shared.domain.manifest import read_lines
from tests.chaos.proxy import Exchange, Proxy, proxy_for
from tests.servers import Server
from tests.shell import Shell

pytestmark = pytest.mark.xdist_group("laptop")

PREFIX = "2026/06/"
FOLDERS = [f"{PREFIX}{name}/" for name in ("a", "a-", "a/b", "c", "d", "e")]
KEYS = [f"{PREFIX}root.pdf", *(f"{folder}{number}.pdf" for folder in FOLDERS for number in range(10))]
PROMPTLY = 2.0  # seconds


class Held:
    """A store that does not answer with the page that shows one of these keys, the first time it is asked for it."""

    def __init__(self, *keys: str) -> None:
        self._keys, self._lock = set(keys), Lock()
        self.all_met = Event()

    def __call__(self, exchange: Exchange) -> None:
        reply = exchange.forward()
        if self._is_held(exchange.request.target, unquote(reply.body.decode(errors="replace"))):
            exchange.wait_until_client_leaves(60)
        else:
            exchange.answer(reply)

    def _is_held(self, target: str, body: str) -> bool:
        query = parse_qs(urlsplit(target).query)
        if query.get("prefix") != [PREFIX] or "delimiter" in query:
            return False
        with self._lock:
            met = {key for key in self._keys if f"<Key>{key}</Key>" in body}
            self._keys -= met
            if not self._keys:
                self.all_met.set()
        return bool(met)


@pytest.fixture(scope="module")
def proxy(minio: Server) -> Iterator[Proxy]:
    with proxy_for(minio.endpoint_url) as proxy:
        yield proxy


@pytest.fixture
def bucket(minio: Server, tmp_path: Path) -> str:
    """One of this test's own, full of documents."""
    bucket = f"turns-{os.getpid()}-{tmp_path.name.replace('_', '-')}"[:63].strip("-").lower()
    client = minio.client()
    client.create_bucket(Bucket=bucket)
    for key in [*KEYS, f"{PREFIX}c/no document.txt"]:
        client.put_object(Bucket=bucket, Key=key, Body=b"%PDF-")
    return bucket


@pytest.fixture
def shell(minio: Server, proxy: Proxy, bucket: str, tmp_path: Path) -> Shell:
    """In front of the proxy; a turn has five seconds, of which two are for ending well, and a page ten keys."""
    store = minio.environment() | {"S3_ENDPOINT_URL": proxy.endpoint_url}
    return Shell(tmp_path, store | {"BUCKET_NAME": bucket, "PREFIX": PREFIX, "QUEUE_MAX": "20", "TIMEOUT": "5"})


def manifests(server: Server, bucket: str) -> dict[str, list[Any]]:
    """What each manifest shows."""
    client = server.client()
    found = {}
    for entry in client.list_objects_v2(Bucket=bucket, Prefix="manifests/")["Contents"]:
        body = client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        lines = sorted(read_lines(body).items())
        found[entry["Key"]] = [(key, line.etag, line.shown) for key, line in lines]
    return found


def test_it_goes_on_turn_after_turn_and_makes_what_one_turn_makes(
    minio: Server, proxy: Proxy, shell: Shell, bucket: str
) -> None:
    with proxy.watch(lambda _: held):
        held = Held(f"{PREFIX}c/0.pdf", f"{PREFIX}e/0.pdf")
        done = shell.make("invoke-full")
    assert done.returncode == 0, done.stderr
    made = manifests(minio, bucket)

    assert [line.split(", ")[3] for line in done.stderr.splitlines()] == ["turn 1", "turn 2", "turn 3"]
    answer = json.loads(done.stdout)
    assert answer["count"] == len(KEYS)
    assert [each["prefix"] for each in answer["manifests"]] == sorted([PREFIX, *FOLDERS])
    assert sum(each["count"] for each in answer["manifests"]) == len(KEYS)

    whole = shell.answer("invoke-full", TIMEOUT="900", QUEUE_MAX="2000")
    assert manifests(minio, bucket) == made
    assert [each["previous_count"] for each in whole["manifests"]] == [each["count"] for each in answer["manifests"]]
    assert whole.keys() == answer.keys()


def test_ctrl_c_in_a_later_turn_ends_it_promptly_and_quietly_and_another_run_completes_it(
    proxy: Proxy, shell: Shell
) -> None:
    with proxy.watch(lambda _: held):
        held = Held(f"{PREFIX}c/0.pdf", f"{PREFIX}e/0.pdf")
        scan = subprocess.Popen(
            ["make", "invoke-full"], cwd=ROOT, env=shell.env, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            assert held.all_met.wait(60)
            began = time.monotonic()
            os.killpg(scan.pid, signal.SIGINT)
            _, errors = scan.communicate(timeout=20)
        finally:
            scan.kill()
            scan.communicate()
    assert time.monotonic() - began < PROMPTLY
    assert scan.returncode == -signal.SIGINT  # a shell says 130
    *turns, interrupted, made = errors.splitlines()
    assert len(turns) >= 2
    assert all(f"turn {number}" in told for number, told in enumerate(turns, 1))
    assert interrupted == "Interrupted. What was committed stays."
    assert made.endswith("Error 130")

    assert shell.answer("invoke-full", TIMEOUT="900")["count"] == len(KEYS)


def test_a_turn_that_comes_no_further_is_one_line_that_says_what_to_do(proxy: Proxy, shell: Shell) -> None:
    with proxy.watch(lambda _: held):
        held = Held(f"{PREFIX}a-/0.pdf")
        done = shell.make("invoke-full", TIMEOUT="3")
    assert done.returncode != 0
    shown, error, _ = done.stderr.splitlines()
    assert shown.startswith("0 keys listed, 0 keys/s, 0 folders settled, turn 1, ")
    assert error.startswith("NoProgressError: ")
    assert error.endswith("make invoke-full TIMEOUT=6")
    assert not done.stdout

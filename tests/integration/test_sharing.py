"""Shares on a real store: the targets of the Makefile, and what they lead to, answered by open_link's own code."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import boto3
import pytest

from functions.open_link.opener import Opener
from functions.open_link.share import sharing
from shared.config import Settings
from shared.domain.documents import Layout
from shared.domain.manifest import Document, Line, encode
from shared.domain.sharing import Share, digest
from shared.sharing.contents import Reader
from shared.sharing.folders import Folders
from shared.sharing.pieces import Shown
from shared.store import walk
from shared.store.client import make_client
from shared.store.manifests import ManifestStore
from shared.store.pages import read_pages_fast
from shared.telemetry import invocation
from shared.wiring import wire
from tests.clicks import event
from tests.servers import Server
from tests.shell import Shell

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PDF = b"%PDF-1.7 a report"
BASE = "http://127.0.0.1:9002"
PREFIX = "2026/04/$x & ü/"
FOLDERS = ("a-/", "a/", "a/b-/", "a/b/", "a/b/c/", "a/b0/", "a0/", "ab/")


def put_manifest(client: "S3Client", bucket: str, prefix: str, *names: str) -> None:
    """As a scan would."""
    lines = [
        Line.of(Document(f"{prefix}{name}", len(PDF), "e", "2026-04-02T08:00:00Z"), "https://elsewhere/", None, 1)
        for name in names
    ]
    client.put_object(Bucket=bucket, Key=f"manifests/{prefix}manifest.jsonl", Body=encode(lines))


@pytest.mark.parametrize("store_server", ["minio"], indirect=True)
def test_a_folder_is_shared_seen_and_taken_back(
    store_server: Server, s3: "S3Client", bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.put_object(Bucket=bucket, Key=f"{PREFIX}q1.pdf", Body=PDF)
    put_manifest(s3, bucket, PREFIX, "q1.pdf")
    env = store_server.environment() | {"BUCKET_NAME": bucket}
    shell = Shell(tmp_path, env)

    made = shell.answer("share", f"PREFIX={PREFIX}", JSON="1", LABEL='$(April) "&" `x`')
    (seen,) = shell.answer("shares", JSON="1")
    assert (seen["prefix"], seen["label"], seen["state"]) == (PREFIX, '$(April) "&" `x`', "open")
    share_id = made["address"].removeprefix(f"{BASE}/s/").rstrip("/")
    assert (digest(share_id), share_id in json.dumps(seen)) == (seen["share"], False)

    for name, value in env.items():
        monkeypatch.setenv(name, value)
    click = opener({**env, "SHARE_BUCKET": f"{bucket}-shares", "LINK_SECRET": "x" * 32, "LINK_BASE_URL": BASE})
    (line,) = map(json.loads, click(f"/s/{share_id}/manifest.jsonl")["body"].splitlines())
    with urlopen(click(line["url"].removeprefix(BASE))["headers"]["location"], timeout=10) as answer:
        assert answer.read() == PDF

    done = shell.make("unshare", SHARE=made["address"])
    assert "is taken back" in done.stdout, done.stderr
    for path in (f"/s/{share_id}/manifest.jsonl", line["url"].removeprefix(BASE)):
        assert click(path)["statusCode"] == 404


def opener(env: dict[str, str]) -> Any:
    """What answers clicks."""
    wiring = wire(Settings.from_env(env))
    opens = Opener(wiring.settings, wiring.client, wiring.links, wiring.opens(), sharing(wiring))

    def click(path: str) -> dict[str, Any]:
        with invocation(None):
            return opens.respond(event(path))

    return click


def test_what_nobody_named_is_not_shared(tmp_path: Path) -> None:
    done = Shell(tmp_path, {}).make("share")
    assert done.returncode != 0
    assert "Which folder? make share PREFIX=" in done.stderr


def test_pieces_go_on_where_they_ended_on_every_store(
    store_server: Server, s3: "S3Client", bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PAGE", 3)
    for folder in FOLDERS:
        put_manifest(s3, bucket, folder, "1.pdf", "2.pdf")
    keys = boto3.Session(store_server.access_key_id, store_server.secret_access_key, region_name=store_server.region)
    client = make_client(keys, store_server.endpoint_url)
    read_pages_fast(client)
    layout = Layout()
    with ThreadPoolExecutor(4) as pool:
        reader = Reader(ManifestStore(client, layout), pool)
        shown = Shown(Folders(walk.Walk(client), layout), reader, layout)
        for prefix in ("", "a/", "a/b/"):
            share = Share(bucket, prefix, "", "2026-04-02T08:00:00Z", None)
            found, cursor = [], None
            while True:
                piece = shown.begin(share, BASE, cursor, most=1).piece()
                found += [prefix + entry.key for entry in piece.entries]
                if not (cursor := piece.next):
                    break
            folders = [folder for folder in FOLDERS if folder.startswith(prefix)]
            assert sorted(found) == sorted(f"{folder}{name}" for folder in folders for name in ("1.pdf", "2.pdf"))


def test_an_environments_prefix_shares_nothing(tmp_path: Path) -> None:
    """It is the functions': what is to be shared is typed."""
    done = Shell(tmp_path, {}).make("share", PREFIX=PREFIX, ALL="1")
    assert done.returncode != 0
    assert "Which folder? make share PREFIX=" in done.stderr

"""The rivals this project is measured beside: they use nothing of it, and do the work they are timed for."""

import ast
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, quote, urlsplit

import boto3
import pytest
from botocore.config import Config

from bench.processes import fake
from local.project import ROOT

KEYS, FOLDERS = 2400, 3  # more than a page
PAIR = ("AKIAIOSFODNN7EXAMPLE", "secret")
MODULES = sorted((ROOT / "bench" / "rivals").glob("*.py"))


@pytest.fixture(scope="module")
def endpoint_url() -> Iterator[str]:
    with fake(KEYS, FOLDERS) as store:
        yield store.endpoint_url


def run(endpoint_url: str, rival: str, *arguments: str, manifests: str = "manifests/") -> dict[str, float]:
    """What it says at its end."""
    told = {"S3_ENDPOINT_URL": endpoint_url, "BUCKET_NAME": "bench", "PREFIX": "docs/", "MANIFEST_PREFIX": manifests}
    keys = {"AWS_ACCESS_KEY_ID": PAIR[0], "AWS_SECRET_ACCESS_KEY": PAIR[1], "AWS_DEFAULT_REGION": "us-east-1"}
    command = (sys.executable, "-m", f"bench.rivals.{rival}", *arguments)
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | told | keys, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(ended.stdout)
    return figures


def manifest(endpoint_url: str, name: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{endpoint_url}/bench/{quote(name)}") as answer:
        return [json.loads(line) for line in answer]


def signed_by_botocore(endpoint_url: str, key: str, signed_at: str) -> str:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    client = boto3.Session(*PAIR, region_name="us-east-1").client("s3", endpoint_url=endpoint_url, config=config)
    with patch("botocore.auth.get_current_datetime", lambda: datetime.strptime(signed_at, "%Y%m%dT%H%M%SZ")):  # noqa: DTZ007 -- botocore's is naive, too
        return client.generate_presigned_url("get_object", Params={"Bucket": "bench", "Key": key}, ExpiresIn=900)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_rival_imports_nothing_of_what_it_is_measured_beside(module: Path) -> None:
    nodes = list(ast.walk(ast.parse(module.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported}.isdisjoint({"functions", "shared"})


def test_the_straightforward_scan_writes_a_line_for_each_key_with_a_link_as_botocore_signs_it(
    endpoint_url: str,
) -> None:
    assert run(endpoint_url, "straightforward")["keys"] == KEYS
    for folder in (f"docs/team {number:06}/" for number in range(FOLDERS)):
        lines = manifest(endpoint_url, f"manifests/{folder}manifest.jsonl")
        names = [f"{folder}report {number:07}.pdf" for number in range(KEYS // FOLDERS)]
        assert sorted(line["key"] for line in lines) == names
        link = lines[-1]["url"]
        (signed_at,) = parse_qs(urlsplit(link).query)["X-Amz-Date"]
        assert link == signed_by_botocore(endpoint_url, lines[-1]["key"], signed_at)


def test_the_rewriting_update_adds_a_line_for_each_event(endpoint_url: str) -> None:
    assert run(endpoint_url, "rewriting", "--events", "5", "--folders", "2", manifests="rewritten/")["events"] == 5
    lines = manifest(endpoint_url, "rewritten/docs/team 000001/manifest.jsonl")
    assert [line["key"] for line in lines] == [f"docs/team 000001/report {number:07}.pdf" for number in (0, 1)]


@pytest.mark.parametrize(
    "rival", [("listing", "boto3"), ("signing", "botocore", "--links", "7", "--shape", "spaces"), ("start",)]
)
def test_a_rival_ends_with_what_it_has_done_and_in_how_many_seconds(endpoint_url: str, rival: tuple[str, ...]) -> None:
    figures = run(endpoint_url, *rival)
    assert figures.pop("seconds") > 0
    assert figures.pop("MiB", 1) > 0
    assert figures in ({"keys": KEYS}, {"links": 7}, {})

"""Both functions, deployed into this process and pointed at one bucket of one server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.manifest import Line, read_lines
from tests.chaos.functions import Functions, cold_start
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@contextmanager
def deployed(server: Server, bucket: str, **variables: str) -> Iterator[Functions]:
    """Make both functions from this environment and nothing else of AWS's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "MANIFEST_BUCKET", "PREFIX_DEPTH"):
            patch.delenv(name, raising=False)
        for name, value in (server.environment() | {"BUCKET_NAME": bucket, "PREFIX": ""} | variables).items():
            patch.setenv(name, value)
        yield cold_start()


def manifest(s3: "S3Client", bucket: str, prefix: str, home: str = "manifests/") -> dict[str, Line]:
    """The lines of a prefix's manifest, by key."""
    return read_lines(s3.get_object(Bucket=bucket, Key=f"{home}{prefix}manifest.jsonl")["Body"].read())


def shown(lines: dict[str, Line]) -> dict[str, str | None]:
    """What a reader sees: the ETag of every document."""
    return {key: line.etag for key, line in lines.items() if line.shown}


def documents(s3: "S3Client", bucket: str, prefix: str = "") -> dict[str, str]:
    """What is in the bucket: the ETag of every PDF below a prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = (entry for page in pages for entry in page.get("Contents", []))
    return {entry["Key"]: entry["ETag"].strip('"') for entry in found if entry["Key"].lower().endswith(".pdf")}


def body(answer: dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(answer["body"])
    return decoded

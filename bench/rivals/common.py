"""What every rival is told, by its environment, and what it tells: one line of JSON at its end.

A rival is run from the project's folder as a process of its own, `python -m bench.rivals.listing boto3`. It uses
nothing of what it is measured beside.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from bench.peak import peak

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ENDPOINT_URL = os.environ["S3_ENDPOINT_URL"]
BUCKET = os.environ["BUCKET_NAME"]
PREFIX = os.environ["PREFIX"]
MANIFESTS = os.environ.get("MANIFEST_PREFIX", "manifests/")
REGION = os.environ["AWS_DEFAULT_REGION"]
EXPIRY_SECONDS = 900

_SIGV4 = Config(signature_version="s3v4", s3={"addressing_style": "path"})  # by itself botocore signs links as in 2006

Work = Callable[[], int]


def timed(what: str, work: Work) -> None:
    """Do it, and print how many it says it has done of `what`, in how many seconds by the clock, and its memory."""
    began = time.perf_counter()
    done = work()
    spent = {"seconds": time.perf_counter() - began, "MiB": peak()}
    print(json.dumps({what: done, **spent}))


def client() -> "S3Client":
    """Boto3's, whose keys are those of the environment."""
    return boto3.client("s3", endpoint_url=ENDPOINT_URL, config=_SIGV4)


def printed(command: Iterable[object], env: Mapping[str, str], counts: Callable[[bytes], bool]) -> int:
    """How many lines a program prints that count; as a pipe, not held in memory. CalledProcessError where it fails."""
    program = [str(part) for part in command]
    with subprocess.Popen(program, env=os.environ | env, stdout=subprocess.PIPE) as running:
        assert running.stdout
        lines = sum(map(counts, running.stdout))
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, program)
    return lines

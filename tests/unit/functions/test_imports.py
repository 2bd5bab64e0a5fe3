"""What an update imports is what its cold start takes: one library more is felt by whoever uploads."""

import subprocess
import sys

from local.project import ROOT

_ENV = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "PYTHONPATH": str(ROOT),
}
LIBRARIES = {"aws_lambda_powertools", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
BESIDE = {"certifi", "typing_extensions"}  # where they are installed, some of these import them
SLOW = {"aioboto3", "aiobotocore", "aiofiles", "aiohttp", "asyncio", "minio", "pydantic"}


def imported(handler: str, **env: str) -> set[str]:
    """The packages, ours and others', that are there once a function has started."""
    program = f"import sys; before = set(sys.modules); import {handler}; print(*(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", program], env=_ENV | env, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in ran.stdout.split()}


def test_an_update_starts_with_boto3_and_powertools_and_nothing_else() -> None:
    packages = imported("functions.on_created.handler")
    assert packages & SLOW == set()
    others = {name for name in packages - sys.stdlib_module_names if not name.startswith("_")}
    assert others - {"functions", "shared"} - BESIDE == LIBRARIES


def test_a_scan_imports_what_an_update_does_without() -> None:
    """Otherwise the test above sees nothing."""
    assert {"aioboto3", "aiofiles", "asyncio"} <= imported("functions.full_scan.handler")


def test_a_bucket_is_set_up_and_taken_back_whatever_the_other_functions_are_told() -> None:
    """A setting that stops them must not keep a stack from being deleted."""
    packages = imported("functions.bucket_setup.handler", URL_EXPIRY_SECONDS="for ever", BUCKET_NAME="?")
    assert packages & SLOW == set()

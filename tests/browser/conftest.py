"""A real browser, and a laptop's MinIO with what opens shares beside it: started when a test first asks for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import launched
from tests.browser.recipient import Recipient
from tests.shell import Shell, of_a_laptop

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "recipients"
_prefixes = count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def recipient(browser: Browser) -> Iterator[Recipient]:
    """Somebody in London with a laptop, who has never been here. The page may complain of nothing."""
    with Recipient.at(browser, locale="en-GB", timezone_id="Europe/London") as somebody:
        yield somebody


class Laptop:
    """What `make up` starts, its bucket, and shares of it."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        session = boto3.Session("minioadmin", "minioadmin", region_name="us-east-1")
        self.s3: S3Client = session.client("s3", endpoint_url=shell.env["S3_ENDPOINT_URL"])

    def upload(self, prefix: str, documents: dict[str, bytes]) -> None:
        """And have the manifests rebuilt."""
        for name, body in documents.items():
            self.s3.put_object(Bucket=BUCKET, Key=f"{prefix}{name}", Body=body)
        self.shell.answer("invoke-full", f"PREFIX={prefix}")

    def share(self, prefix: str, label: str = "") -> str:
        """Its address."""
        return str(self.shell.answer("share", f"PREFIX={prefix}", LABEL=label, JSON="1")["address"])


@pytest.fixture(scope="session")
def laptop(minio_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    assert minio_program.exists()
    with pytest.MonkeyPatch.context() as patch, up(tmp_path_factory.mktemp("bin")) as shell:
        # botocore announces an empty body, too, and MinIO lets what comes next on that connection wait for 30 s
        patch.setenv("BOTO_EXPERIMENTAL__NO_EMPTY_CONTINUE", "true")
        yield Laptop(shell)


@contextmanager
def up(folder: Path) -> Iterator[Shell]:
    variables = of_a_laptop(BUCKET)
    variables["S3_ENDPOINT_URL"] = f"http://127.0.0.1:{variables['MINIO_PORT']}"
    shell = Shell(folder, variables)
    done = shell.make("up")
    assert done.returncode == 0, done.stderr
    yield shell
    assert shell.make("down", DELETE="1").returncode == 0


@pytest.fixture
def prefix() -> str:
    return f"browser/{next(_prefixes)}/"

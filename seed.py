"""Put PDFs into a bucket: those of SOURCE_DIR, or a few generated samples.

    SOURCE_DIR=~/reports python seed.py [--create-bucket]

The environment says where to: BUCKET_NAME, PREFIX, S3_ENDPOINT_URL, as for the functions, and AWS's own variables.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from local.samples import sample_pdfs
from local.signals import end_like_ctrl_c
from shared.config import Settings
from shared.domain.documents import LONGEST_KEY, Place
from shared.domain.errors import BucketMissingError, CredentialsError, LinkManifestError
from shared.store.client import make_client
from shared.store.failures import BROKEN, code_of, explain, is_passing, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_AT_ONCE = 8
_MOST_SHOWN = 10  # failures: a screen's worth
_INTERRUPTED = 130  # the exit code of what Ctrl-C ended


class SeedError(Exception):
    """There is nothing to upload, or it cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """What is to be uploaded: a file, or generated content."""

    name: str
    source: Path | bytes

    def open(self) -> BinaryIO:
        """Raise SeedError where there is nothing to read; OSError where that cannot be read."""
        if isinstance(self.source, bytes):
            return BytesIO(self.source)
        if not self.source.stat().st_size or not self.source.is_file():
            raise SeedError("it is empty, or no file: no PDF is")
        return self.source.open("rb")


@dataclass(slots=True)
class Outcome:
    """What was uploaded, by its key, and why other PDFs were not. Those in neither were not begun."""

    uploaded: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    interrupted: bool = False

    def note(self, pdf: Pdf, done: "Future[str]") -> None:
        if done.cancelled():
            return
        if error := done.exception():
            self.failed.append(f"{pdf.name}: {error}")
        else:
            self.uploaded.append(done.result())


def pdfs(source_dir: str | None) -> list[Pdf]:
    """Those below a folder, sub-folders included, in the order of their names; without one, the samples.

    Raises SeedError.
    """
    if not source_dir:
        return [Pdf(name, content) for name, content in sample_pdfs()]
    folder = Path(source_dir).expanduser()
    if not folder.is_dir():
        raise SeedError(f"SOURCE_DIR is {source_dir!r}, which is no folder. Name one that holds PDFs.")
    found = sorted(path for path in _files(folder) if path.name.lower().endswith(".pdf"))
    if not found:
        raise SeedError(f"SOURCE_DIR {source_dir!r} holds no .pdf file, nor do its sub-folders.")
    return [Pdf(path.relative_to(folder).as_posix(), path) for path in found]


def _files(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise SeedError(f"SOURCE_DIR: {error.filename!r} cannot be read ({error.strerror}).") from error

    for path, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(path, name) for name in names)


def create_bucket(client: "S3Client", bucket: str) -> None:
    """Make the bucket where it is not there yet, in the client's region."""
    region = client.meta.region_name
    where = {} if region in ("us-east-1", "aws-global") else {"LocationConstraint": region}
    try:
        client.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))  # type: ignore[arg-type]  # any region's name
    except BROKEN as error:
        if code_of(error) not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise explain(error, "creating", Place(bucket, "")) from error


def require_bucket(client: "S3Client", bucket: str) -> None:
    """Raise what keeps every upload from working, before the first: no bucket, no credentials, nobody there."""
    try:
        client.head_bucket(Bucket=bucket)
    except BROKEN as error:
        if status_of(error) == 404:  # noqa: PLR2004 -- HTTP's Not Found
            raise BucketMissingError(
                f"there is no bucket {bucket!r}. Name another (BUCKET_NAME=…), or have it made: --create-bucket."
            ) from error
        if code_of(error) != "403":  # it may be allowed to write and nothing else: each upload will tell
            raise explain(error, "looking for", Place(bucket, "")) from error


def put(client: "S3Client", bucket: str, prefix: str, pdf: Pdf) -> str:
    """Upload one; its key. Raises SeedError where the file is to blame, else LinkManifestError."""
    try:
        place = Place(bucket, prefix + pdf.name)
        if not place.fits:
            raise SeedError(f"its key would be longer than the {LONGEST_KEY} bytes S3 allows")
        with pdf.open() as body:
            _send(client, place, body)
    except UnicodeEncodeError as error:
        raise SeedError("its name is no UTF-8 text, as a key must be") from error
    except OSError as error:
        raise SeedError(f"it cannot be read ({error.strerror})") from error
    return place.key


def _send(client: "S3Client", place: Place, body: BinaryIO) -> None:
    try:
        client.upload_fileobj(
            body,
            place.bucket,
            place.key,
            ExtraArgs={"ContentType": "application/pdf"},
            Config=TransferConfig(use_threads=False),  # side by side are the PDFs, not their parts
        )
    except (BotoCoreError, ClientError) as error:
        raise explain(error, "uploading", place) from error


def upload(put: Callable[[Pdf], str], wanted: list[Pdf], advance: Callable[[], None]) -> Outcome:
    """Upload side by side; `advance` is called after each. What fails does not stop the others, save a store that is
    not there any more: then, and on Ctrl-C, what has begun is ended and no other begun.
    """
    outcome = Outcome()
    running: dict[Future[str], Pdf] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            running.update((pool.submit(put, pdf), pdf) for pdf in wanted)
            for done in as_completed(running):
                advance()
                if _ends_all(done.exception()):
                    break
        except KeyboardInterrupt:
            outcome.interrupted = True
        pool.shutdown(cancel_futures=True)
    for done, pdf in running.items():
        outcome.note(pdf, done)
    return outcome


def _ends_all(error: BaseException | None) -> bool:
    if isinstance(error, (BucketMissingError, CredentialsError)):
        return True
    return isinstance(error, LinkManifestError) and error.__cause__ is not None and is_passing(error.__cause__)


def seed(settings: Settings, prefix: str, wanted: list[Pdf], *, create: bool) -> Outcome:
    """Upload with a progress bar. Raises LinkManifestError where nothing can be uploaded at all."""
    client = make_client(boto3.Session(), settings.endpoint_url)
    bucket = settings.bucket_name
    if create:
        create_bucket(client, bucket)
    require_bucket(client, bucket)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"s3://{bucket}/{prefix}", total=len(wanted))
        return upload(partial(put, client, bucket, prefix), wanted, partial(progress.advance, task))


def report(outcome: Outcome, asked: int, where: str) -> int:
    """Say what was uploaded and what was not; the exit code."""
    print(f"{len(outcome.uploaded)} of {asked} PDFs uploaded to {where}")
    if outcome.interrupted:
        print("Interrupted. Uploaded are:", *outcome.uploaded or ["none"], sep="\n  ", file=sys.stderr)
    for failure in outcome.failed[:_MOST_SHOWN]:
        print(f"  not uploaded: {failure}", file=sys.stderr)
    if more := len(outcome.failed[_MOST_SHOWN:]):
        print(f"  and {more} more failed", file=sys.stderr)
    if left := asked - len(outcome.uploaded) - len(outcome.failed):
        print(f"  not begun: {left}", file=sys.stderr)
    if outcome.interrupted:
        return _INTERRUPTED
    return 1 if outcome.failed or left else 0


def main() -> int:
    """Upload, say what was uploaded; 1 where not everything was."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--create-bucket", action="store_true", help="make the bucket where it is not there yet")
    create = arguments.parse_args().create_bucket
    end_like_ctrl_c()
    try:
        settings = Settings.from_env(os.environ)
        prefix = settings.prefix if settings.prefix.endswith("/") or not settings.prefix else f"{settings.prefix}/"
        wanted = pdfs(os.environ.get("SOURCE_DIR"))
        outcome = seed(settings, prefix, wanted, create=create)
    except (SeedError, LinkManifestError, BotoCoreError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing was uploaded.", file=sys.stderr)
        return _INTERRUPTED
    return report(outcome, len(wanted), f"s3://{settings.bucket_name}/{prefix}")


if __name__ == "__main__":
    sys.exit(main())

"""Put PDFs into a bucket: those of SOURCE_DIR, or a few generated samples.

    SOURCE_DIR=~/reports python seed.py [--create-bucket]

The environment says where to: BUCKET_NAME, PREFIX, S3_ENDPOINT_URL, as for the functions, and AWS's own variables.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import boto3
from rich.console import Console
from rich.progress import Progress

from local.samples import sample_pdfs
from shared.config import Settings
from shared.documents import LONGEST_KEY, Place
from shared.errors import LinkManifestError
from shared.s3 import BROKEN, code_of, explain, make_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_AT_ONCE = 8


class SeedError(Exception):
    """There is nothing to upload, or nowhere to put it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """What is to be uploaded: a file, or generated content."""

    name: str
    source: Path | bytes

    def open(self) -> BinaryIO:
        return BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")


@dataclass(slots=True)
class Outcome:
    """What was uploaded, and why the rest was not."""

    uploaded: int = 0
    failed: list[str] = field(default_factory=list)


def pdfs(source_dir: str | None) -> list[Pdf]:
    """Those below a folder, sub-folders included, in the order of their names; without one, the samples."""
    if not source_dir:
        return [Pdf(name, content) for name, content in sample_pdfs()]
    folder = Path(source_dir).expanduser()
    if not folder.is_dir():
        raise SeedError(f"SOURCE_DIR is {source_dir!r}, which is no folder. Name one that holds PDFs.")
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf" and path.is_file())
    if not found:
        raise SeedError(f"SOURCE_DIR {source_dir!r} holds no .pdf file, nor do its sub-folders.")
    return [Pdf(path.relative_to(folder).as_posix(), path) for path in found]


def create_bucket(client: "S3Client", bucket: str) -> None:
    """Make the bucket where it is not there yet, in the client's region."""
    region = client.meta.region_name
    where = {} if region in ("us-east-1", "aws-global") else {"LocationConstraint": region}
    try:
        client.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))  # type: ignore[arg-type]  # any region's name
    except BROKEN as error:
        if code_of(error) != "BucketAlreadyOwnedByYou":
            raise explain(error, "creating", Place(bucket, "")) from error


def upload(client: "S3Client", bucket: str, prefix: str, wanted: list[Pdf], outcome: Outcome) -> Iterator[None]:
    """Upload them side by side; yields after each. What fails is noted in `outcome`, and the rest goes on."""

    def put(pdf: Pdf) -> None:
        place = Place(bucket, prefix + pdf.name)
        if not place.fits:
            raise SeedError(f"{place.key[:80]!r}… is longer than the {LONGEST_KEY} bytes S3 allows")
        try:
            with pdf.open() as body:
                client.upload_fileobj(body, bucket, place.key, ExtraArgs={"ContentType": "application/pdf"})
        except BROKEN as error:
            raise (SeedError(str(error)) if _is_local(error) else explain(error, "uploading", place)) from error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = {pool.submit(put, pdf): pdf for pdf in wanted}
        try:
            for done in as_completed(running):
                _note(outcome, running[done].name, done.exception())
                yield
        finally:
            pool.shutdown(cancel_futures=True)


def _is_local(error: Exception) -> bool:
    """Whether it was the file that could not be read."""
    return isinstance(error, OSError) and error.filename is not None


def _note(outcome: Outcome, name: str, error: BaseException | None) -> None:
    if error is None:
        outcome.uploaded += 1
    else:
        outcome.failed.append(f"{name}: {error}")


def seed(settings: Settings, prefix: str, wanted: list[Pdf], *, create: bool) -> Outcome:
    """Upload with a progress bar. Interrupted, it says how far it came."""
    client = make_client(boto3.Session(), settings.endpoint_url)
    if create:
        create_bucket(client, settings.bucket_name)
    outcome = Outcome()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"s3://{settings.bucket_name}/{prefix}", total=len(wanted))
        try:
            for _ in upload(client, settings.bucket_name, prefix, wanted, outcome):
                progress.advance(task)
        except KeyboardInterrupt:
            outcome.failed.append("interrupted")
    return outcome


def main() -> int:
    """Upload, say what was uploaded; 1 where not everything was."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--create-bucket", action="store_true", help="make the bucket where it is not there yet")
    create = arguments.parse_args().create_bucket
    try:
        settings = Settings.from_env(os.environ)
        prefix = settings.prefix if settings.prefix.endswith("/") or not settings.prefix else f"{settings.prefix}/"
        wanted = pdfs(os.environ.get("SOURCE_DIR"))
        outcome = seed(settings, prefix, wanted, create=create)
    except (SeedError, LinkManifestError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"{outcome.uploaded} of {len(wanted)} PDFs uploaded to s3://{settings.bucket_name}/{prefix}")
    for failure in outcome.failed[:10]:
        print(f"  not uploaded: {failure}", file=sys.stderr)
    if len(outcome.failed) > 10:  # noqa: PLR2004 -- a screen's worth
        print(f"  and {len(outcome.failed) - 10} more", file=sys.stderr)
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())

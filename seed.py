"""Put PDFs into a bucket: those of SOURCE_DIR, or a few generated samples.

    SOURCE_DIR=~/reports python seed.py [--create-bucket] [--overwrite]

The environment says where to: BUCKET_NAME, PREFIX, S3_ENDPOINT_URL, as for the functions, and AWS's own variables.
What is there already is skipped, unless told otherwise.
"""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from shared.config import Settings
from shared.domain.documents import LONGEST_KEY, Place
from shared.domain.errors import BucketMissingError, CredentialsError, LinkManifestError
from shared.store.endpoint import connect
from shared.store.failures import code_of, explain, is_passing
from shared.store.presence import create_bucket, is_there, refuse_to_overwrite, require_bucket

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_AT_ONCE = 8
_MOST_SHOWN = 10  # of a kind: a screen's worth
_INTERRUPTED = 130  # the exit code of what Ctrl-C ended
_SAMPLES = ("acme/q1.pdf", "acme/q2 final.pdf", "globex/March & April.PDF", "globex/2026/übersicht.pdf", "summary.pdf")
_BODY = b"""%%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>> endobj
4 0 obj <</Length %d>> stream\n%b\nendstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>> endobj
"""
_END = b"xref\n0 6\n0000000000 65535 f \n%btrailer <</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"


class SeedError(Exception):
    """There is nothing to upload, or it cannot be read; the message says what to do."""


class TakenError(SeedError):
    """The bucket holds something under that key."""


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
    """What was uploaded, by its key, and what became of other PDFs, by their names: true at every moment."""

    uploaded: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    interrupted: bool = False

    def of(self, put: Callable[[Pdf], str], pdf: Pdf) -> None:
        """Put one, and note how that ended. Raises what it raises."""
        self.under_way.append(pdf.name)
        try:
            self.uploaded.append(put(pdf))
        except TakenError:
            self.taken.append(pdf.name)
        except Exception as error:
            self.failed.append(f"{pdf.name}: {error}")
            raise
        finally:
            self.under_way.remove(pdf.name)


def pdfs(source_dir: str | None) -> list[Pdf]:
    """Those below a folder, sub-folders included, by their names; without one, the samples. Raises SeedError."""
    if not source_dir:
        return [Pdf(name, one_page_pdf(f"Sample report: {name}")) for name in _SAMPLES]
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


def one_page_pdf(text: str) -> bytes:
    """A page of A4 with a line of text on it (PDF 1.4, ISO 32000; characters beyond Latin-1 are shown as '?')."""
    shown = re.sub(r"([\\()])", r"\\\1", text).encode("latin-1", "replace")
    drawing = b"BT /F1 18 Tf 60 760 Td (%b) Tj ET" % shown
    body = _BODY % (len(drawing), drawing)
    begins = [b"%010d 00000 n \n" % found.start() for found in re.finditer(rb"(?m)^\d 0 obj", body)]
    return body + _END % (b"".join(begins), len(body))


def put(client: "S3Client", bucket: str, prefix: str, pdf: Pdf, *, overwrite: bool = False) -> str:
    """Upload one; its key. Raises TakenError, SeedError where the file is to blame, else LinkManifestError."""
    try:
        place = Place(bucket, prefix + pdf.name)
        if not place.fits:
            raise SeedError(f"its key would be longer than the {LONGEST_KEY} bytes S3 allows")
        if not overwrite and is_there(client, place):
            raise TakenError(place.key)
        with pdf.open() as body:
            _send(client, place, body)
    except UnicodeEncodeError as error:
        raise SeedError("its name is no UTF-8 text, as a key must be") from error
    except OSError as error:
        raise SeedError(f"it cannot be read ({error.strerror})") from error
    return place.key


def _send(client: "S3Client", place: Place, body: BinaryIO) -> None:
    options = {"ContentType": "application/pdf"}
    alone = TransferConfig(use_threads=False)  # side by side are the PDFs, not their parts
    try:
        client.upload_fileobj(body, place.bucket, place.key, ExtraArgs=options, Config=alone)
    except (BotoCoreError, ClientError) as error:
        if code_of(error) == "PreconditionFailed":
            raise TakenError(place.key) from error
        raise explain(error, "uploading", place) from error


def upload(put: Callable[[Pdf], str], wanted: list[Pdf], advance: Callable[[], None], outcome: Outcome) -> None:
    """Upload side by side; `advance` is called after each. What fails does not stop the others, save a store that is
    not there any more: then, and on Ctrl-C, what has begun is ended and no other begun. A second one is raised at once.
    """
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        for done in as_completed([pool.submit(outcome.of, put, pdf) for pdf in wanted]):
            advance()
            if _ends_all(done.exception()):
                break
    except KeyboardInterrupt:
        outcome.interrupted = True
        print("Ending what has begun. Ctrl-C again: without waiting for it.", file=sys.stderr)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # a second one may come already here
    pool.shutdown()


def _ends_all(error: BaseException | None) -> bool:
    cause = error.__cause__ if isinstance(error, LinkManifestError) else None
    return isinstance(error, (BucketMissingError, CredentialsError)) or (cause is not None and is_passing(cause))


def seed(settings: Settings, prefix: str, wanted: list[Pdf], told: argparse.Namespace, outcome: Outcome) -> None:
    """Upload with a progress bar. Raises LinkManifestError where nothing can be uploaded at all."""
    client, bucket = connect(settings), settings.bucket_name
    if told.create_bucket:
        create_bucket(client, bucket)
    require_bucket(client, bucket)
    if not told.overwrite:
        refuse_to_overwrite(client)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        advance = partial(progress.advance, progress.add_task(f"s3://{bucket}/{prefix}", total=len(wanted)))
        upload(partial(put, client, bucket, prefix, overwrite=told.overwrite), wanted, advance, outcome)


def report(outcome: Outcome, asked: int, where: str) -> int:
    """Say what was uploaded and what was not; the exit code."""
    under_way = list(outcome.under_way)  # while this is said, too
    left = asked - sum(map(len, (outcome.uploaded, outcome.taken, outcome.failed, under_way)))
    print(f"{len(outcome.uploaded)} of {asked} PDFs uploaded to {where}")
    if outcome.interrupted:
        print("Interrupted. Uploaded are:", *sorted(outcome.uploaded) or ["none"], sep="\n  ", file=sys.stderr)
    _list("is there already, and was not overwritten", outcome.taken)
    _list("not uploaded", outcome.failed)
    _list("was under way, and may have been uploaded", under_way)
    if left:
        print(f"  not begun: {left}", file=sys.stderr)
    return _INTERRUPTED if outcome.interrupted else int(bool(outcome.failed or left))


def _list(what: str, names: list[str]) -> None:
    for name in names[:_MOST_SHOWN]:
        print(f"  {what}: {name}", file=sys.stderr)
    if more := len(names[_MOST_SHOWN:]):
        print(f"  and {more} more", file=sys.stderr)


def _run(told: argparse.Namespace) -> int:
    settings, outcome, wanted = Settings.from_env(os.environ), Outcome(), list[Pdf]()
    prefix = settings.prefix if settings.prefix.endswith("/") or not settings.prefix else f"{settings.prefix}/"
    try:
        wanted = pdfs(os.environ.get("SOURCE_DIR"))
        seed(settings, prefix, wanted, told, outcome)
    except KeyboardInterrupt:
        outcome.interrupted = True
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # what was done is said to its end
    code = report(outcome, len(wanted), f"s3://{settings.bucket_name}/{prefix}")
    if outcome.under_way:
        sys.stdout.flush()
        os._exit(code)  # its threads would be waited for
    return code


def main() -> int:
    """Upload, say what was uploaded; 1 where not everything was."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--create-bucket", action="store_true", help="make the bucket where it is not there yet")
    arguments.add_argument("--overwrite", action="store_true", help="replace what is there under the same key")
    told = arguments.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        return _run(told)
    except (SeedError, LinkManifestError, BotoCoreError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

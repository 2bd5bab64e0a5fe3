"""The real core over an S3 in memory: what tests of both protocols start from. Time stands still, waits are noted."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from io import BytesIO
from typing import Any

import pytest

from shared import reader
from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Layout
from shared.domain.head import Head
from shared.domain.manifest import CONTENT_TYPE, Document, Line, read_lines
from shared.domain.merge import unsealed_lines
from shared.domain.ranges import Range
from shared.domain.signing import Signing
from shared.links.credentials import Links
from shared.links.secret import FixedSecret
from shared.links.signature import SigningKey
from shared.links.stable import StableLinks
from shared.scan import committing, rebuild, spool
from shared.scan.committing import Watch
from shared.scan.draft import Stager
from shared.scan.filing import Filing, Seal, Shelf
from shared.scan.loop import run
from shared.scan.reading import Tools
from shared.scan.rebuild import Rebuilder, Rebuilt
from shared.scan.report import Report
from shared.scan.scan import scan
from shared.scan.settling import Begun
from shared.scan.spool import Spool
from shared.scan.turn import Turn
from shared.sharing import newest
from shared.store import manifests, multipart, stored
from shared.store.bucket import Bucket
from shared.store.manifests import ManifestStore
from shared.update.publish import Published, Publisher
from tests.fake_objects import Stored
from tests.fake_s3 import AsyncS3, FakeS3, Hook

FOLDER = Folder("docs", "a/")
MANIFEST = "manifests/a/manifest.jsonl"
KEY = SigningKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
EXPIRY = 900
STABLE = StableLinks("https://links.example.com", "docs", FixedSecret(b"a secret of no less than 32 bytes"))
SMALL_LARGE = 1200  # bytes: what counts as large where a test says so, three lines


class Inline(Executor):
    """Does at once what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 -- the future holds it
            future.set_exception(error)
        return future


class World:
    """One bucket `docs`, its manifests, and the project's own code around them."""

    def __init__(self, s3: FakeS3 | None = None, layout: Layout | None = None, *, stable: bool = False) -> None:
        self.s3 = s3 or FakeS3()
        self.layout = layout or Layout()
        self.waits: list[float] = []
        self.seconds_left = 60.0
        self.clock = 0.0
        self.listings = 0
        self.links = Links("eu-west-1", None, EXPIRY, lambda: KEY, lambda: self.s3.now)
        self.signing_of = STABLE.signing if stable else self.links.signing
        """What makes a bucket's links."""
        client: Any = self.s3
        self.store = ManifestStore(client, self.layout, self._sleep, lambda: self.clock)
        self.publisher = Publisher(self.store, Bucket(client, Inline()), self.layout, self.signing_of)
        self.rebuilder = Rebuilder(self.store, self.layout, self.signing_of, self.gather)
        self.deadline = Deadline(lambda: self.seconds_left)

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock += seconds

    # What the project does

    def publish(self, *keys: str, folder: Folder = FOLDER) -> Published:
        return self.publisher.publish(folder, keys, self.deadline)

    def rebuild(self, folder: Folder = FOLDER) -> Rebuilt:
        return self.rebuilder.rebuild(folder, self.deadline)

    def gather(self, folder: Folder, *_: object) -> Spool:
        """A listing of one folder alone, in one page."""
        self.listings += 1
        return self.spooled(self.found(folder))

    def found(self, folder: Folder = FOLDER) -> list[Document]:
        """The documents of one folder, as a LIST shows them now."""
        request: dict[str, Any] = {"Bucket": folder.bucket, "Prefix": folder.prefix, "MaxKeys": 1000, "Delimiter": "/"}
        request["OptionalObjectAttributes"] = ["RestoreStatus"]
        page, _more = self.s3.list_objects_v2(**request)["Listed"]
        return [document for document in page if self.layout.is_document(folder.bucket, document.key)]

    def filing(self, seal: Seal, takes: Callable[[str], bool] = lambda _: True) -> Filing:
        """What files documents of this world; no folder has a manifest yet."""

        async def start_of(prefix: str) -> stored.Stored:
            return stored.Stored(self.layout.manifest_of(Folder("docs", prefix)))

        def run(work: Callable[[], None]) -> Awaitable[None]:
            return Begun(asyncio.get_running_loop().run_in_executor(None, work))

        shelf = Shelf("docs", self.layout, self.signing_of)
        return Filing(shelf, Stager(self.store, self.deadline, start_of, run), seal, takes)

    def spooled(self, documents: Sequence[Document]) -> Spool:
        body, first_expiry = unsealed_lines(documents, self.signing)
        filled = Spool(BytesIO(body))
        filled.count(len(body), len(documents), first_expiry)
        return filled

    @property
    def signing(self) -> Signing:
        return self.signing_of("docs")

    # What is there

    def stored(self, manifest: str = MANIFEST) -> Stored:
        return self.s3.buckets["docs"][manifest]

    def head(self, manifest: str = MANIFEST) -> Head:
        return Head.parse(self.stored(manifest).metadata)

    def lines(self, manifest: str = MANIFEST) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stored(manifest).body.splitlines()]

    def latest(self, manifest: str = MANIFEST) -> dict[str, Line]:
        return read_lines(self.stored(manifest).body)

    def view(self, manifest: str = MANIFEST) -> dict[str, str | None]:
        """What a consumer sees: the ETag of every document, by the reading rule."""
        return {key: line.etag for key, line in self.latest(manifest).items() if line.shown}

    def bucket_view(self, prefix: str = "a/") -> dict[str, str]:
        """What a consumer should see."""
        objects = self.s3.buckets["docs"].items()
        return {
            key: stored.etag.strip('"')
            for key, stored in objects
            if key.startswith(prefix) and self.layout.is_document("docs", key) and not stored.archived
        }

    def left_over(self) -> list[str]:
        """Uploads in progress, and objects that are staged."""
        staged = [key for objects in self.s3.buckets.values() for key in objects if "/.staging/" in key]
        return [*self.s3.uploads, *staged]

    # What others do

    def write_manifest(self, body: bytes, metadata: dict[str, str] | None = None) -> None:
        """Put a manifest there by hand."""
        self.s3.put_object(Bucket="docs", Key=MANIFEST, Body=body, Metadata=metadata or {}, ContentType=CONTENT_TYPE)
        self.s3.calls.clear()

    def fill(self, names: Iterable[str]) -> None:
        for name in names:
            self.s3.upload(f"a/{name}.pdf", name.encode())


def manifest_of(prefix: str) -> str:
    return f"manifests/{prefix}manifest.jsonl"


class Scanned(World):
    """A bucket that is scanned in pages of a few keys."""

    def __init__(
        self,
        *keys: str,
        s3: FakeS3 | None = None,
        layout: Layout | None = None,
        queue_max: int = 6,
        stable: bool = False,
    ) -> None:
        super().__init__(s3, layout, stable=stable)
        self.queue_max = queue_max
        self.listing: Any = AsyncS3(self.s3)
        self.progress: list[int] = []
        self.told: dict[str, Rebuilt | Exception] = {}
        """What became of every prefix, in the order in which a scan told it."""
        for key in keys:
            self.s3.upload(key, key.encode())

    def scan(self, prefix: str = "", bucket: str = "docs") -> Report:
        return self.turn(Turn(Folder(bucket, prefix), Range(prefix)))

    def turn(self, turn: Turn, *, resumable: bool = False) -> Report:
        """One turn of a scan."""
        tools = Tools(self.listing, self.store, self.layout, self.signing_of, self.queue_max)
        return run(scan(tools, turn, self.deadline, Watch(self.progress.append, self._settled), resumable=resumable))

    def _settled(self, folder: Folder, outcome: Rebuilt | Exception) -> None:
        self.told[folder.prefix] = outcome

    def views(self) -> dict[str, list[str]]:
        """The keys every manifest shows, by prefix."""
        found = {}
        for key in sorted(self.s3.buckets["docs"]):
            if folder := self.layout.folder_of("docs", key):
                found[folder.prefix] = sorted(self.view(key))
        return found


TREE = ("a/1.pdf", "a/b/2.pdf", "a/b/3.pdf", "a/c.pdf", "d/4.pdf", "top.pdf")


def at(operation: str, act: Callable[[], object], key: str | None = None, times: int = 1) -> Hook:
    """A hook that acts at the first so many calls of the operation (on that key)."""
    left = times

    def hook(name: str, request: dict[str, Any]) -> None:
        nonlocal left
        if left and name == operation and key in (None, request.get("Key")):
            left -= 1
            act()

    return hook


def raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def make_small_manifests_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the multipart paths with manifests of a few lines."""
    monkeypatch.setattr(stored, "LARGE", SMALL_LARGE)
    monkeypatch.setattr(manifests, "LARGE", SMALL_LARGE)
    monkeypatch.setattr(manifests, "_FIRST", SMALL_LARGE // 4)
    monkeypatch.setattr(rebuild, "LARGE", SMALL_LARGE)
    monkeypatch.setattr(reader, "_END", SMALL_LARGE // 4)
    monkeypatch.setattr(newest, "LARGE", SMALL_LARGE)
    monkeypatch.setattr(committing, "LARGE", SMALL_LARGE)
    monkeypatch.setattr(spool, "_CHUNK", SMALL_LARGE)
    monkeypatch.setattr(spool, "PIECE", SMALL_LARGE)
    monkeypatch.setattr(multipart, "RANGE", 2 * SMALL_LARGE)

"""Which objects are documents, which prefix is theirs, and where that prefix's manifest lies. Pure naming."""

import re
from dataclasses import dataclass

MANIFEST_NAME = "manifest.jsonl"
STAGING = ".staging/"
STATE = ".state/"
_OURS = (STAGING, STATE)
BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")  # what the SDK takes, old names included
LONGEST_KEY = 1024  # bytes of UTF-8, https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html


def has_dot_segments(key: str) -> bool:
    """Whether it has a `.` or `..` between slashes. Clients resolve these before they ask, and so ask for another key.

    https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4; encoding them helps little, for browsers decode them first.
    """
    return "./" in key and not {".", ".."}.isdisjoint(key.split("/"))


@dataclass(frozen=True, slots=True, order=True)
class Folder:
    """A prefix of a documents' bucket: what one manifest is about."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one object lies."""

    bucket: str
    key: str

    @property
    def fits(self) -> bool:
        """Whether S3 allows a key this long."""
        return len(self.key.encode()) <= LONGEST_KEY

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Layout:
    """How documents and manifests are laid out; the one place that turns the one's name into the other's."""

    manifest_prefix: str = "manifests/"
    manifest_bucket: str | None = None
    prefix_depth: int | None = None

    def is_document(self, bucket: str, key: str) -> bool:
        return key[-4:].lower() == ".pdf" and not self.is_reserved(bucket, key)

    def is_reserved(self, bucket: str, key: str) -> bool:
        """Whether the key lies where manifests do, or what else is kept of them."""
        with_manifests = self.manifest_bucket in (None, bucket)
        return key.startswith(_OURS) or (with_manifests and key.startswith(self.manifest_prefix))

    def is_own(self, bucket: str, key: str) -> bool:
        """Whether it is a manifest, staged to become one, or kept beside them."""
        if self.manifest_bucket not in (None, bucket) or not key.startswith(self.manifest_prefix):
            return False
        below = key[len(self.manifest_prefix) :]
        return below.startswith(_OURS) or f"/{below}".endswith(f"/{MANIFEST_NAME}")

    def prefix_of(self, key: str) -> str:
        """The document's folder, or its first `prefix_depth` folders: `2026/04/q1.pdf` → `2026/04/`."""
        folder = key[: key.rfind("/") + 1]
        if self.prefix_depth is None or folder.count("/") <= self.prefix_depth:
            return folder
        return "/".join(folder.split("/")[: self.prefix_depth]) + "/"

    def belongs(self, folder: Folder, key: str) -> bool:
        """Whether the key is a document of that folder's manifest."""
        return self.is_document(folder.bucket, key) and self.prefix_of(key) == folder.prefix

    def covers(self, prefix: str) -> bool:
        """Whether that prefix's manifest also speaks for the folders below it."""
        return self.prefix_depth is not None and prefix.count("/") >= self.prefix_depth

    def widened(self, prefix: str) -> str:
        """The prefix a scan of `prefix` rebuilds: a folder, and never only a part of a manifest's documents."""
        return self.prefix_of(prefix if not prefix or prefix.endswith("/") else prefix + "/")

    def manifest_of(self, folder: Folder) -> Place:
        home = self.home(folder.bucket)
        return Place(home.bucket, f"{home.key}{folder.prefix}{MANIFEST_NAME}")

    def home(self, bucket: str) -> Place:
        """Where all manifests of a documents' bucket lie. In a bucket of their own, two buckets never share one."""
        if self.manifest_bucket is None:
            return Place(bucket, self.manifest_prefix)
        return Place(self.manifest_bucket, f"{self.manifest_prefix}{bucket}/")

    def folder_of(self, bucket: str, manifest_key: str) -> Folder | None:
        """The inverse of `manifest_of`: None where the key is no manifest's."""
        home = self.home(bucket).key
        if not manifest_key.startswith(home) or not manifest_key.endswith(MANIFEST_NAME):
            return None
        prefix = manifest_key[len(home) : -len(MANIFEST_NAME)]
        if prefix.startswith(_OURS) or (prefix and not prefix.endswith("/")):
            return None
        return Folder(bucket, prefix)

    def staging(self, manifest: Place, unique: str) -> Place:
        return Place(manifest.bucket, f"{self.manifest_prefix}{STAGING}{unique}")

    def last_scan(self, bucket: str) -> Place:
        """Where it is on record when a scan of that bucket was complete."""
        return Place(self.home(bucket).bucket, f"{self.manifest_prefix}{STATE}last-scan.json")

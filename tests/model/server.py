"""The S3 the model's invocations meet: the tests' fake, with LIST, sizes S3 insists on, and objects' past."""

# ruff: noqa: N803 -- S3's names

from dataclasses import dataclass, field
from typing import Any

from shared.domain.manifest import Document
from tests.fake_objects import Stored, described, refusal
from tests.fake_s3 import FakeS3

BUCKET = "docs"
MANIFESTS = "manifests/"
STAGED = "manifests/.staging/"


@dataclass(slots=True)
class Past:
    """Everything a key has ever held, each with the moment it began; None: nothing."""

    moments: list[int] = field(default_factory=lambda: [0])
    held: list[Document | None] = field(default_factory=lambda: [None])

    def since(self, moment: int) -> list[Document | None]:
        """What the key held at that moment and later."""
        first = max(index for index, began in enumerate(self.moments) if began <= moment)
        return self.held[first:]


class Server(FakeS3):
    """One bucket with documents and manifests. `moment` counts what happened to it."""

    def __init__(self, page: int, smallest_part: int, *, by_folders: bool = False) -> None:
        super().__init__(BUCKET)
        self.moment = 0
        self.pasts: dict[str, Past] = {}
        self._versions: dict[str, list[Stored]] = {}
        self._refusals: dict[str, list[str]] = {}
        self._page = page
        self._smallest_part = smallest_part
        self.by_folders = by_folders

    @property
    def objects(self) -> dict[str, Stored]:
        return self.buckets[BUCKET]

    # What people do to documents

    def write(self, key: str, body: bytes) -> None:
        self.upload(key, body)
        self._remember(key)

    def erase(self, key: str) -> None:
        self.remove(key)
        self._remember(key)

    def restore(self, key: str) -> None:
        """Bring the version before the last one back, with its old time, as removing a delete marker does."""
        versions = self._versions.get(key, [])
        if versions:
            self.objects[key] = versions[max(0, len(versions) - 2)]
        self._remember(key)

    def refuse(self, key: str, code: str, times: int) -> None:
        """Let the document not be looked at for so many times: by its own policy, or for want of its owner's key."""
        self._refusals[key] = [code] * times

    def _require_sight(self, key: str, *, bare: bool) -> None:
        if self._refusals.get(key):
            code = self._refusals[key].pop()
            raise refusal("400" if bare and code == "InvalidRequest" else code)

    def _head_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        self._require_sight(Key, bare=True)
        return super()._head_object(Bucket, Key)

    def _get_object(self, Bucket: str, Key: str, **request: Any) -> dict[str, Any]:  # type: ignore[override]  # passed on
        self._require_sight(Key, bare=False)
        return super()._get_object(Bucket, Key, **request)

    def move(self, key: str) -> None:
        """Into the archive, out of it for a while, and back: of all a document is, that alone changes."""
        stored = self.objects.get(key)
        if stored and stored.archived:
            self.unarchive(key, seconds=4)
        elif stored:
            self.archive(key)
        self._remember(key)

    def _remember(self, key: str) -> None:
        self.moment += 1
        past = self.pasts.setdefault(key, Past())
        stored = self.objects.get(key)
        past.moments.append(self.moment)
        past.held.append(described(key, stored) if stored else None)
        if stored:
            self._versions.setdefault(key, []).append(stored)

    def place(self, key: str) -> str:
        """Where a listing comes to the key: in the order of keys, or folder by folder, as where folders are real."""
        return key.replace("/", "\0") if self.by_folders else key

    # What the fake does not do

    def _list_objects_v2(
        self, Bucket: str, Prefix: str, MaxKeys: int, ContinuationToken: str = "", Delimiter: str = "", **more: Any
    ) -> dict[str, Any]:
        seen = ContinuationToken or more.get("StartAfter", "")
        found = (key for key in self.buckets[Bucket] if key.startswith(Prefix))
        flat = (key for key in found if not (Delimiter and Delimiter in key[len(Prefix) :]))
        keys = sorted((key for key in flat if not seen or self.place(key) > self.place(seen)), key=self.place)
        most = min(MaxKeys, self._page)
        asked = "RestoreStatus" in more.get("OptionalObjectAttributes", ())
        page = [described(key, self.buckets[Bucket][key], restores=asked) for key in keys[:most]]
        return {"Listed": (page, page[-1].key if len(keys) > most else None)}

    def _upload_part_copy(
        self,
        UploadId: str,
        PartNumber: int,
        CopySource: dict[str, str],
        CopySourceIfMatch: str = "",
        CopySourceRange: str = "",
        **request: str,
    ) -> dict[str, Any]:
        """The condition may be left out, as S3 has it."""
        source = self._find(CopySource["Bucket"], CopySource["Key"])
        if not CopySourceIfMatch and int(CopySourceRange.rpartition("-")[2]) >= len(source.body):
            raise refusal("InvalidRange", "UploadPartCopy")
        pinned = CopySourceIfMatch or source.etag
        return super()._upload_part_copy(UploadId, PartNumber, CopySource, pinned, CopySourceRange, **request)

    def _complete_multipart_upload(
        self, Bucket: str, Key: str, UploadId: str, MultipartUpload: dict[str, Any], **condition: str
    ) -> dict[str, Any]:
        parts = [body for body, _ in self._upload(UploadId).parts.values()]
        assert all(len(body) >= self._smallest_part for body in parts[:-1]), "a part before the last one is too small"
        return super()._complete_multipart_upload(Bucket, Key, UploadId, MultipartUpload, **condition)

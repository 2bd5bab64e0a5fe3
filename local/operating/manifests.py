"""The manifests of a bucket, oldest first: one LIST of all, a look at those that are to be shown."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from heapq import nsmallest
from operator import attrgetter

from local.operating.bucket import Bucket
from local.operating.health import Manifest, Manifests
from shared.domain.age import age
from shared.domain.errors import LinkManifestError
from shared.domain.manifest import Document
from shared.store.manifests import ManifestStore
from shared.store.stored import Stored
from shared.store.walk import Walk

_SIDE_BY_SIDE = 32
_NEVER = "~"  # after every time


class _Totals:
    """Of all that pass."""

    def __init__(self) -> None:
        self.count = self.size = 0

    def counted(self, found: Iterator[Document]) -> Iterator[Document]:
        for each in found:
            self.count += 1
            self.size += each.size
            yield each


def manifests(bucket: Bucket, most: int | None) -> Manifests:
    """All in numbers, and of those written longest ago `most` (None: all) as they are. Raises what S3 answers."""
    totals = _Totals()
    found = totals.counted(_listed(bucket))
    by_time = attrgetter("last_modified")
    oldest = sorted(found, key=by_time) if most is None else nsmallest(most, found, key=by_time)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        seen = pool.map(_Looks(bucket).look, oldest)
        shown = sorted((each for each in seen if each), key=lambda each: each.first_expiry or _NEVER)
    return Manifests(totals.count, totals.size, oldest[0].last_modified if oldest else None, tuple(shown))


def _listed(bucket: Bucket) -> Iterator[Document]:
    for page in Walk(bucket.client).pages(bucket.layout.home(bucket.name)):
        yield from (each for each in page if bucket.layout.folder_of(bucket.name, each.key))


class _Looks:
    """At manifests, by their metadata."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket, self._store = bucket, ManifestStore(bucket.client, bucket.layout)
        self._now = datetime.now(UTC)

    def look(self, listed: Document) -> Manifest | None:
        """None: it is gone."""
        folder = self._bucket.layout.folder_of(self._bucket.name, listed.key)
        assert folder
        try:
            found = self._store.look(self._bucket.layout.manifest_of(folder))
        except LinkManifestError as error:
            return self._told(folder.prefix, listed, None, str(error))
        return self._told(folder.prefix, listed, found, found.damage) if found.etag else None

    def _told(self, prefix: str, listed: Document, found: Stored | None, damage: str | None) -> Manifest:
        head = (found or Stored(self._bucket.layout.home(self._bucket.name))).head
        old = age(listed.last_modified, self._now)
        return Manifest(
            prefix, listed.last_modified, old, listed.size, head.lines, head.documents, head.first_expiry, damage
        )

"""The newest documents of a share, as far as a bounded look finds them: what a feed shows.

The manifests that changed last are read first, one in any case: no more than `MANIFESTS` of them, no more than `MOST`
bytes, and none after `LONGEST` seconds. Of large ones it is the end, as far as the small ones leave room for.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass

from shared.domain.documents import Folder, Layout
from shared.domain.manifest import LARGE, Line, last_of_each
from shared.domain.sharing import Share
from shared.sharing.contents import RANGE, Contents, Reader, whole_lines
from shared.sharing.cursor import Cursor
from shared.sharing.entries import Entry, Rewriting, latest
from shared.sharing.folders import Folders, Manifest
from shared.store.stored import Stored

MOST = 5 * 1024 * 1024  # bytes of manifests
MANIFESTS = 200  # requests
LONGEST = 2.0  # seconds, after which no reading begins
LISTED = 10  # pages of LIST: 10,000 folders


@dataclass(frozen=True, slots=True)
class Newest:
    """Finds them. Each method raises what S3 answers."""

    folders: Folders
    reader: Reader
    layout: Layout
    clock: Callable[[], float] = time.monotonic

    def look(self, share: Share, base: str) -> "Look":
        """At which manifests there are. `base`: the share's address, without a slash at its end."""
        manifests = sorted(self._listed(share), key=lambda each: each.seen.last_modified, reverse=True)
        told = [base, *astuple(share), *((each.seen.key, each.seen.etag) for each in manifests)]
        etag = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
        return Look(etag, _within(manifests), self.reader, Rewriting(self.layout, share, base), self.clock)

    def _listed(self, share: Share) -> Iterator[Manifest]:
        cursor = None
        for _ in range(LISTED):
            page = self.folders.page(Folder(share.bucket, share.prefix), cursor)
            yield from page.manifests
            if not page.more or not page.manifests:
                return
            cursor = Cursor(page.manifests[-1].name)


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be read. `etag`: of all that the LIST showed; no two commits have the same."""

    etag: str
    manifests: list[Manifest]
    reader: Reader
    rewriting: Rewriting
    clock: Callable[[], float]

    def entries(self, most: int) -> list[Entry]:
        """So many, the newest first; never a part of what was to be read. Raises ManifestDamagedError as well.

        A document is no newer than the manifest that speaks of it, so there may be enough before all of them are read.
        """
        found: list[Entry] = []
        for manifest, contents in self.reader.ahead(self._in_time()):
            if len(found) == most and _age(found[-1])[0] > manifest.seen.last_modified:
                break
            found = sorted([*found, *self._shown(manifest, contents)], key=_age, reverse=True)[:most]
        return found

    def _in_time(self) -> Iterator[Manifest]:
        """Those whose reading begins soon enough, the first in any case."""
        ends = self.clock() + LONGEST
        for number, manifest in enumerate(self.manifests):
            if number and self.clock() >= ends:
                return
            yield manifest

    def _shown(self, manifest: Manifest, contents: Contents | None) -> list[Entry]:
        entries = (self.rewriting.entry(manifest.folder, line) for line in self._lines(contents))
        return [each for each in latest(filter(None, entries)) if each.url]

    def _lines(self, contents: Contents | None) -> list[Line]:
        if contents is None:
            return []
        if contents.lines is not None:
            return list(contents.lines.values())
        return list(last_of_each(self._end_of(contents.stored)).values())

    def _end_of(self, large: Stored) -> Iterator[Line]:
        """As much of it as there is room for: after a rebuild it is sorted by key, the newest may be anywhere."""
        end = large.size
        start = max(end - _room(self.manifests), 0)
        parts = []
        for at in range(start, end, RANGE + 1):  # a range has the byte before it, too
            large, part = self.reader.range(large, at + 1)
            parts.append(part)
        data = b"".join(parts)[: end - start]
        return (line for line, _ in whole_lines(data, start + 1 if start else 0, large) if line)


def _within(manifests: list[Manifest]) -> list[Manifest]:
    """As many of them as may be read, one at least."""
    left = MOST
    for number, manifest in enumerate(manifests[:MANIFESTS]):
        left -= _least(manifest)
        if left < 0:
            return manifests[: max(number, 1)]
    return manifests[:MANIFESTS]


def _least(manifest: Manifest) -> int:
    """Bytes of it that are read."""
    return RANGE if manifest.seen.size >= LARGE else manifest.seen.size


def _room(manifests: list[Manifest]) -> int:
    """Bytes of each large one: what the small ones leave, a range at least."""
    large = [each for each in manifests if each.seen.size >= LARGE]
    small = sum(each.seen.size for each in manifests) - sum(each.seen.size for each in large)
    return max((MOST - small) // (len(large) or 1), RANGE)


def _age(entry: Entry) -> tuple[str, str]:
    return entry.last_modified or "", entry.key

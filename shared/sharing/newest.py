"""The newest documents of a share, as far as a bounded look finds them: what a feed shows.

The manifests that changed last are read first, of a large one its end, and of all of them no more than `MOST` bytes,
`MANIFESTS` of them, or for `LONGEST` seconds.
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
LONGEST = 2.0  # seconds of reading; what is read side by side by then is shown
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
        ends = self.clock() + LONGEST
        for manifest, contents in self.reader.ahead(self.manifests):
            if found and (self.clock() > ends or _are_newer(found, most, manifest)):
                break
            found = sorted([*found, *self._shown(manifest, contents)], key=_age, reverse=True)[:most]
        return found

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
        """As much of it as is left for each large one, from its end."""
        offset, end = max(large.size - _for_each_large(self.manifests) + 1, 0), large.size
        while offset < end:
            large, data = self.reader.range(large, offset)
            for line, behind in whole_lines(data, offset, large):
                offset = behind
                if line:
                    yield line


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


def _for_each_large(manifests: list[Manifest]) -> int:
    """Bytes of each large one: what the others leave; after a rebuild the newest may be anywhere in it."""
    left = MOST - sum(map(_least, manifests))
    large = sum(each.seen.size >= LARGE for each in manifests)
    return RANGE + max(left, 0) // (large or 1) // RANGE * RANGE


def _are_newer(found: list[Entry], most: int, manifest: Manifest) -> bool:
    """Whether there are enough already that are newer than all that this manifest may speak of."""
    return len(found) == most and _age(found[-1])[0] > manifest.seen.last_modified


def _age(entry: Entry) -> tuple[str, str]:
    return entry.last_modified or "", entry.key

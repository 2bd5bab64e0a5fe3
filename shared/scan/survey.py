"""The manifests of a range, as one LIST showed them before the first document was listed."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.manifest import Document
from shared.domain.ranges import Range, before

MOST = 100_000  # manifests of one survey, so that no number of folders fills memory: the rest is another's


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A manifest as it was then. `size` in bytes."""

    etag: str
    size: int


class Survey:
    """By prefix, in the order in which documents are listed; and which of them the listing has left behind.

    `range` is as far as it goes: what comes after has not been surveyed.
    """

    def __init__(self, own: Range) -> None:
        self.range = own
        self.manifests: dict[str, Surveyed] = {}
        self.oldest = ""
        """When the manifest was written that nothing has written for longest; empty: there is none."""
        self.in_order = True
        """Whether the store showed them in the order of their keys."""
        self._last = ""
        self._ahead: list[str] | None = None
        self._above: list[str] = []

    def note(self, folder: str, seen: Document) -> None:
        self.manifests[folder] = Surveyed(seen.etag, seen.size)
        self.oldest = min(self.oldest or seen.last_modified, seen.last_modified)
        self.in_order = self.in_order and before(self._last, seen.key)
        self._last = seen.key

    def end_at(self, folder: str, manifest: str) -> None:
        """Survey no more: this folder's manifest, of that name, was the last one shown.

        All before the folder has been shown, and so all that can be before its manifest.
        """
        after = self.range.after or self.range.prefix
        self.range = self.range.up_to(folder if before(after, folder) else manifest)
        self.manifests = {name: seen for name, seen in self.manifests.items() if self.range.meets(name)}

    def etag_of(self, prefix: str) -> str | None:
        found = self.manifests.get(prefix)
        return found.etag if found else None

    def left_behind(self, key: str) -> Iterator[str]:
        """The folders that a listing in order, now at `key`, comes to no more; each once."""
        ahead = self._sorted()
        passed = self._above
        while ahead and not before(key, ahead[-1]):
            passed.append(ahead.pop())
        self._above = [prefix for prefix in passed if key.startswith(prefix)]
        return (prefix for prefix in passed if not key.startswith(prefix))

    def rest(self) -> list[str]:
        """Those it has not left behind yet."""
        return [*self._above, *reversed(self._sorted())]

    def _sorted(self) -> list[str]:
        if self._ahead is None:
            self._ahead = sorted(self.manifests, reverse=True)
        return self._ahead

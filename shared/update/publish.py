"""Publish changes to one prefix: the update's half of the commit protocol.

Look at the manifest, *then* at the documents, write a line for every one of them, commit under the condition that the
manifest is still the one that was looked at. A refused commit looks at everything again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Layout, Place
from shared.domain.errors import LinkManifestError
from shared.domain.manifest import Document, Head, Line, documents, earliest, encode, first_expiry
from shared.domain.merge import Tally, observed, tally, updated
from shared.domain.signing import Signing
from shared.store.bucket import Bucket
from shared.store.manifests import ManifestStore
from shared.store.stored import Committed, Draft, OutOfPatience, Stored

_PATIENCE = 4  # losses before a batch is halved: looking at many documents must not outlast the gap between commits
_MANY = 16  # documents; fewer are looked at in one go


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one prefix. `first_expiry` as 2026-04-02T08:26:50Z."""

    folder: Folder
    manifest: Place
    revision: int
    tally: Tally
    conflicts: int
    lines: int
    first_expiry: str | None
    missing: tuple[str, ...] = ()
    failure: Exception | None = None
    """Why the `missing` keys, the second half of a large batch, were not committed."""


class Publisher:
    """Brings a prefix's manifest up to date for some of its keys."""

    def __init__(self, store: ManifestStore, bucket: Bucket, layout: Layout, signing: Callable[[str], Signing]) -> None:
        self._store = store
        self._bucket = bucket
        self._layout = layout
        self._signing = signing

    def publish(self, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Published:
        """Commit what these keys are now. `keys` are the folder's own, each once; whether they exist is seen here."""
        place = self._layout.manifest_of(folder)
        patience = _PATIENCE if len(keys) > _MANY else None
        try:
            committed = self._store.commit(
                place, lambda stored: self._decide(stored, folder, keys, deadline), deadline, None, patience
            )
        except OutOfPatience as lost:
            return self._publish_halves(folder, keys, deadline, lost.conflicts)
        return _published(folder, place, committed)

    def _publish_halves(self, folder: Folder, keys: Sequence[str], deadline: Deadline, conflicts: int) -> Published:
        middle = len(keys) // 2
        first = self.publish(folder, keys[:middle], deadline)
        try:
            second = self.publish(folder, keys[middle:], deadline)
        except LinkManifestError as error:
            return replace(first, missing=(*first.missing, *keys[middle:]), failure=error)
        return replace(
            second,
            tally=first.tally + second.tally,
            conflicts=conflicts + first.conflicts + second.conflicts,
            missing=first.missing + second.missing,
            failure=first.failure or second.failure,
        )

    def _decide(self, stored: Stored, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Draft:
        stored.refuse_damage()
        known = self._known(stored, folder)
        seen = self._bucket.observe(folder.bucket, keys, deadline)  # after the manifest was looked at: never before
        signing = self._signing(folder.bucket)
        revision = stored.head.revision + 1
        if known is None:
            return appended(stored, seen, revision, signing)
        lines, changes = updated(known, seen, revision, signing)
        head = Head(
            revision=revision,
            rebuilt_from=stored.head.rebuilt_from,
            lines=len(lines),
            documents=documents(lines),
            first_expiry=first_expiry(lines),
        )
        return Draft(head, encode(lines), tally=changes)

    def _known(self, stored: Stored, folder: Folder) -> dict[str, Line] | None:
        """The lines of the folder's own documents, whatever else somebody wrote there; None: it is appended to.

        A large manifest without metadata is read once, to see that it is one.
        """
        if stored.large and stored.head.versioned:
            return None
        lines = self._store.read_lines(stored)
        if stored.large:
            return None
        return {key: line for key, line in lines.items() if self._layout.belongs(folder, key)}


def appended(stored: Stored, seen: dict[str, Document | None], revision: int, signing: Signing) -> Draft:
    """A large manifest with the new lines at its end. Its HEAD tells all that is needed: nothing of it is read."""
    lines = observed(seen, revision, signing)
    head = Head(
        revision=revision,
        rebuilt_from=stored.head.rebuilt_from,
        lines=stored.head.lines + len(lines),
        documents=stored.head.documents,
        first_expiry=earliest(stored.head.first_expiry, first_expiry(lines)),
    )
    cut = b"" if stored.head.versioned else b"\n"  # an earlier tool's last line may have no end
    return Draft(head, cut + encode(lines), stored.source, tally(None, seen))


def _published(folder: Folder, place: Place, committed: Committed) -> Published:
    head = committed.draft.head
    return Published(
        folder,
        place,
        head.revision,
        committed.draft.tally,
        committed.conflicts,
        head.lines,
        head.first_expiry,
    )

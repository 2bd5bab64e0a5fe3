"""Publish changes to one prefix: the update's half of the commit protocol.

Look at the manifest, *then* at the documents, write a line for every one of them, commit under the condition that the
manifest is still the one that was looked at. A refused commit looks at everything again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Layout, Place
from shared.domain.errors import LinkManifestError, raise_failures
from shared.domain.head import Head
from shared.domain.instant import earliest
from shared.domain.manifest import Document, Line, documents, encode, first_expiry
from shared.domain.merge import Tally, observed, tally, updated
from shared.domain.signing import Signing
from shared.store.bucket import Bucket
from shared.store.manifests import ManifestStore
from shared.store.stored import Committed, Draft, OutOfPatience, Stored

_PATIENCE = 4  # losses before a batch is halved: looking at many documents must not outlast the gap between commits
_MANY = 16  # documents; fewer are looked at in one go


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one prefix. `first_expiry` as 2026-04-02T08:26:50Z.

    It had so many documents `before`, of which so many are `lost`: gone, and no others in their place.
    """

    folder: Folder
    manifest: Place
    revision: int
    tally: Tally
    conflicts: int
    lines: int
    first_expiry: str | None
    failed: Mapping[str, Exception] = field(default_factory=dict)
    """By key, why a document has no line of this commit: it may not be looked at, or its part of the batch failed."""
    before: int = 0
    lost: int = 0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the last of it was committed."""


class _AllRefused(Exception):  # noqa: N818 -- what becomes of it is its catcher's to say
    """S3 let none of the documents be looked at: there is nothing to write."""

    def __init__(self, refused: Mapping[str, Exception]) -> None:
        super().__init__()
        self.refused = refused


@dataclass(slots=True)
class _Course:
    """How far a batch has come: the keys `left`, taken `size` at a time."""

    left: list[str]
    size: int
    conflicts: int = 0
    parts: list[Published] = field(default_factory=list)
    failed: dict[str, Exception] = field(default_factory=dict)

    def settle(self, failed: Mapping[str, Exception]) -> None:
        """The next keys are done with, these failures aside."""
        self.failed |= failed
        self.left = self.left[self.size :]

    def fail(self, error: LinkManifestError) -> None:
        """The folder itself failed; what was committed stays."""
        if not self.parts and not self.failed:
            raise error
        self.size = len(self.left)
        self.settle(dict.fromkeys(self.left, error))

    def ended(self) -> Published:
        """The parts as one. Raises where there is none."""
        if not self.parts:
            raise_failures(self.failed)
        return replace(
            self.parts[-1],
            tally=sum((part.tally for part in self.parts), Tally()),
            conflicts=self.conflicts + sum(part.conflicts for part in self.parts),
            before=self.parts[0].before,
            lost=sum(part.lost for part in self.parts),
            failed=self.failed,
        )


class Publisher:
    """Brings a prefix's manifest up to date for some of its keys."""

    def __init__(self, store: ManifestStore, bucket: Bucket, layout: Layout, signing: Callable[[str], Signing]) -> None:
        self._store = store
        self._bucket = bucket
        self._layout = layout
        self._signing = signing

    def publish(self, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Published:
        """Commit what these keys are now. `keys` are the folder's own, each once; whether they exist is seen here.

        A document that S3 will not let be looked at gets no line, and does not keep the others from theirs. Raises
        where nothing was committed: what the folder failed of, or what each document did (PrefixesFailedError).
        """
        self._signing(folder.bucket)  # raises, before S3 is asked, where that bucket's documents can have no links
        course = _Course(list(keys), len(keys))
        while course.left:
            try:
                self._publish_next(folder, course, deadline)
            except LinkManifestError as error:
                course.fail(error)
        return course.ended()

    def _publish_next(self, folder: Folder, course: _Course, deadline: Deadline) -> None:
        """Where others keep committing while so many are looked at, fewer are looked at from then on."""
        try:
            part = self._commit(folder, course.left[: course.size], deadline)
        except _AllRefused as none:
            course.settle(none.refused)
        except OutOfPatience as lost:
            course.size = -(-course.size // 2)
            course.conflicts += lost.conflicts
        else:
            course.parts.append(part)
            course.settle(part.failed)

    def _commit(self, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Published:
        place = self._layout.manifest_of(folder)
        patience = _PATIENCE if len(keys) > _MANY else None
        committed = self._store.commit(
            place, lambda stored: self._decide(stored, folder, keys, deadline), deadline, None, patience
        )
        return _published(folder, place, committed)

    def _decide(self, stored: Stored, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Draft:
        stored.refuse_damage()
        if stored.large and not stored.head.versioned:
            stored = self._store.count(stored)
        known = self._known(stored, folder)
        found = self._bucket.observe(folder.bucket, keys, deadline)  # after the manifest was looked at: never before
        if not found.seen:
            raise _AllRefused(found.refused)
        return replace(self._drafted(stored, known, found.seen, self._signing(folder.bucket)), refused=found.refused)

    def _drafted(
        self, stored: Stored, known: dict[str, Line] | None, seen: dict[str, Document | None], signing: Signing
    ) -> Draft:
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
        """The lines of the folder's own documents, whatever else somebody wrote there; None: it is appended to."""
        if stored.large:
            return None
        lines = self._store.read_lines(stored)
        return {key: line for key, line in lines.items() if self._layout.belongs(folder, key)}


def appended(stored: Stored, seen: dict[str, Document | None], revision: int, signing: Signing) -> Draft:
    """A large manifest with the new lines at its end. Its HEAD tells all that is needed: nothing of it is read.

    An earlier tool's has been read once: to see that it is one, and to count.
    """
    lines = observed(seen, revision, signing)
    head = Head(
        revision=revision,
        rebuilt_from=stored.head.rebuilt_from,
        lines=stored.head.lines + len(lines),
        documents=stored.head.documents,
        first_expiry=earliest(stored.head.first_expiry, first_expiry(lines)),
    )
    return Draft(head, b"\n" * stored.torn + encode(lines), stored.source, tally(None, seen))


def _published(folder: Folder, place: Place, committed: Committed) -> Published:
    head, before, changed = committed.draft.head, committed.replaced.head.documents, committed.draft.tally
    # Of a large manifest only a rebuild knows how many documents it has.
    lost = changed.removed - changed.added if committed.draft.source else before - head.documents
    return Published(
        folder,
        place,
        head.revision,
        committed.draft.tally,
        committed.conflicts,
        head.lines,
        head.first_expiry,
        committed.draft.refused,
        before,
        max(0, lost),
    )

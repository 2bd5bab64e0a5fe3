"""The writes of one commit: refused, look again; the answer lost, know it by its id; failed for good, say so."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from shared.domain.deadline import Deadline
from shared.domain.documents import Place
from shared.store.failures import BROKEN, code_of, explain, is_passing, status_of
from shared.store.pace import Pace
from shared.store.stored import Committed, Draft, ManifestChanged, Stored

if TYPE_CHECKING:
    from shared.domain.errors import LinkManifestError

REFUSED = (404, 409, 412)  # what S3 answers where a condition does not hold
TRIES = 3  # requests that fail for no reason of ours, in a row, before it is said


class Door(Protocol):
    """What attempts need of the store."""

    def look(self, place: Place) -> Stored: ...
    def look_inside(self, place: Place) -> Stored: ...
    def put(self, stored: Stored, draft: Draft, deadline: Deadline) -> None: ...
    def pause(self, seconds: float) -> None: ...
    def now(self) -> float: ...


class Attempts:
    """The writes of one commit: what was tried, what came of it, how long to wait."""

    def __init__(self, store: Door, place: Place, deadline: Deadline, pace: Pace) -> None:
        self._store, self._place, self._deadline, self._pace = store, place, deadline, pace
        self._tried: dict[str, tuple[Stored, Draft]] = {}
        self._failed = 0
        self._final: LinkManifestError | None = None
        self._looked = store.now()
        self.conflicts = 0
        self.losses = 0
        """Commits of others that came before this one: refused writes (`conflicts`), and what a look saw in time."""

    def look_after_pause(self) -> Stored:
        if not self._final:
            self._store.pause(self._pace.wait(self._deadline.left(), self.losses))
        if not self._tried:  # whether a write came through is asked even when time is up
            self._deadline.require(f"looking at {self._place}")
        self._looked = self._store.now()
        return self._store.look_inside(self._place)

    def landed(self, stored: Stored) -> Committed | None:
        """Whether what is there now is a write of ours whose answer was lost."""
        if stored.head.commit in self._tried:
            replaced, draft = self._tried[stored.head.commit]
            return Committed(replaced, draft, self.conflicts)
        if self._final:
            raise self._final
        return None

    def write(self, stored: Stored, decide: Callable[[Stored], Draft]) -> Committed | None:
        self._deadline.require(f"committing {self._place}")
        try:
            draft = decide(stored)
            self._look_again(stored)
        except ManifestChanged:
            self.losses += 1
            self._pace.overtaken(self._store.now() - self._looked)
            return None
        draft = replace(draft, head=replace(draft.head, commit=uuid.uuid4().hex))
        self._deadline.require(f"committing {self._place}")
        self._tried[draft.head.commit] = (replace(stored, beginning=b""), replace(draft, tail=b""))  # told, not read
        try:
            self._store.put(stored, draft, self._deadline)
        except BROKEN as error:
            self._note(error)
            return None
        return Committed(stored, draft, self.conflicts)

    def _look_again(self, stored: Stored) -> None:
        """Where others write too, a look is cheaper than a write that is refused."""
        if self._pace.span and self._store.look(self._place).etag != stored.etag:
            raise ManifestChanged

    def _note(self, error: Exception) -> None:
        """A refusal is followed by another look, and so is a failure: the write may have come through."""
        if status_of(error) in REFUSED and code_of(error) != "NoSuchBucket":
            self.conflicts += 1
            self.losses += 1
            self._pace.refused(self._store.now() - self._looked)
            return
        self._failed += 1
        if self._failed == TRIES or not is_passing(error):
            self._final = explain(error, "writing", self._place)

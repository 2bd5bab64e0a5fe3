"""One manifest in S3: look at it, read it, commit to it. The only place that knows ETags, 404, 409 and 412.

Every write is conditional: `If-Match` with the ETag that was seen, or `If-None-Match: *` where there was none
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Whoever is refused looks again.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.deadline import Deadline
from shared.documents import Layout, Place
from shared.errors import LinkManifestError, ManifestDamagedError, SchemaTooNewError
from shared.manifest import CONTENT_TYPE, LARGE, Head, Line, read_lines
from shared.merge import Tally
from shared.multipart import Multipart, Source, Target
from shared.pace import Pace
from shared.s3 import BROKEN, code_of, explain, is_passing, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

_REFUSED = (404, 409, 412)
_TRIES = 3  # requests that fail for no reason of ours, in a row, before it is said


class ManifestChanged(Exception):  # noqa: N818 -- no error: how a reader learns to look again
    """The manifest is no longer the one that was looked at."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A manifest as it was at one moment. Without an ETag there was none. `size` in bytes."""

    place: Place
    etag: str | None = None
    size: int = 0
    head: Head = field(default_factory=Head)
    damage: str | None = None

    @property
    def large(self) -> bool:
        """Whether it is appended to, and not rewritten."""
        return self.size >= LARGE

    @property
    def source(self) -> Source:
        assert self.etag is not None
        return Source(self.place, self.etag, self.size)

    def condition(self) -> dict[str, str]:
        return {"IfNoneMatch": "*"} if self.etag is None else {"IfMatch": self.etag}

    def refuse_damage(self) -> None:
        if self.damage:
            raise ManifestDamagedError(f"{self.place} {self.damage}. Run the full scan of its prefix: it is replaced.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be committed: whole, or `tail` joined to what lies in S3 already."""

    head: Head
    tail: bytes
    source: Source | None = None
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Committed:
    """`replaced` made way for `draft`, after `conflicts` writes were refused."""

    replaced: Stored
    draft: Draft
    conflicts: int


class ManifestStore:
    """The door every change of a manifest goes through."""

    def __init__(
        self,
        client: "S3Client",
        layout: Layout,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._layout = layout
        self._multipart = Multipart(client)
        self._sleep = sleep
        self._clock = clock
        self._paces: dict[Place, Pace] = {}

    def look(self, place: Place) -> Stored:
        """The manifest as it is now. Raises SchemaTooNewError; damaged metadata are told in `damage`."""
        try:
            return _stored(place, self._client.head_object(Bucket=place.bucket, Key=place.key))
        except BROKEN as error:
            if status_of(error) != 404:  # noqa: PLR2004 -- HTTP's Not Found
                raise explain(error, "HEAD", place) from error
        return self._look_closer(place)

    def _look_closer(self, place: Place) -> Stored:
        """A HEAD's 404 cannot tell a missing manifest from a missing bucket, a GET's can."""
        try:
            answer = self._client.get_object(Bucket=place.bucket, Key=place.key)
        except BROKEN as error:
            if code_of(error) == "NoSuchKey":
                return Stored(place)
            raise explain(error, "GET", place) from error
        answer["Body"].close()
        return _stored(place, answer)

    def read(self, stored: Stored, start: int = 0) -> bytes:
        """Its bytes from `start` on, which lies before the end; ManifestChanged where it is another by now."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._get(stored, start)
            except BROKEN as error:
                if status_of(error) in _REFUSED and code_of(error) != "NoSuchBucket":
                    raise ManifestChanged from error
                if attempt == _TRIES or not is_passing(error):
                    raise explain(error, "GET", stored.place) from error
        raise AssertionError

    def _get(self, stored: Stored, start: int) -> bytes:
        if stored.etag is None or start >= stored.size:
            return b""
        place = stored.place
        whence = f"bytes={start}-"
        answer = self._client.get_object(Bucket=place.bucket, Key=place.key, IfMatch=stored.etag, Range=whence)
        return answer["Body"].read()

    def read_lines(self, stored: Stored, start: int = 0) -> dict[str, Line]:
        """The last line of every key from byte `start` on; ManifestDamagedError names the object."""
        stored.refuse_damage()
        try:
            return read_lines(self.read(stored, start), versioned=stored.head.versioned)
        except ManifestDamagedError as error:
            raise ManifestDamagedError(
                f"{stored.place} {error}. Run the full scan of its prefix: it is replaced."
            ) from error

    def stage(self, manifest: Place, chunks: Iterable[bytes], deadline: Deadline) -> Source:
        place = self._layout.staging(manifest, uuid.uuid4().hex)
        try:
            return self._multipart.stage(place, chunks, deadline)
        except BROKEN as error:
            raise explain(error, "staging", place) from error

    def discard(self, staged: Source) -> None:
        self._multipart.discard(staged.place)

    def commit(
        self,
        place: Place,
        decide: Callable[[Stored], Draft],
        deadline: Deadline,
        start: Stored | None = None,
        patience: int | None = None,
    ) -> Committed | None:
        """Look, decide, write under the condition that nothing changed since; refused: wait a little, once more.

        `start` is taken for the first look. None after `patience` refused writes. A write whose answer was lost is
        known by its commit id, and counts as done. Raises what `decide` raises, OutOfTimeError, and what S3's answers
        mean.
        """
        pace = self._paces.setdefault(place, Pace(self._clock))
        attempt = _Attempts(self, place, deadline, pace)
        try:
            stored = start or attempt.look_after_pause()
            while not (done := attempt.landed(stored)):
                if attempt.conflicts == patience:
                    return None
                if done := attempt.write(stored, decide):
                    break
                stored = attempt.look_after_pause()
            return done
        finally:
            if not pace.span:
                self._paces.pop(place, None)

    def put(self, stored: Stored, draft: Draft, deadline: Deadline) -> None:
        """One conditional write. Raises what the SDK raises."""
        metadata = draft.head.metadata()
        place, condition = stored.place, stored.condition()
        if draft.source:
            self._multipart.join(Target(place, metadata, condition), draft.source, draft.tail, deadline)
            return
        self._client.put_object(
            Bucket=place.bucket,
            Key=place.key,
            Body=draft.tail,
            ContentType=CONTENT_TYPE,
            Metadata=metadata,
            **condition,  # type: ignore[arg-type]  # IfMatch or IfNoneMatch
        )

    def pause(self, seconds: float) -> None:
        if seconds > 0:
            self._sleep(seconds)

    def now(self) -> float:
        return self._clock()


class _Attempts:
    """The writes of one commit: what was tried, what came of it, how long to wait."""

    def __init__(self, store: ManifestStore, place: Place, deadline: Deadline, pace: Pace) -> None:
        self._store, self._place, self._deadline, self._pace = store, place, deadline, pace
        self._tried: dict[str, tuple[Stored, Draft]] = {}
        self._failed = 0
        self._losses = 0
        self._final: LinkManifestError | None = None
        self._looked = store.now()
        self.conflicts = 0

    def look_after_pause(self) -> Stored:
        if not self._final:
            self._store.pause(self._pace.wait(self._deadline.left(), self._losses))
        if not self._tried:  # whether a write came through is asked even when time is up
            self._deadline.require(f"looking at {self._place}")
        self._looked = self._store.now()
        return self._store.look(self._place)

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
            self._losses += 1
            self._pace.overtaken(self._store.now() - self._looked)
            return None
        draft = replace(draft, head=replace(draft.head, commit=uuid.uuid4().hex))
        self._deadline.require(f"committing {self._place}")
        self._tried[draft.head.commit] = (stored, draft)
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
        if status_of(error) in _REFUSED and code_of(error) != "NoSuchBucket":
            self.conflicts += 1
            self._losses += 1
            self._pace.refused(self._store.now() - self._looked)
            return
        self._failed += 1
        if self._failed == _TRIES or not is_passing(error):
            self._final = explain(error, "writing", self._place)


def _stored(place: Place, answer: "HeadObjectOutputTypeDef | GetObjectOutputTypeDef") -> Stored:
    etag, size = answer["ETag"], answer["ContentLength"]
    try:
        return Stored(place, etag, size, Head.parse(answer["Metadata"]))
    except ManifestDamagedError as error:
        return Stored(place, etag, size, damage=str(error))
    except SchemaTooNewError as error:
        raise SchemaTooNewError(f"{place} {error}. It was left as it is.") from error

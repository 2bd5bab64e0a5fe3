"""One manifest in S3: look at it, read it, commit to it. The only place that knows ETags, 404, 409 and 412.

Every write is conditional: `If-Match` with the ETag that was seen, or `If-None-Match: *` where there was none
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Whoever is refused looks again.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from shared.domain.deadline import Deadline
from shared.domain.documents import Layout, Place
from shared.domain.errors import ManifestDamagedError, SchemaTooNewError
from shared.domain.head import Head
from shared.domain.manifest import CONTENT_TYPE, LARGE, Line, parsed, read_lines, split
from shared.store.attempts import REFUSED, TRIES, Attempts
from shared.store.failures import BROKEN, code_of, explain, is_passing, status_of
from shared.store.looks import etag_of, go_to, is_still, look, look_inside, size_of
from shared.store.multipart import Multipart, Source, Target
from shared.store.pace import Pace
from shared.store.staging import Staging
from shared.store.stored import Committed, Draft, ManifestChanged, OutOfPatience, Stored

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from shared.store.looks import Described


_CHUNK = 1024 * 1024  # bytes read at once
_FIRST = 20 * 1024  # bytes of a manifest whose size is not known: an append to a large one is to cost no more
_REMEMBERED = 10_000  # manifests whose sizes are known from earlier looks

_T = TypeVar("_T")


class ManifestStore:
    """The door every change of a manifest goes through."""

    def __init__(
        self,
        client: "S3Client",
        layout: Layout,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        patient: Callable[[], "S3Client"] | None = None,
    ) -> None:
        self._client = client
        self._layout = layout
        self._multipart = Multipart(client, patient)
        self._sleep = sleep
        self._clock = clock
        self._paces: dict[Place, Pace] = {}
        self._sizes: dict[Place, int] = {}
        self._remembering = Lock()

    def look(self, place: Place) -> Stored:
        """The manifest as it is now. Raises SchemaTooNewError; damaged metadata are told in `damage`."""
        answer = look(self._client, place)
        return _stored(place, answer) if answer else Stored(place)

    def look_inside(self, place: Place, size: int | None = None) -> Stored:
        """The same, for who is about to read it: with its bytes, where it is small, or its first ones.

        A large one is not read: it is known by its size at an earlier look, or in a listing (`size`), and by none so
        far from its first bytes.
        """
        known = self._sizes.get(place, 0) if size is None else size
        if known >= LARGE:
            stored = self.look(place)
        else:
            found = look_inside(self._client, place, LARGE - 1 if known else _FIRST)
            stored = replace(_stored(place, found[0]), beginning=found[1]) if found else Stored(place)
        self._remember(stored)
        return stored

    def is_still(self, place: Place, etag: str | None) -> bool:
        """Whether the manifest is the one of that ETag, or there is still none: a GET without a body where it is."""
        return is_still(self._client, place, etag)

    def _remember(self, stored: Stored) -> None:
        with self._remembering:
            self._sizes.pop(stored.place, None)
            self._sizes[stored.place] = stored.size
            if len(self._sizes) > _REMEMBERED:
                del self._sizes[next(iter(self._sizes))]

    def read(self, stored: Stored, start: int = 0, end: int | None = None) -> bytes:
        """Its bytes from `start` on, which lies before its end, up to `end`; ManifestChanged where it is another."""
        return self._insisting(stored, lambda: b"".join(self._chunks(stored, start, end)))

    def read_through(self, stored: Stored, start: int, take: Callable[[Iterator[Line]], _T]) -> _T:
        """What `take` makes of the lines from byte `start` on, which are never held all at once; perhaps several times.

        Raises as `read`, and ManifestDamagedError.
        """
        stored.refuse_damage()

        def once() -> _T:
            return take(parsed(split(self._chunks(stored, start)), versioned=stored.head.versioned))

        with named(stored.place):
            return self._insisting(stored, once)

    def _insisting(self, stored: Stored, read: Callable[[], _T]) -> _T:
        """A body that broke off is asked for again."""
        for attempt in range(1, TRIES + 1):
            try:
                return read()
            except BROKEN as error:
                if status_of(error) in REFUSED and code_of(error) != "NoSuchBucket":
                    raise ManifestChanged from error
                if attempt == TRIES or not is_passing(error):
                    raise explain(error, "GET", stored.place) from error
        raise AssertionError

    def _chunks(self, stored: Stored, start: int, end: int | None = None) -> Iterator[bytes]:
        if known := stored.beginning[start:end]:
            yield known
            start += len(known)
        if stored.etag is None or start >= (stored.size if end is None else min(end, stored.size)):
            return
        place = stored.place
        whence = f"bytes={start}-{'' if end is None else end - 1}"
        answer = self._client.get_object(Bucket=place.bucket, Key=place.key, IfMatch=stored.etag, Range=whence)
        with closing(answer["Body"]) as body:
            go_to(start, answer, place)
            yield from iter(lambda: body.read(_CHUNK), b"")

    def read_lines(self, stored: Stored) -> dict[str, Line]:
        """The last line of every key; ManifestDamagedError names the object."""
        stored.refuse_damage()
        with named(stored.place):
            return read_lines(self.read(stored), versioned=stored.head.versioned)

    def count(self, stored: Stored) -> Stored:
        """An earlier tool's manifest with what its metadata should tell, all of it read once."""
        with named(stored.place):
            body = self.read(stored)
            return replace(stored, head=Head.counted(body), torn=not body.endswith(b"\n"))

    def staging(self, manifest: Place) -> Staging:
        """An object that is to take that manifest's place."""
        return Staging(self._multipart, self._layout.staging(manifest, uuid.uuid4().hex))

    def stage(self, manifest: Place, chunks: Iterable[bytes], deadline: Deadline) -> Source:
        """All of it at once: chunks of 5 MiB at least, the last aside."""
        staging = self.staging(manifest)
        try:
            for chunk in chunks:
                staging.send(chunk, deadline)
            return staging.complete()
        except BaseException:
            staging.abandon()
            raise

    def discard(self, staged: Source) -> None:
        self._multipart.discard(staged.place)

    def commit(
        self,
        place: Place,
        decide: Callable[[Stored], Draft],
        deadline: Deadline,
        start: Stored | None = None,
        patience: int | None = None,
    ) -> Committed:
        """Look, decide, write under the condition that nothing changed since; refused: wait a little, once more.

        `start` is taken for the first look. A write whose answer was lost is known by its commit id, and counts as
        done. Raises OutOfPatience where others came first `patience` times, whether a refused write told it or a look;
        what `decide` raises, OutOfTimeError, and what S3's answers mean.
        """
        pace = self._paces.setdefault(place, Pace(self._clock))
        attempt = Attempts(self, place, deadline, pace)
        try:
            stored = start or attempt.look_after_pause()
            while not (done := attempt.landed(stored)):
                if attempt.losses == patience:
                    raise OutOfPatience(attempt.conflicts)
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


@contextmanager
def named(place: Place) -> Iterator[None]:
    """A block in which damage is told with the object's name, and what to do."""
    try:
        yield
    except ManifestDamagedError as error:
        raise ManifestDamagedError(f"{place} {error}. Run the full scan of its prefix: it is replaced.") from error


def _stored(place: Place, answer: "Described") -> Stored:
    etag, size = etag_of(answer, "HEAD", place), size_of(answer)
    try:
        return Stored(place, etag, size, Head.parse(answer["Metadata"]))
    except ManifestDamagedError as error:
        return Stored(place, etag, size, Head.salvaged(answer["Metadata"]), damage=str(error))
    except SchemaTooNewError as error:
        raise SchemaTooNewError(f"{place} {error}. It was left as it is.") from error

"""Writers that meet: of 24 at once on one object exactly one may win, and it is its bytes that are there then.

Refusals one after the other say nothing of this: a store that looks, and then writes, gives those as well.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.laptop.check_store.conditions import CREATE
from local.laptop.check_store.findings import Check, NotHeldError, Outcome, Subject
from local.laptop.check_store.race import Reply, Request, never_send, race, signed
from local.laptop.check_store.store import Store
from shared.store.client import make_client
from shared.store.failures import BROKEN, code_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

WRITERS = 24
_ROUNDS = (2, 6)  # at least, at most
_SECONDS = 8  # after which a slow store plays no further round

Condition = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Round:
    """What writers of one object were answered, and whose bytes are there now: None where nobody's are."""

    replies: Sequence[Reply]
    holder: int | None

    @property
    def outcome(self) -> Outcome:
        """Without a winner nothing is lost but time; everything else that is not one winner loses an update."""
        winners = [number for number, reply in enumerate(self.replies) if reply.accepted]
        if len(winners) == 1 and self.holder == winners[0]:
            return Outcome.OK
        only_its_answer_was_lost = self.holder is None or not self.replies[self.holder].refused
        return Outcome.LIMIT if not winners and only_its_answer_was_lost else Outcome.WRONG

    def __str__(self) -> str:
        told = Counter("200" if reply.accepted else str(reply.status or "no answer") for reply in self.replies)
        return ", ".join(f"{count} times {status}" for status, count in sorted(told.items()))


@dataclass(frozen=True, slots=True)
class Contest:
    """Writers of one object, all under the same condition. Their requests are prepared by one of these two ways."""

    store: Store
    signer: "S3Client"
    name: str
    condition: Condition

    def put(self) -> list[Reply]:
        return race([self._signed("put_object", Body=_body(number)) for number in range(WRITERS)])

    def complete(self) -> list[Reply]:
        """An upload each, all of them filled before the first is completed."""
        uploads: list[dict[str, str]] = []

        def prepared(number: int) -> Request:
            uploads.append(upload := self.store.begin(self.name))
            parts = self.store.fill(self.name, upload, _body(number))
            return self._signed("complete_multipart_upload", **upload, **parts)

        with ThreadPoolExecutor(WRITERS) as pool:
            try:
                return race(list(pool.map(prepared, range(WRITERS))))
            finally:
                list(pool.map(lambda upload: self.store.abort(self.name, upload), uploads))

    def holder(self) -> int | None:
        """Whose bytes are there."""
        try:
            word, _, number = self.store.get(self.name).decode().partition(" ")
        except BROKEN as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        return int(number) if word == "writer" else None

    def _signed(self, operation: str, **parameters: object) -> Request:
        return signed(self.signer, operation, {**self.store.named(self.name), **parameters, **self.condition})


def checks() -> Iterator[Check]:
    """Creates and replaces, by both ways to write an object."""
    for operation, play in (("PutObject", Contest.put), ("CompleteMultipartUpload", Contest.complete)):
        for condition, prepare in (("If-None-Match: *", _nothing), ("If-Match", _something)):
            tried = f"{operation}, {WRITERS} at once, {condition}"
            yield Check(Subject.RACES, tried, Outcome.WRONG, _attempt(play, prepare))


def judged(rounds: Sequence[Round]) -> str:
    """In how many exactly one won; NotHeldError where not in all."""
    bad = [played for played in rounds if played.outcome is not Outcome.OK]
    told = f"one winner in {len(rounds) - len(bad)} of {len(rounds)} rounds"
    if not bad:
        return told
    worst = next((played for played in bad if played.outcome is Outcome.WRONG), bad[0])
    nobody_ever = len(bad) == len(rounds)  # who can never write has found no store
    raise NotHeldError(f"{told}; once {worst}", Outcome.WRONG if nobody_ever else worst.outcome)


def _attempt(
    play: Callable[[Contest], list[Reply]], prepare: Callable[[Store, str], Condition]
) -> Callable[[Store], str]:
    def rounds(store: Store) -> Iterator[Round]:
        signer = make_client(store.session, store.endpoint_url)
        never_send(signer)
        least, most = _ROUNDS
        began = time.monotonic()
        for number in range(most):
            if number >= least and time.monotonic() - began > _SECONDS:
                return
            name = f"races/{uuid.uuid4().hex}"
            contest = Contest(store, signer, name, prepare(store, name))
            yield Round(play(contest), contest.holder())

    return lambda store: judged(list(rounds(store)))


def _nothing(_: Store, __: str) -> Condition:
    return CREATE


def _something(store: Store, name: str) -> Condition:
    return {"IfMatch": store.put(name, b"as it was")}


def _body(number: int) -> bytes:
    return b"writer %d" % number

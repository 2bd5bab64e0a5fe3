"""Writes one after the other: does a store refuse what it must, and take what it may?

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from local.laptop.check_store.findings import Check, NotHeldError, Outcome, Subject
from local.laptop.check_store.store import Store, answer_of
from shared.store.failures import BROKEN, status_of

_SMALLEST_PART = 5 * 1024 * 1024  # bytes that may be copied as a part of several
_REFUSED = (404, 409, 412)

Condition = Mapping[str, str]
Write = Callable[[Store, str, bytes, Condition | None], str]

CREATE: Condition = {"IfNoneMatch": "*"}
ANOTHER: Condition = {"IfMatch": '"00000000000000000000000000000000"'}


@dataclass(frozen=True, slots=True)
class Writing:
    """One of the two ways to write an object whole."""

    operation: str
    write: Write


WRITINGS = (Writing("PutObject", Store.put), Writing("CompleteMultipartUpload", Store.complete))


def checks() -> Iterator[Check]:
    """A dozen."""
    for writing in WRITINGS:
        yield from _of(writing)
    copy = "UploadPartCopy, x-amz-copy-source-if-match"
    yield _check(f"{copy}, another ETag", lambda store: _refused(lambda: _copy(store, ANOTHER["IfMatch"])))
    yield _check(f"{copy}, its ETag", lambda store: _accepted(_copy(store, None)))


def _of(writing: Writing) -> Iterator[Check]:
    def refused(condition: Condition, *, present: bool) -> Callable[[Store], str]:
        def attempt(store: Store) -> str:
            name, _ = _object(store, present=present)
            return _refused(lambda: writing.write(store, name, b"refused", condition))

        return attempt

    def created(store: Store) -> str:
        name, _ = _object(store, present=False)
        return _accepted(writing.write(store, name, b"created", CREATE))

    def replaced(store: Store) -> str:
        name, etag = _object(store)
        return _accepted(writing.write(store, name, b"replaced", {"IfMatch": etag}))

    create, replace = f"{writing.operation}, If-None-Match: *", f"{writing.operation}, If-Match"
    yield _check(f"{create}, where an object is", refused(CREATE, present=True))
    yield _check(f"{create}, where none is", created)
    yield _check(f"{replace}, another ETag", refused(ANOTHER, present=True))
    yield _check(f"{replace}, its ETag", replaced)
    yield _check(f"{replace}, where no object is", refused(ANOTHER, present=False))


def _check(tried: str, attempt: Callable[[Store], str]) -> Check:
    return Check(Subject.CONDITIONS, tried, Outcome.WRONG, attempt)


def _object(store: Store, *, present: bool = True) -> tuple[str, str]:
    """A name no other check uses, and the ETag of what is there now, if anything is to be."""
    name = f"conditions/{uuid.uuid4().hex}"
    return name, store.put(name, b"as it was") if present else ""


def _copy(store: Store, etag: str | None) -> str:
    name, _ = _object(store, present=False)
    now = store.put(f"{name}-source", b"x" * _SMALLEST_PART)
    return store.copy(name, f"{name}-source", _SMALLEST_PART, etag or now)


def _refused(request: Callable[[], object]) -> str:
    try:
        request()
    except BROKEN as error:
        if status_of(error) in _REFUSED:
            return answer_of(error)
        raise
    raise NotHeldError("accepted: updates would be lost")


def _accepted(_: str) -> str:
    return "accepted"

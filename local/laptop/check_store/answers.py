"""What the project reads of a store: objects that are there, and those that are not."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from local.laptop.check_store.findings import Check, NotHeldError, Outcome, Subject
from local.laptop.check_store.store import Store, answer_of, etag_of
from shared.store.failures import BROKEN, code_of, status_of

# Folders, and what sorts between them: "-" comes before "/", "0" after it. The last two change places in UTF-16.
_NAMES = ("a-/k", "a/x", "a/y/z", "a0", "b/c", "b0", "\uffee", "\U0001f600")


def checks() -> Iterator[Check]:
    yield _check("the same ETag from PUT, HEAD, GET and LIST", _etags)
    yield _check("HEAD of a missing key", _head_of_missing)
    yield _check("GET of a missing key", _get_of_missing)
    yield _check("LIST right after a PUT, and after a DELETE", _listed_at_once)
    yield _check("LIST, two keys a page: every key once", _pages)
    yield _check("LIST in the order of the keys", _in_order, Outcome.LIMIT)
    yield _check("LIST, StartAfter", _start_after, Outcome.LIMIT)


def _check(tried: str, attempt: Callable[[Store], str], weight: Outcome = Outcome.WRONG) -> Check:
    return Check(Subject.ANSWERS, tried, weight, attempt)


def _etags(store: Store) -> str:
    put = store.put("answers/etag", b"an ETag")
    got = store.client.get_object(**store.named("answers/etag"))  # type: ignore[arg-type]  # Bucket and Key
    got["Body"].read()
    listed = [etag_of(entry) for page in store.pages("answers/etag") for entry in page]
    if {put, etag_of(store.head("answers/etag")), etag_of(got), *listed} != {put}:
        raise NotHeldError("they differ")
    return "the same"


def _head_of_missing(store: Store) -> str:
    return _answered(lambda: store.head("answers/missing"), lambda error: status_of(error) == 404)  # noqa: PLR2004


def _get_of_missing(store: Store) -> str:
    return _answered(lambda: store.get("answers/missing"), lambda error: code_of(error) == "NoSuchKey")


def _answered(request: Callable[[], object], expected: Callable[[Exception], bool]) -> str:
    try:
        request()
    except BROKEN as error:
        if expected(error):
            return answer_of(error)
        raise
    raise NotHeldError("answered as if it were there")


def _listed_at_once(store: Store) -> str:
    for number in range(5):
        name = f"answers/at-once/{number}"
        store.put(name, b"listed")
        if not _names(store, name):
            raise NotHeldError("what was just written is not listed")
        store.delete(name)
        if _names(store, name):
            raise NotHeldError("what was just deleted is listed")
    return "as it is"


def _pages(store: Store) -> str:
    found = _names(store, _written(store), MaxKeys=2)
    if sorted(found) != sorted(_NAMES):
        raise NotHeldError(f"{len(_NAMES)} keys written, {len(found)} listed, {len(set(found))} of them different")
    return f"{len(found)} keys"


def _in_order(store: Store) -> str:
    found = _names(store, _written(store))
    for one, other in pairwise(found):
        if one.encode() > other.encode():
            raise NotHeldError(f"{one!r} before {other!r}")
    return "in the order of their UTF-8"


def _start_after(store: Store) -> str:
    folder = _written(store)
    for name in _NAMES:
        found = _names(store, folder, StartAfter=store.home.key + folder + name)
        if sorted(found) != sorted(other for other in _NAMES if other.encode() > name.encode()):
            raise NotHeldError(f"after {name!r}: {', '.join(map(repr, found)) or 'nothing'}")
    return "what sorts after it"


def _written(store: Store) -> str:
    for name in _NAMES:
        store.put(f"answers/list/{name}", b"listed")
    return "answers/list/"


def _names(store: Store, below: str, **options: object) -> list[str]:
    return [entry["Key"] for page in store.pages(below, **options) for entry in page]

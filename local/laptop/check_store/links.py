"""Links as a person follows them, without credentials: they work as they are, and altered they do not.

And odd names of documents: what a store does not take gets no link there, which is its limit.
"""

import http.client
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError

from local.laptop.check_store.findings import Check, NotHeldError, Outcome, Subject
from local.laptop.check_store.store import LINK_SECONDS, Store, answer_of
from local.laptop.check_store.trust import trusted
from shared.store.failures import BROKEN, status_of

_PATIENCE = 15  # seconds
_OK = 200


@dataclass(frozen=True, slots=True)
class OddKey:
    """A name, and another that must not be taken for it."""

    what: str
    name: str
    twin: str


ODD_KEYS = (
    OddKey("a space", "q1 final.pdf", "q1+final.pdf"),
    OddKey("a plus", "q1+q2.pdf", "q1 q2.pdf"),
    OddKey("a percent sign", "100%25 of%20it.pdf", "100% of it.pdf"),
    OddKey("a letter beyond ASCII", "\u00fcbersicht.pdf", "u\u0308bersicht.pdf"),
    OddKey("the same, decomposed", "u\u0308bersicht.pdf", "\u00fcbersicht.pdf"),
    OddKey("a character beyond 16 bits", "\U0001f4c4.pdf", "?.pdf"),
    OddKey("what addresses are made of", "a?b=c&d#e:f;g.pdf", "a"),
    OddKey("quotes and brackets", "'a' \"b\" <c> [d].pdf", "a.pdf"),
    OddKey("a backslash", "a\\b.pdf", "a/b.pdf"),
    OddKey("capitals", "Q1.PDF", "q1.pdf"),
    OddKey("an object and a folder of one name", "both/q1.pdf", "both"),
    OddKey("a double slash", "a//b.pdf", "a/b.pdf"),
)


def checks() -> Iterator[Check]:
    link = "a presigned link"
    yield Check(Subject.LINKS, f"{link} without credentials", Outcome.WRONG, _downloads)
    yield Check(Subject.LINKS, f"{link}, its signature altered", Outcome.LIMIT, _refused(_forged))
    yield Check(Subject.LINKS, f"{link}, turned to another key", Outcome.LIMIT, _refused(_turned))
    yield Check(Subject.LINKS, f"{link}, after its end", Outcome.LIMIT, _refused(_ended))
    for key in ODD_KEYS:
        yield Check(Subject.KEYS, f"{key.what}: {key.name}", Outcome.LIMIT, _kept_apart(key))


def _downloads(store: Store) -> str:
    store.put("links/document.pdf", b"%PDF-")
    status, body = _follow(store.link("links/document.pdf"))
    if (status, body) != (_OK, b"%PDF-"):
        raise NotHeldError(f"{status}" if status != _OK else "other bytes than were uploaded")
    return "downloads"


def _refused(altered: Callable[[Store], str]) -> Callable[[Store], str]:
    def attempt(store: Store) -> str:
        store.put("links/document.pdf", b"%PDF-")
        status, _ = _follow(altered(store))
        if status == _OK:
            raise NotHeldError("downloads all the same: links protect nothing here")
        return str(status)

    return attempt


def _forged(store: Store) -> str:
    link = store.link("links/document.pdf")
    return link[:-1] + ("0" if link[-1] != "0" else "1")


def _turned(store: Store) -> str:
    return store.link("links/other.pdf").replace("links/other.pdf", "links/document.pdf", 1)


def _ended(store: Store) -> str:
    return store.link("links/document.pdf", datetime.now(UTC) - timedelta(seconds=2 * LINK_SECONDS))


def _kept_apart(key: OddKey) -> Callable[[Store], str]:
    """Stored, listed and downloaded under this very name, whatever is stored under its twin's."""

    def attempt(store: Store) -> str:
        folder = f"keys/{ODD_KEYS.index(key)}/"
        _taken(store, folder + key.name, b"document")
        _taken(store, folder + key.twin, b"its twin")
        if not any(entry["Key"] == key.name for page in store.pages(folder) for entry in page):
            raise NotHeldError("LIST shows another name, or none")
        if _follow(store.link(folder + key.name)) != (_OK, b"document"):
            raise NotHeldError("its link does not download it")
        return "taken"

    return attempt


def _taken(store: Store, name: str, body: bytes) -> None:
    try:
        store.put(name, body)
        found = store.get(name)
    except BROKEN as error:
        if not status_of(error):
            raise
        raise NotHeldError(f"not taken: {answer_of(error)}") from error
    if found != body:
        raise NotHeldError("other bytes than were uploaded")


def _follow(link: str) -> tuple[int, bytes]:
    """Status and body, as any client gets them; 0 where there is no answer."""
    context = trusted() if link.startswith("https:") else None
    try:
        with urllib.request.urlopen(link, timeout=_PATIENCE, context=context) as answer:  # noqa: S310 -- a presigned link
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, b""
    except (OSError, http.client.HTTPException):
        return 0, b""

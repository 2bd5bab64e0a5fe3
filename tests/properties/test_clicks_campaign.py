"""A hundred thousand requests made from good ones by a seed, at stable links and at shares.

Each is answered, none leads anywhere but to what its link is of, and neither log nor metrics hold what opens anything.
A failure names its seed.
"""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from shared.domain.opaque import encoded
from shared.domain.sharing import Share
from shared.telemetry import SERVICE, logger
from tests.clicks import Clicks, event
from tests.shown import Showing

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(400)]

REQUESTS = 100_000
ID, ENDED = "abcdefghijklmnopqrstuvwxya", "bbcdefghijklmnopqrstuvwxya"
SHARED = ("acme/q1.pdf", "acme/2026/x\r\nSet-Cookie: a=b.pdf", "acme/\u202efdp.exe.pdf", "acme/<b>&.pdf")
SECRET = ("acme2/salaries.pdf", "secret.pdf", "acme/../secret.pdf", ".staging/x.pdf")
CLOSED = ("manifests/acme/manifest.jsonl", ".state/x.pdf", "../secret.pdf", "%2e%2e/secret.pdf", "/acme/q1.pdf")
STRANGE = ["", "/", "//", "..", "%2F", "%2e%2e", "?", "\x00", "\r\nX: y", "\u202e", "é", "\ud800", "=", "A", "a" * 9000]
QUERIES = ["", "", "download", "after=", "after=W10", "after=f" + encoded(b"../"), "after=%ff", "x=%0d%0a", "&" * 9]
METHODS = ["GET"] * 6 + ["HEAD"] * 3 + ["POST", "OPTIONS", "TRACE", "", "\r\n"]


class Hostile:
    """Whoever has some links, and knows what others would look like."""

    def __init__(self, clicks: Clicks) -> None:
        self.stable = {clicks.path_of(key): key for key in SHARED}
        below = [key.removeprefix("acme/") for key in SHARED]
        self.shared = {f"/s/{ID}/d/{encoded(key.encode())}/x.pdf": f"acme/{key}" for key in below}
        self.views = [f"/s/{ID}{rest}" for rest in ("", "/", "/share.json", "/manifest.jsonl", "/links.txt")]
        guesses = [f"/s/{ID}/d/{encoded(key.encode())}/x" for key in (*SECRET, *CLOSED)]
        ended = [path.replace(ID, ENDED) for path in (*self.shared, *self.views)]
        self.paths = [*self.stable, *self.shared, *self.views, *guesses, *ended]

    def request(self, chance: random.Random) -> dict[str, Any]:
        path = chance.choice(self.paths)
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len(path) + 1)
            path = path[:at] + chance.choice(STRANGE) + path[at + chance.randrange(2) :]
        query = chance.choice(QUERIES)
        headers = {"accept": chance.choice(["*/*", "text/html"]), "host": "evil", "accept_encoding": "gzip"}
        return event(path, chance.choice(METHODS), query, **headers)

    def may_open(self, path: str) -> set[str]:
        """The keys that a path begins with a link to."""
        links = {**self.stable, **self.shared}
        return {key for link, key in links.items() if path.lstrip("/").startswith(link.lstrip("/").rsplit("/", 1)[0])}


@pytest.fixture
def shipped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Log and metrics since it was asked last; from then on nobody else keeps the lines, which are so many."""
    written, log = StringIO(), logging.getLogger(SERVICE)
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)

    def drained() -> str:
        monkeypatch.setattr(log, "handlers", [handler])
        monkeypatch.setattr(log, "propagate", False)
        text = written.getvalue()
        written.seek(0)
        written.truncate()
        return text + capsys.readouterr().out

    return drained


def test_a_hostile_client_opens_nothing_else_and_leaves_no_link_in_log_or_metrics(shipped: Callable[[], str]) -> None:
    clicks = opened()
    hostile = Hostile(clicks)
    shipped()
    for seed in range(REQUESTS):
        asked = hostile.request(random.Random(seed))
        answer = clicks.respond(asked)
        assert answer["statusCode"] // 100 in (2, 3, 4), seed
        told = "".join(f"{name}{value}" for name, value in answer["headers"].items())
        assert told.isprintable(), seed
        assert told.isascii(), seed
        assert "<b>" not in str(answer["body"]) or "html" not in answer["headers"]["content-type"], seed
        if answer["statusCode"] == 302:
            key = unquote(urlsplit(answer["headers"]["location"]).path).removeprefix("/")
            assert key in hostile.may_open(asked["rawPath"]), seed
        if seed % 1000 == 999:
            told = shipped()
            assert '"LinksOpened"' in told
            assert '"answered"' in told
            assert not [each for each in secrets_of(hostile) if each in told], seed


def secrets_of(hostile: Hostile) -> set[str]:
    macs = {part for path in hostile.stable for part in path.split("/")[2:4]}
    return macs | {ID, ENDED, "X-Amz-Signature"}


def opened() -> Clicks:
    """Documents, their manifests, an open share of `acme/` and one that has ended."""
    clicks = Clicks(share_bucket="shares")
    Showing(*SHARED, *SECRET[:2], s3=clicks.s3)
    for share_id, days in ((ID, 1), (ENDED, -1)):
        ends = f"{clicks.s3.now + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        clicks.shares.put(share_id, Share("docs", "acme/", "<b>April</b>", "2026-04-02T08:00:00Z", ends))
    return clicks

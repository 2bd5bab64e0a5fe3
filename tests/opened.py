"""A share that is open, and whoever clicks on it."""

import json
from datetime import timedelta
from typing import Any

from shared.domain.documents import Layout
from shared.domain.sharing import Share
from tests.clicks import Clicks
from tests.shown import Showing

ID = "abcdefghijklmnopqrstuvwxya"
AT = f"/s/{ID}"
TREE = ("acme/q1.pdf", "acme/q2 final.pdf", "acme/2026/übersicht.pdf", "acme2/secret.pdf", "other/x.pdf")


class Opened(Clicks):
    """A share of `acme/`, of 90 days."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__(layout, "shares")
        world = Showing(*TREE, s3=self.s3, layout=layout)
        self.commit = world.commit
        self.share()
        self.s3.calls.clear()

    def share(
        self, prefix: str = "acme/", label: str = "April", seconds: int | None = 90 * 86400, **other: str
    ) -> None:
        ends = None if seconds is None else f"{self.s3.now + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
        self.shares.put(ID, Share(other.get("bucket", "docs"), prefix, label, "2026-04-02T08:00:00Z", ends))

    def lines(self, path: str = f"{AT}/manifest.jsonl", query: str = "") -> list[dict[str, Any]]:
        answer = self.click(path, query=query)
        assert answer["statusCode"] == 200, answer
        return [json.loads(line) for line in answer["body"].splitlines()]

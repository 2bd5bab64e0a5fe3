"""Clicks on stable links, followed to the document, beside bare presigned ones: of each the milliseconds of the middle
one, and of the slowest of a hundred.

Alternately, over connections that are kept, each time another document of one folder. What is not timed: the first of
either, and making the links.
"""

import argparse
import json
import os
import time
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import urlsplit

from bench.fake.keys import document
from shared.config import Settings
from shared.wiring import wire


class Visitor:
    """Follows links as a browser does: one connection to each address."""

    def __init__(self) -> None:
        self._connections: dict[str, HTTPConnection] = {}

    def timed(self, link: str) -> float:
        """Milliseconds until the document was read to its end. SystemExit where there is none."""
        began = time.perf_counter()
        while link:
            link = self._asked(link)
        return (time.perf_counter() - began) * 1000

    def _asked(self, link: str) -> str:
        """Where it leads; nothing: it was read."""
        url = urlsplit(link)
        connection = self._connections.setdefault(url.netloc, HTTPConnection(url.netloc))
        connection.request("GET", f"{url.path}?{url.query}" if url.query else url.path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 302:  # noqa: PLR2004 -- Found
            return answer.headers["location"]
        if answer.status != 200 or not body.startswith(b"%PDF"):  # noqa: PLR2004 -- OK
            raise SystemExit(f"a link is answered with {answer.status}, and {len(body)} bytes that are no PDF")
        return ""


def main(clicks: int, documents: int, shape: str) -> None:
    wiring, bucket = wire(Settings.from_env(os.environ)), os.environ["BUCKET_NAME"]
    stable, presigned = wiring.opens().signing(bucket), wiring.links.signing(bucket)
    visitor = Visitor()
    taken: dict[str, list[float]] = {"stable": [], "bare": []}
    for number in range(clicks + 1):
        key = document(0, number % documents, shape)
        for who, link in {"stable": stable.link(key), "bare": presigned.link(key)}.items():
            taken[who].append(visitor.timed(link))
    print(json.dumps({name: value for who, each in taken.items() for name, value in told(who, each[1:]).items()}))


def told(who: str, milliseconds: list[float]) -> dict[str, float]:
    percents = quantiles(milliseconds, n=100, method="inclusive")
    return {f"{who} p50": percents[49], f"{who} p99": percents[98]}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--clicks", type=int, default=200)
    options.add_argument("--documents", type=int, default=10)
    options.add_argument("--shape", default="spaces")
    chosen = options.parse_args()
    main(chosen.clicks, chosen.documents, chosen.shape)

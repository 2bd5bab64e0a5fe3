"""Clicks on stable links, handed to a warm open_link one after the other: clicks, seconds.

The document is not fetched. What comes before, the imports and a first click, is not timed.
"""

import argparse
import json
import os
import time
from typing import Any
from urllib.parse import urlsplit

from bench.fake.keys import document
from bench.here.counts import forget_counts
from functions.open_link.handler import handler, wiring
from local.laptop.link_server import event_of


def clicks(many: int, shape: str) -> list[dict[str, Any]]:
    """As the function's URL makes events of them."""
    link = wiring.opens().signing(os.environ["BUCKET_NAME"]).link
    return [event_of("GET", urlsplit(link(document(0, number, shape))).path, {}) for number in range(many)]


def main(many: int, shape: str) -> None:
    first, *told = clicks(many + 1, shape)
    opened(first)
    forget_counts()
    began = time.perf_counter()
    for event in told:
        opened(event)
    print(json.dumps({"clicks": many, "seconds": time.perf_counter() - began}))


def opened(event: dict[str, Any]) -> None:
    if (status := handler(event, None)["statusCode"]) != 302:  # noqa: PLR2004 -- Found
        raise SystemExit(f"a link is answered with {status}")


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--clicks", type=int, default=200)
    options.add_argument("--shape", default="spaces")
    chosen = options.parse_args()
    main(chosen.clicks, chosen.shape)

"""Clicks on stable links, or on those of a share, handed to a warm open_link one after the other: clicks, seconds.

The document is not fetched. What comes before, the imports and a first click, is not timed.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bench.fake.keys import PREFIX, document
from bench.here.counts import forget_counts
from functions.open_link.handler import handler, wiring
from local.laptop.link_server import event_of
from shared.domain.opaque import named
from shared.domain.sharing import Share, new_id
from shared.store.shares import Shares


def stable() -> Callable[[str], str]:
    link = wiring.opens().signing(os.environ["BUCKET_NAME"]).link
    return lambda key: urlsplit(link(key)).path


def shared() -> Callable[[str], str]:
    """Of a share of them all, which is made for it."""
    share_id, share = new_id(), Share(os.environ["BUCKET_NAME"], PREFIX, "", "2026-04-02T08:00:00Z", None)
    Shares(wiring.client, os.environ["SHARE_BUCKET"]).put(share_id, share)
    return lambda key: f"/s/{share_id}/d/{named(key.removeprefix(PREFIX))}"


def main(many: int, shape: str, *, of_a_share: bool) -> None:
    path = shared() if of_a_share else stable()
    first, *told = [event_of("GET", path(document(0, number, shape)), {}) for number in range(many + 1)]
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
    options.add_argument("--share", action="store_true")
    chosen = options.parse_args()
    main(chosen.clicks, chosen.shape, of_a_share=chosen.share)

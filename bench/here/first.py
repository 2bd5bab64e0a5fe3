"""A cold start up to the first answer: seconds of imports, first clients and one event; Python's own start not in it.

    python -m bench.here.first open_link        (of a click on a document's stable link, its secret in Secrets Manager)
    python -m bench.here.first on_created       (of a document uploaded)

The time in which the event is made does not count.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bench.fake.keys import document
from bench.fake.secrets import SECRET

_KEY = document(0, 0, "spaces")


def click() -> dict[str, Any]:
    """Of a link that nothing here has asked for the secret of."""
    from local.laptop.link_server import event_of  # noqa: PLC0415 -- it imports the handler, which is to be measured
    from shared.links.stable import StableSigner  # noqa: PLC0415

    link = StableSigner("", os.environ["BUCKET_NAME"], SECRET.encode()).link(_KEY)
    return event_of("GET", link, {})


def upload() -> dict[str, Any]:
    from bench.here.events import message  # noqa: PLC0415 -- as above

    return {"Records": [message(_KEY)]}


_FIRST: dict[str, tuple[Callable[[], dict[str, Any]], Callable[[dict[str, Any]], bool]]] = {
    "open_link": (click, lambda answer: answer["statusCode"] == 302),  # noqa: PLR2004 -- Found
    "on_created": (upload, lambda answer: not answer["batchItemFailures"]),
}


def main(name: str) -> None:
    event, is_done = _FIRST[name]
    began = time.perf_counter()
    handler = import_module(f"functions.{name}.handler").handler
    imported = time.perf_counter()
    first = event()
    resumed = time.perf_counter()
    answer = handler(first, None)
    ended = time.perf_counter()
    if not is_done(answer):
        raise SystemExit(f"{name}'s first answer is {answer}")
    print(json.dumps({"seconds": imported - began + ended - resumed}))


if __name__ == "__main__":
    main(sys.argv[1])

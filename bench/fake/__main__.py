"""An S3 in memory, in a process of its own: millions of keys, and a LIST as slow as is asked for.

    python -m bench.fake --keys 1000000 --folders 100 --shape spaces

It prints its port, and ends with its standard input. `GET /_set?list=50&other=20&page=500` sets the milliseconds
that a LIST page and any other request take from then on, and the keys a page holds at most; `GET /_counts` answers how
many requests of each kind there were and how many bytes of bodies, and forgets them.
"""

import argparse
import asyncio
import gc
import os
import sys
import threading

from bench.fake.keys import SHAPES, keys
from bench.fake.server import serve
from bench.fake.store import Store


def end_with_input() -> None:
    """Whoever started this holds the other end, and lets go of it however it ends."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--keys", type=int, default=100_000)
    options.add_argument("--folders", type=int, default=1)
    options.add_argument("--shape", choices=SHAPES, default=SHAPES[0])
    chosen = options.parse_args()
    store = Store(keys(chosen.keys, chosen.folders, chosen.shape))
    gc.freeze()  # a million names are not to be walked again and again
    threading.Thread(target=end_with_input, daemon=True).start()
    asyncio.run(serve(store))

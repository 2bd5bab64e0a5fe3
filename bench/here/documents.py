"""Puts documents into a real store: small ones, for events, which only look at them; or of so many bytes."""

import argparse
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

from bench.fake.keys import keys
from shared.config import Settings
from shared.wiring import wire

_AT_ONCE = 8


def main(documents: int, folders: int, shape: str, size: int) -> None:
    client = wire(Settings.from_env(os.environ)).client
    body = b"%PDF-".ljust(size, b"-")
    began = time.perf_counter()

    def put(key: str) -> None:
        client.put_object(
            Bucket=os.environ["BUCKET_NAME"], Key=key, Body=body, ContentType="application/pdf", Metadata={}
        )

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = sum(1 for _ in pool.map(put, keys(documents, folders, shape)))
    print(json.dumps({"documents": done, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=10_000)
    options.add_argument("--folders", type=int, default=50)
    options.add_argument("--shape", default="spaces")
    options.add_argument("--bytes", type=int, default=5)
    chosen = options.parse_args()
    main(chosen.events, chosen.folders, chosen.shape, chosen.bytes)

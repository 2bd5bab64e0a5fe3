"""Links signed in a second of one core: links, seconds."""

import argparse
import json
import os
import time

from bench.fake.keys import document
from shared.config import Settings
from shared.wiring import wire


def main(links: int, shape: str) -> None:
    keys = [document(0, number, shape) for number in range(links)]
    sign = wire(Settings.from_env(os.environ)).links.signing(os.environ["BUCKET_NAME"]).link
    sign(keys[0])  # as beside: the first one takes longer
    began = time.perf_counter()
    links = len([sign(key) for key in keys])
    print(json.dumps({"links": links, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--links", type=int, default=100_000)
    options.add_argument("--shape", default="spaces")
    chosen = options.parse_args()
    main(chosen.links, chosen.shape)

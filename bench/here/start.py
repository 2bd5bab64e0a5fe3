"""A cold start of `on_created`: seconds of its imports and first client, Python's own start not among them."""

import json
import time
from importlib import import_module

if __name__ == "__main__":
    began = time.perf_counter()
    import_module("functions.on_created.handler")
    print(json.dumps({"seconds": time.perf_counter() - began}))

"""What the straightforward design's function does before its first event: imports, and a client. {"seconds": …}.

    python -m bench.rivals.start [--boto3]

By itself what one module for both functions imports, the scan's libraries too; `--boto3`: boto3 alone, as an update has
need of. The interpreter's own start is not in it; whoever runs this can measure it around.
"""

import json
import os
import sys
import time

_ENDPOINT_URL = os.environ["S3_ENDPOINT_URL"]


def started(*, alone: bool) -> float:
    """Seconds. To be called once in a process."""
    began = time.perf_counter()
    if not alone:
        import aioboto3  # noqa: F401, PLC0415 -- importing is what is measured
        import aiofiles  # noqa: F401, PLC0415
    import boto3  # noqa: PLC0415

    boto3.client("s3", endpoint_url=_ENDPOINT_URL)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps({"seconds": started(alone="--boto3" in sys.argv)}))

"""What the straightforward design does before its first event: imports, and a client. {"seconds": …}.

    python -m bench.rivals.start [--boto3]

By itself one module for both functions: what the scan's libraries need, and aioboto3's client; `--boto3`: boto3 alone
and its client, which is as little as an update can do with. The interpreter's own start is not in it.
"""

import json
import os
import sys
import time

_ENDPOINT_URL = os.environ["S3_ENDPOINT_URL"]


def straightforward() -> None:
    import asyncio  # noqa: PLC0415 -- importing is what is measured

    import aioboto3  # noqa: PLC0415
    import aiofiles  # noqa: F401, PLC0415

    async def first_client() -> None:
        async with aioboto3.Session().client("s3", endpoint_url=_ENDPOINT_URL):
            pass

    asyncio.run(first_client())


def boto3_alone() -> None:
    import boto3  # noqa: PLC0415

    boto3.client("s3", endpoint_url=_ENDPOINT_URL)


if __name__ == "__main__":
    began = time.perf_counter()
    boto3_alone() if "--boto3" in sys.argv else straightforward()
    print(json.dumps({"seconds": time.perf_counter() - began}))

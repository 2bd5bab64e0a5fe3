"""A full scan as a good engineer writes it on the first day: {"keys": …, "seconds": …}.

    python -m bench.rivals.straightforward

A paginator puts one key after the other into a bounded queue; a few consumers take them, have the SDK sign a link, and
write a line each to a temporary file of the key's folder; at the end every file becomes a manifest. The seconds are
those from the first LIST to the last PUT.

Nothing of it is slow on purpose: the SDK signs, and aiofiles writes, at the pace they have. It keeps a file open for
each folder, a whole manifest in memory for a moment, and what it overwrites it does not look at.
"""

import asyncio
import json
import resource
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aioboto3
import aiofiles
from aiobotocore.config import AioConfig

from bench.rivals.common import BUCKET, ENDPOINT_URL, EXPIRY_SECONDS, MANIFESTS, PREFIX, timed

if TYPE_CHECKING:
    from aiofiles.threadpool.binary import AsyncBufferedIOBase
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_s3.type_defs import ObjectTypeDef

    Queue = asyncio.Queue[ObjectTypeDef | None]

_SIGV4 = AioConfig(signature_version="s3v4", s3={"addressing_style": "path"})
_QUEUE_MAX = 2000  # keys
_CONSUMERS = 10
_UPLOADS = 10  # at once, as many as the SDK has connections


class Spool:
    """A temporary file for each folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._opening = asyncio.Lock()
        self.files: dict[str, AsyncBufferedIOBase] = {}

    async def write(self, folder: str, line: bytes) -> None:
        if folder not in self.files:
            await self._open(folder)
        await self.files[folder].write(line)

    async def _open(self, folder: str) -> None:
        async with self._opening:
            if folder not in self.files:
                self.files[folder] = await aiofiles.open(self._home / str(len(self.files)), "w+b")

    async def read(self, folder: str) -> bytes:
        file = self.files[folder]
        await file.seek(0)
        return await file.read()

    async def close(self) -> None:
        for file in self.files.values():
            await file.close()


async def scan() -> int:
    """How many documents are in the manifests it has made."""
    session = aioboto3.Session()
    async with session.client("s3", endpoint_url=ENDPOINT_URL, config=_SIGV4) as s3:
        with tempfile.TemporaryDirectory() as home:
            spool = Spool(Path(home))
            try:
                keys = await _filed(s3, spool)
                await _uploaded(s3, spool)
            finally:
                await spool.close()
    return keys


async def _filed(s3: "S3Client", spool: Spool) -> int:
    queue: Queue = asyncio.Queue(_QUEUE_MAX)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_list(s3, queue))
        consumers = [tasks.create_task(_consume(s3, queue, spool)) for _ in range(_CONSUMERS)]
    return sum(consumer.result() for consumer in consumers)


async def _list(s3: "S3Client", queue: "Queue") -> None:
    async for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX):
        for found in page.get("Contents", ()):
            if found["Key"].lower().endswith(".pdf"):
                await queue.put(found)
    for _ in range(_CONSUMERS):
        await queue.put(None)


async def _consume(s3: "S3Client", queue: "Queue", spool: Spool) -> int:
    keys = 0
    while found := await queue.get():
        key = found["Key"]
        await spool.write(key[: key.rfind("/") + 1], await _line(s3, found))
        keys += 1
    return keys


async def _line(s3: "S3Client", found: "ObjectTypeDef") -> bytes:
    params = {"Bucket": BUCKET, "Key": found["Key"]}
    line: dict[str, Any] = {
        "key": found["Key"],
        "url": await s3.generate_presigned_url("get_object", Params=params, ExpiresIn=EXPIRY_SECONDS),
        "size": found["Size"],
        "etag": found["ETag"].strip('"'),
        "last_modified": found["LastModified"].isoformat(),
        "expires_at": (datetime.now(UTC) + timedelta(seconds=EXPIRY_SECONDS)).isoformat(),
    }
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


async def _uploaded(s3: "S3Client", spool: Spool) -> None:
    at_once = asyncio.Semaphore(_UPLOADS)

    async def upload(folder: str) -> None:
        async with at_once:
            body = await spool.read(folder)
            await s3.put_object(Bucket=BUCKET, Key=f"{MANIFESTS}{folder}manifest.jsonl", Body=body)

    async with asyncio.TaskGroup() as tasks:
        for folder in spool.files:
            tasks.create_task(upload(folder))


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = 10_240 if most == resource.RLIM_INFINITY else min(most, 10_240)  # what macOS gives at most
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))  # a file a folder: the usual 1,024 are too few
    timed("keys", lambda: asyncio.run(scan()))

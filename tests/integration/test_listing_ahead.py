"""Real stores, cut where it hurts most: whatever their order and their StartAfter, every key once, as in one stream."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import aioboto3
import pytest

from shared.domain.documents import Place
from shared.domain.ranges import Range
from shared.scan import window as window_module
from shared.scan.ahead import Work, deliver
from shared.scan.listing import Listing
from shared.scan.window import Window
from shared.store.client import async_configuration
from shared.store.pages import Page, read_pages_fast
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

TOPS = ("a", "a-", "a/", "a0", "a/b", "\u00fc", "\uffe6", "\U0001f9fe")
KEYS = [f"{top}{between}{number}.pdf" for top in TOPS for between in ("/", "-/", "", "/c/d/") for number in range(4)]


@pytest.fixture
def _a_stream_for_every_three_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "_KEYS_A_STREAM", 3)


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("_a_stream_for_every_three_keys")
def test_any_boundaries_give_what_one_stream_gives(
    store_server: Server, s3: "S3Client", bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = sorted({key.replace("//", "/") for key in KEYS})
    with ThreadPoolExecutor(8) as uploads:
        list(uploads.map(lambda key: s3.put_object(Bucket=bucket, Key=key, Body=b"x"), keys))
    for name, value in store_server.environment().items():
        monkeypatch.setenv(name, value)
    asyncio.run(_try_boundaries(store_server, bucket, keys))


async def _try_boundaries(server: Server, bucket: str, keys: list[str]) -> None:
    chosen = random.Random(2026)
    between = [key[: chosen.randint(1, len(key))] + chosen.choice(("", "-", "0", "\uffff")) for key in keys]
    async with aioboto3.Session().client("s3", endpoint_url=server.endpoint_url,
                                         config=async_configuration(server.endpoint_url)) as client:  # fmt: skip
        read_pages_fast(client)

        async def listed(boundaries: list[str], queue_max: int) -> list[str]:
            found: list[str] = []
            window = Window(queue_max, 5)

            async def write(page: Page) -> None:
                found.extend(each.key for each in page)

            async def known() -> list[str]:
                return boundaries

            await deliver(Work(Listing(client, Place(bucket, ""), window.size).after, Range(""), known), write, window)
            assert window.keys.free == queue_max
            return found

        one_stream = await listed([], 6)
        assert sorted(one_stream) == keys
        for number in range(0, 25, 6 if server.name == "moto" else 2):  # moto takes a second for each
            boundaries = chosen.sample(keys + between, 1 + number)
            assert await listed(boundaries, 60) == one_stream, boundaries

"""A bucket in memory whose manifests are compared with it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from local.operating.auditing import Audit, Audited
from local.operating.leading import Addresses
from shared.domain.documents import Layout
from shared.domain.manifest import Line
from shared.scan.reading import Tools
from tests.world import TREE, Scanned, manifest_of

WHERE = Addresses("docs", "eu-west-1", None, "https://links.example.com")
NOW = datetime.now(UTC)


def scanned(*keys: str, layout: Layout | None = None) -> Scanned:
    """A bucket whose manifests are as a scan has just left them."""
    world = Scanned(*(keys or TREE), layout=layout)
    world.s3.now = NOW
    world.scan()
    return world


def audit(world: Scanned, prefix: str = "") -> Audited:
    tools = Tools(world.listing, world.store, world.layout, world.signing_of, world.queue_max)

    async def look() -> Audited:
        return await Audit(tools, "docs", 0, WHERE.lead).of(prefix)

    return asyncio.run(look())


def found(world: Scanned, prefix: str = "") -> dict[str, dict[str, tuple[str, ...]]]:
    """What is different, by folder and kind."""
    return {each.prefix: dict(each.keys) for each in audit(world, prefix).different}


def append(world: Scanned, prefix: str, *lines: Line) -> None:
    """Write lines behind those of a manifest."""
    manifest = world.s3.buckets["docs"][manifest_of(prefix)]
    body = manifest.body + b"".join(each.encode() for each in lines)
    world.s3.buckets["docs"][manifest_of(prefix)] = replace(manifest, body=body, etag=f'"{hash(body)}"')

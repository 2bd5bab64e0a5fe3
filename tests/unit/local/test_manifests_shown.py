"""Which manifests `make status` shows: those that nothing has written for longest, looked at, and no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from local.operating.bucket import Bucket
from local.operating.display import lines, table
from local.operating.health import Health, Manifests, Queues, Scans
from local.operating.manifests import manifests
from shared.config import Settings
from shared.domain.instant import stamped
from tests.world import Scanned, manifest_of

FOLDERS = 6


@pytest.fixture
def world() -> Scanned:
    """Manifests of `0/` to `5/`, each written a minute after the one before; the last one just now."""
    world = Scanned(*(f"{number}/1.pdf" for number in range(FOLDERS)))
    for number in range(FOLDERS):
        world.s3.now = datetime.now(UTC) - timedelta(minutes=FOLDERS - number)
        world.scan(f"{number}/")
    world.s3.calls.clear()
    return world


def seen(world: Scanned, most: int | None) -> Manifests:
    client: Any = world.s3
    session: Any = None
    return manifests(Bucket(Settings("docs", "", 900, None, 2000, world.layout), session, client), most)


def told(found: Manifests) -> str:
    """What a person reads."""
    now = stamped(datetime.now(UTC)) or ""
    health = Health("pdf-links", now, Queues(0, 0, None, 0, 0), (), Scans(None, 0, None), (), found)
    screen = StringIO()
    Console(file=screen, width=160).print(table(health))
    return screen.getvalue() + "".join(text for _, text in lines(health))


def test_the_oldest_are_looked_at_and_all_are_counted(world: Scanned) -> None:
    found = seen(world, 2)
    assert [each.prefix for each in found.shown] == ["0/", "1/"]
    assert world.s3.calls.count("head_object") == 2
    assert (found.count, found.size) == (FOLDERS, sum(len(world.stored(manifest_of(f"{n}/")).body) for n in range(6)))
    assert (found.shown[0].lines, found.shown[0].documents, found.oldest) == (1, 1, found.shown[0].modified)
    assert "of these the 2 that were written longest ago" in told(found)


def test_all_are_shown_to_who_asks_the_first_to_expire_first(world: Scanned) -> None:
    world.s3.remove("3/1.pdf")
    world.scan("3/")
    assert [each.prefix for each in seen(world, None).shown] == ["0/", "1/", "2/", "4/", "5/", "3/"]


def test_what_is_damaged_or_of_a_newer_version_is_shown_as_that(world: Scanned) -> None:
    objects = world.s3.buckets["docs"]
    for name, metadata in (("0/", {"revision": "none"}), ("1/", {"schema": "2"})):
        manifest = objects[manifest_of(name)]
        objects[manifest_of(name)] = replace(manifest, metadata=manifest.metadata | metadata)
    found = seen(world, 3)
    assert [bool(each.damage) for each in found.shown] == [False, True, True]
    assert told(found).count("damaged") == 4


def test_what_is_no_manifest_is_passed_over(world: Scanned) -> None:
    world.s3.upload("manifests/.state/last-scan.json", b"{}")
    world.s3.upload("manifests/notes.txt", b"-")
    assert seen(world, None).count == FOLDERS


def test_one_whose_links_have_ended_is_marked_and_a_prefix_is_never_markup(world: Scanned) -> None:
    world.s3.now = datetime.now(UTC) - timedelta(hours=1)
    world.s3.upload("[red]/1.pdf")
    world.scan("[red]/")
    found = seen(world, 1)
    assert found.dead(stamped(datetime.now(UTC)) or "") == 1
    assert "[red]/" in told(found)
    assert ", ended" in told(found)


def test_a_bucket_without_manifests_has_none() -> None:
    assert seen(Scanned(), 20) == Manifests(0, 0, None, ())

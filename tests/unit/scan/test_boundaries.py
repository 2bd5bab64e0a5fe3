"""Where a listing is cut: by what manifests tell, by the names of folders, and never so that a scan fails."""

import asyncio
from typing import Any

import pytest

from shared.domain.documents import Folder, Place
from shared.scan import boundaries as boundaries_module
from shared.scan import window
from shared.scan.boundaries import Known, Weight, cut, of_folders, of_manifests
from shared.scan.survey import Surveyed
from tests.fake_objects import refusal
from tests.fake_s3 import AsyncS3
from tests.world import MANIFEST, Scanned, World, at, manifest_of, raising

WORTH = 40  # keys a segment


def test_light_folders_are_gathered_and_heavy_ones_are_apart() -> None:
    weights = [Weight("a/", 3), Weight("b/", 3), Weight("c/", 5), Weight("d/", 90), Weight("e/", 1)]
    assert cut(weights, 10) == ["c/", "d/", "e/"]
    assert cut([], 10) == []


def world_of(**folders: int) -> World:
    world = World()
    for name, documents in folders.items():
        for number in range(documents):
            world.s3.upload(f"{name}/{number:04}.pdf", b"x")
        world.rebuild(Folder("docs", f"{name}/"))
    return world


def surveyed(world: World) -> list[Known]:
    found = []
    for key, stored in world.s3.buckets["docs"].items():
        if folder := world.layout.folder_of("docs", key):
            seen = Surveyed(stored.etag.strip('"'), len(stored.body))
            found.append(Known(folder.prefix, Place("docs", key), seen))
    return found


def guessed(world: World, worth: float = WORTH) -> list[str]:
    client: Any = AsyncS3(world.s3)
    return asyncio.run(of_manifests(client, surveyed(world), "docs", worth))


def segments(world: World, found: list[str]) -> list[int]:
    """How many keys of the bucket lie between the boundaries."""
    keys = sorted(world.s3.buckets["docs"])
    ends = [*found, "\U0010ffff"]
    return [sum(before < key <= end for key in keys) for before, end in zip(["", *ends], ends, strict=False)]


def test_folders_are_cut_by_the_documents_in_their_manifests() -> None:
    world = world_of(**{f"f{number:02}": 15 for number in range(30)})
    found = guessed(world)
    assert all(each.endswith("/") for each in found[:-1])
    assert max(segments(world, found)) < WORTH * 1.1


def test_a_large_manifest_is_read_here_and_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries_module, "_A_READ", 1500)
    world = world_of(a=600)
    world.s3.calls.clear()
    found = guessed(world)
    assert all(WORTH * 0.7 < each < WORTH * 1.3 for each in segments(world, found)[:-1])
    assert world.s3.calls.count("get_object") <= 600 / WORTH + 1


def test_what_was_appended_to_a_manifest_ends_the_reading_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries_module, "_A_READ", 1500)
    world = world_of(a=600)
    stored = world.stored()
    body = stored.body.splitlines(keepends=True)
    world.write_manifest(b"".join(body[:300] + body[:300]), {**stored.metadata})
    found = guessed(world)
    assert found == sorted(found)
    assert found[-1] < "a/0320.pdf" or found[-1].startswith("manifests/")


@pytest.mark.parametrize("error", [refusal("PreconditionFailed"), refusal("AccessDenied"), OSError("reset")])
def test_a_manifest_that_cannot_be_read_is_one_segment(error: Exception) -> None:
    world = world_of(a=600, b=30)
    world.s3.before = at("get_object", raising(error), times=1000)
    assert set(guessed(world)) <= {"b/", "manifests/a/manifest.jsonl", "manifests/b/manifest.jsonl"}


@pytest.mark.parametrize("line", [b"", b"\xff" * 10, b"\n" * 10, b"[]\n", b'{"key": 1}\n', b'{"key": "a\n'])
def test_a_manifest_that_is_damaged_is_one_segment(line: bytes) -> None:
    world = world_of(b=30)
    if line:
        world.write_manifest(line * 6000)
    assert set(guessed(world)) <= {"b/", MANIFEST, manifest_of("b/")}


def test_nothing_is_read_where_there_is_little() -> None:
    world = world_of(a=3, b=3)
    world.s3.calls.clear()
    assert guessed(world, 2800) == []
    assert world.s3.calls == []


def test_a_first_run_goes_by_the_uppermost_folders() -> None:
    world = World()
    for year in (2025, 2026):
        for month in range(1, 13):
            for day in range(1, 8):
                world.s3.upload(f"{year}/{month:02}/{day:02}/a.pdf")
    client: Any = AsyncS3(world.s3)
    found = asyncio.run(of_folders(client, Place("docs", "")))
    assert found[:4] == ["2025/", "2025/01/", "2025/01/01/", "2025/01/02/"]
    assert world.s3.calls.count("list_objects_v2") == 1 + 2 + 24
    assert found == sorted(found)


def test_a_flat_folder_has_no_boundaries() -> None:
    world = World()
    world.fill(map(str, range(50)))
    client: Any = AsyncS3(world.s3)
    assert asyncio.run(of_folders(client, Place("docs", "a/"))) == []
    world.s3.before = at("list_objects_v2", raising(refusal("AccessDenied")), times=100)
    assert asyncio.run(of_folders(client, Place("docs", ""))) == []


@pytest.mark.parametrize("runs", [1, 2])
def test_a_scan_of_many_streams_rebuilds_what_one_rebuilds(runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"{top}{mid}{number}.pdf" for top in ("a", "a-/", "a/", "a0/", "\U0001f9fe/") for mid in ("", "/", "x/y/")
            for number in range(9)]  # fmt: skip
    one = Scanned(*keys, queue_max=6)
    monkeypatch.setattr(window, "_KEYS_A_STREAM", 3)
    monkeypatch.setattr("shared.scan.reading.PAGE", 3)
    many = Scanned(*keys, queue_max=60)
    started: list[str] = []
    many.s3.before = lambda _, request: started.append(request.get("StartAfter", ""))
    for _ in range(runs):
        one.scan()
        many.scan()
    assert many.views() == one.views()
    assert len(set(started)) > 5

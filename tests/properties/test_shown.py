"""Whatever the folders, whatever changes between two pieces: what a share shows is what its prefix's manifests say."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.documents import Layout
from shared.domain.errors import StartOverError
from shared.sharing.entries import Entry
from shared.store import walk
from tests.shown import Showing, make_small_ones_large, read
from tests.world import manifest_of

FOLDERS = (
    "", "a/", "a/b/", "a-/", "a0/", "ab/", "a/b/c/", "a/b-/", "a/é/", "a/\U0001f600/", "a/manifest.json/",
    "a/manifest.jsonl/",
)  # fmt: skip
KEYS = st.builds("{}{}.pdf".format, st.sampled_from(FOLDERS), st.integers(0, 9))
PREFIXES = st.sampled_from(("", "a/", "a/b/", "a-/"))
SIZES = st.sampled_from((1, 400, 2000, 1024 * 1024))
DEPTHS = st.none() | st.integers(1, 2)
CHANGES = st.tuples(st.sampled_from(("upload", "delete", "rebuild", "vanish")), KEYS)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_ones_large(monkeypatch)
    monkeypatch.setattr(walk, "PAGE", 3)


def change(world: Showing, what: str, key: str) -> None:
    """What may happen to a document's folder."""
    manifest = world.layout.manifest_of(world.folder(key)).key
    if what == "upload":
        world.s3.upload(key)
        world.commit(key)
    elif what == "delete":
        world.s3.remove(key)
        world.commit(key)
    elif what == "rebuild" and manifest in world.s3.buckets["docs"] and not world.layout.prefix_depth:
        world.rebuild(world.folder(key))
    elif what == "vanish":
        world.s3.remove(manifest)


_SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@_SETTINGS
@given(keys=st.sets(KEYS, max_size=40), gone=st.sets(KEYS, max_size=5), prefix=PREFIXES, most=SIZES, depth=DEPTHS)
def test_pieces_put_together_are_what_the_reading_rule_gives(
    keys: set[str], gone: set[str], prefix: str, most: int, depth: int | None
) -> None:
    world = Showing(*sorted(keys), layout=Layout(prefix_depth=depth))
    for key in gone:
        change(world, "delete", key)
    if world.layout.widened(prefix) != prefix:
        assert world.entries(prefix, most) == []
        return
    entries = world.entries(prefix, most)
    assert read(entries) == world.expected(prefix)
    assert {prefix + entry.key for entry in entries} <= keys | gone


@_SETTINGS
@given(
    keys=st.sets(KEYS, min_size=4, max_size=30),
    prefix=PREFIXES,
    most=SIZES,
    changes=st.lists(st.lists(CHANGES, max_size=4), max_size=12),
)
def test_what_was_there_throughout_is_shown_and_nothing_small_twice(
    keys: set[str], prefix: str, most: int, changes: list[list[tuple[str, str]]]
) -> None:
    world = Showing(*sorted(keys))
    there, ever = world.expected(prefix), set(world.expected(prefix))
    grew: set[str] = set()
    coming = iter(changes)

    def meanwhile() -> None:
        for what, key in next(coming, []):
            change(world, what, key)
            for kept in set(there) - set(world.expected(prefix)):
                del there[kept]
            ever.update(world.expected(prefix))
        grew.update(folders_of_large(world))

    grew.update(folders_of_large(world))
    entries = through(world, prefix, most, meanwhile, grew)
    if entries is None:
        return
    assert there.keys() <= read(entries).keys()
    assert {entry.key for entry in entries if entry.url} <= ever
    doubled = [key for key, times in Counter(entry.key for entry in entries).items() if times > 1]
    assert all(world.folder(prefix + key).prefix in grew for key in doubled)


def folders_of_large(world: Showing) -> set[str]:
    places = {folder: world.s3.buckets["docs"].get(manifest_of(folder)) for folder in FOLDERS}
    return {folder for folder, found in places.items() if found and len(found.body) >= 1200}


def through(
    world: Showing, prefix: str, most: int, meanwhile: Callable[[], object], grew: set[str]
) -> list[Entry] | None:
    """All pieces; None where one says to start over: only of what is large, or was."""
    try:
        return world.entries(prefix, most, meanwhile)
    except StartOverError as error:
        if not any(manifest_of(folder) in str(error) for folder in grew):
            raise
        return None

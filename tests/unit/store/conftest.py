"""What several test modules of the store begin with."""

import pytest

from tests.world import World, make_small_manifests_large


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A large manifest of ten documents, as the first rebuild left it."""
    make_small_manifests_large(monkeypatch)
    world = World()
    world.fill(map(str, range(10)))
    world.rebuild()
    world.s3.calls.clear()
    return world

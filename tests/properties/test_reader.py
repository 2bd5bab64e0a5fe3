"""Whatever happens to a manifest, who adds up what is newer sees what the reading rule says."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.manifest import Line
from shared.reader import Known, ManifestReader
from tests.world import FOLDER, MANIFEST, World, make_small_manifests_large

NAMES = st.sampled_from([f"a/{name}.pdf" for name in "0123456789"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upload"), st.lists(NAMES, min_size=1, max_size=4, unique=True)),
        st.tuples(st.just("remove"), st.lists(NAMES, min_size=1, max_size=3, unique=True)),
        st.tuples(st.just("archive"), st.lists(NAMES, min_size=1, max_size=2, unique=True)),
        st.tuples(st.sampled_from(["rebuild", "look", "vanish"]), st.just([])),
    ),
    max_size=30,
)


@pytest.fixture(scope="module", params=["small", "large"], autouse=True)
def sizes(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "large":
            make_small_manifests_large(patch)
        yield


class Followed(World):
    """And a program that adds up what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = ManifestReader(self.store, self.layout.manifest_of(FOLDER))
        self.known, self.added = Known(), dict[str, Line]()
        self.version = 0

    def look(self) -> None:
        read = self.reader.newer(self.known)
        self.known = read.known
        self.added = dict(read.lines) if read.everything else self.added | dict(read.lines)
        shown = {key: line.etag for key, line in self.added.items() if line.shown}
        assert shown == (self.view() if MANIFEST in self.s3.buckets["docs"] else {})

    def take(self, step: str, keys: list[str]) -> None:
        for key in keys:
            self.version += 1
            if step == "upload":
                self.s3.upload(key, b"%d" % self.version)
            elif step == "remove":
                self.s3.remove(key)
            elif key in self.s3.buckets["docs"]:
                self.s3.archive(key)
        if keys:
            self.publish(*keys)
        elif step == "rebuild":
            self.rebuild()
        elif step == "vanish":
            self.s3.remove(MANIFEST)


@settings(deadline=None, max_examples=150)
@given(STEPS)
def test_who_adds_up_what_is_newer_sees_what_the_reading_rule_says(steps: list[tuple[str, list[str]]]) -> None:
    world = Followed()
    for step, keys in steps:
        world.take(step, keys)
        if step == "look":
            world.look()
    world.look()

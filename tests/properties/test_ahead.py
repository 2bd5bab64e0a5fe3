"""A listing from several streams is the listing of one, whatever the boundaries, the delays and the store."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from shared.domain.ranges import Range
from shared.scan import window as window_module
from shared.scan.ahead import Work, deliver
from shared.scan.window import Window
from shared.store.pages import Page
from tests.fake_objects import refusal
from tests.properties.test_ranges import BOUNDARIES
from tests.slow_s3 import SlowS3, by_bytes, by_folder, jittered
from tests.virtual_time import run

NUMBERS = st.integers(0, 999)
NAMES = st.sampled_from(["a", "a-", "a0", "b", "\uffff", "\U0001f9fe"])  # "/" sorts between those that begin alike
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TREES = st.sets(PATHS | PATHS.map("{}/".format), min_size=12, max_size=60)
FLAT = st.integers(0, 200).map(lambda most: [f"{number:03}" for number in range(0, 3 * most, 3)])
CUTS = st.lists(PATHS, max_size=20) | BOUNDARIES
FLAT_CUTS = st.lists(NUMBERS.map("{:03}".format), max_size=30)


@pytest.fixture(autouse=True, scope="module")
def _a_stream_for_every_three_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window_module, "_KEYS_A_STREAM", 3)
        yield


@dataclass(frozen=True)
class Run:
    """A window, the pages that fit into it, and how slowly and badly the store and the disk go."""

    queue_max: int
    largest: int
    seed: int
    refusing: float = 0.0

    def of(self, s3: SlowS3, *works: Work) -> list[list[str]]:
        """What each of the listings wrote, side by side in one window."""
        s3.delay, s3.before = jittered(self.seed), self._refuse
        window = Window(self.queue_max, self.largest)
        written: list[list[str]] = [[] for _ in works]
        run(self._main(window, works, written))
        assert s3.most_held <= self.queue_max
        assert (window.keys.free, window.requests.free) == (self.queue_max, window.requests.most)
        return written

    async def _main(self, window: Window, works: tuple[Work, ...], written: list[list[str]]) -> None:
        disk = jittered(self.seed, 0.05)

        async def one(work: Work, keys: list[str]) -> None:
            async def write(page: Page) -> None:
                await asyncio.sleep(disk())
                keys.extend(found.key for found in page)

            await deliver(work, write, window)

        async with asyncio.TaskGroup() as all_of_them:
            for work, keys in zip(works, written, strict=True):
                all_of_them.create_task(one(work, keys))

    def _refuse(self, _: Any) -> None:
        if random.Random(self.seed).random() < self.refusing:
            raise refusal("SlowDown")

    def work(self, s3: SlowS3, own: Range, boundaries: list[str]) -> Work:
        size = Window(self.queue_max, self.largest).size

        async def known() -> list[str]:
            await asyncio.sleep(0.1)
            return boundaries

        return Work(s3.source(size, own.prefix), own, known)


RUNS = st.builds(Run, st.integers(6, 60) | st.integers(1, 6), st.integers(1, 4), st.integers(0, 9999))
STORES = st.builds(
    SlowS3, TREES, st.sampled_from([by_bytes, by_folder]), st.sampled_from(["after", "after", "ignored", "with"])
)
IN_ORDER = st.builds(SlowS3, TREES)
PREFIXES = st.just("") | st.sampled_from(["a", "a/"])
many = settings(deadline=None, max_examples=300)


@many
@given(STORES, PREFIXES, CUTS, RUNS)
def test_any_boundaries_on_any_store_give_what_one_stream_gives(
    s3: SlowS3, prefix: str, boundaries: list[str], how: Run
) -> None:
    expected = [key for key in s3.listed if key.startswith(prefix)]
    assert how.of(s3, how.work(s3, Range(prefix), boundaries)) == [expected]
    event(f"side by side: {s3.most_at_once}")


@many
@given(st.builds(SlowS3, FLAT), FLAT_CUTS, RUNS)
def test_a_flat_folder_is_listed_side_by_side_and_once(s3: SlowS3, boundaries: list[str], how: Run) -> None:
    assert how.of(s3, how.work(s3, Range(""), boundaries)) == [s3.listed]
    event(f"side by side: {s3.most_at_once}")


@many
@given(IN_ORDER, CUTS, CUTS, RUNS)
def test_ranges_that_share_a_window_give_each_what_is_its_own(
    s3: SlowS3, ends: list[str], boundaries: list[str], how: Run
) -> None:
    ranges = Range("").split(ends)
    written = how.of(s3, *(how.work(s3, own, boundaries) for own in ranges))
    assert written == [[key for key in s3.listed if own.contains(key)] for own in ranges]

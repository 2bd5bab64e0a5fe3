"""Whatever a bucket holds, wherever a scan of it is cut: ranges and turns make the manifests that one scan makes."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.documents import Folder, Layout
from shared.domain.errors import NoProgressError
from shared.domain.ranges import Range
from shared.scan.report import Report
from shared.scan.resume import Turn
from tests.world import Scanned

NAMES = st.sampled_from(["a", "a-", "a0", "b", "a b", "é", "\uffee", "\U0001f600", "m", "manifest.jsonl"])
FILES = st.sampled_from(["1.pdf", "x.pdf", "é.PDF", "\U0001f600.pdf", "note.txt", "", "a.pdf", "a-.pdf"])
KEYS = st.builds(
    lambda folders, file: "".join(f"{each}/" for each in folders) + file, st.lists(NAMES, max_size=3), FILES
)
TREES = st.lists(KEYS.filter(bool), min_size=1, max_size=25, unique=True)
LAYOUTS = st.sampled_from([Layout(), Layout(prefix_depth=1), Layout(prefix_depth=2)])
TIMES = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


class Bucket(Scanned):
    """A bucket that is scanned in turns, each cut off after so many requests."""

    def __init__(self, keys: Iterable[str], layout: Layout, gone: Iterable[str] = ()) -> None:
        super().__init__(*keys, layout=layout, queue_max=4)
        self.requests_left = 10**6
        self.s3.before = self._count
        for key in gone:
            self.s3.upload(key)
        super().scan()
        for key in gone:
            self.s3.remove(key)
        self.s3.tick()

    def _count(self, _operation: str, _request: object) -> None:
        self.requests_left -= 1
        if self.requests_left < 0:
            self.seconds_left = 0.0

    def cut_off(self, turn: Turn, requests: int) -> Report:
        """One turn that has time for so many requests."""
        self.requests_left, self.seconds_left = requests, 60.0
        return self.turn(turn, resumable=True)

    def scan_in_turns(self, turn: Turn | None, budget: list[int]) -> list[str]:
        """Go on until nothing is left; what a range leaves to be listed alone."""
        alone: set[str] = set()
        more = 0
        while turn:
            requests = budget[0] + more
            budget.append(budget.pop(0))
            report = self._progressing(turn, requests)
            if not report:
                more += 5  # as who raises the time-out
                continue
            assert not report.failed, report.failed
            assert not report.interrupted
            alone.update(report.alone)
            turn = report.rest and Turn.of(report.rest.token(self.layout), self.layout)
        return sorted(alone)

    def _progressing(self, turn: Turn, requests: int) -> Report | None:
        try:
            report = self.cut_off(turn, requests)
        except NoProgressError:
            return None
        return None if isinstance(report.interrupted, NoProgressError) or report.failed else report

    def manifests(self) -> dict[str, str]:
        """What a reader sees, but for times, revisions and commit ids."""
        bodies = {key: each.body.decode() for key, each in self.s3.buckets["docs"].items() if self._is_manifest(key)}
        return {key: _still(body) for key, body in bodies.items()}

    def _is_manifest(self, key: str) -> bool:
        return self.layout.folder_of("docs", key) is not None and key.startswith(self.layout.manifest_prefix)


def _still(body: str) -> str:
    lines = [line for line in body.splitlines() if '"key": ""' not in line]  # the marker is a matter of revisions
    return re.sub(r'"url": "[^"]*"|"(expires_at|revision)": [^,}]*', "", "\n".join(lines))


@TIMES
@given(TREES, TREES, LAYOUTS, st.lists(st.integers(4, 14), min_size=1, max_size=5))
def test_a_scan_that_is_cut_anywhere_makes_the_manifests_of_one_that_is_not(
    keys: list[str], gone: list[str], layout: Layout, budget: list[int]
) -> None:
    once, cut = Bucket(keys, layout, gone), Bucket(keys, layout, gone)
    once.scan()
    cut.scan_in_turns(Turn(Folder("docs", ""), Range("")), budget)
    assert cut.manifests() == once.manifests()
    assert not cut.left_over()


@TIMES
@given(TREES, TREES, LAYOUTS, st.lists(KEYS.filter(bool), max_size=6), st.lists(st.integers(4, 14), min_size=1))
def test_ranges_with_any_boundaries_make_the_manifests_of_one_scan(
    keys: list[str], gone: list[str], layout: Layout, boundaries: list[str], budget: list[int]
) -> None:
    once, ranged = Bucket(keys, layout, gone), Bucket(keys, layout, gone)
    once.scan()
    folder = Folder("docs", "")
    ends = sorted({*boundaries, *keys[:2], *(key[: key.rfind("/") + 1] for key in keys[:2])} - {""})
    alone: set[str] = set()
    for own in Range("").split(ends):
        alone.update(ranged.scan_in_turns(Turn(folder, own, finishes=not (own.after or own.until)), budget))
    ranged.scan_in_turns(Turn(folder, Range("")).only(alone), budget)
    assert ranged.manifests() == once.manifests()
    assert not ranged.left_over()


def test_a_turn_that_lists_no_page_is_an_error_that_says_so() -> None:
    bucket = Bucket(["a/1.pdf", "b/2.pdf"], Layout())
    before = bucket.manifests()
    with pytest.raises(NoProgressError, match="s3://docs/"):
        bucket.cut_off(Turn(Folder("docs", ""), Range("")), 0)
    assert bucket.manifests() == before


@pytest.mark.parametrize("requests", [2, 3])
def test_a_folder_that_outlasts_a_turn_of_its_own_is_named_and_not_tried_for_ever(requests: int) -> None:
    bucket = Bucket([f"a/{number:02}.pdf" for number in range(30)] + ["b/1.pdf"], Layout())
    turn: Turn | None = Turn(Folder("docs", ""), Range(""), ("a/",)).only(["a/"])
    assert turn
    report = bucket.cut_off(turn, requests)
    assert report.rest is None
    (failure,) = report.failed.values()
    assert type(failure).__name__ == "FolderTooLargeError"
    assert "s3://docs/a/" in str(failure)

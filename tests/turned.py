"""A bucket that is scanned in parts and in turns, each cut off after so many requests, and with small caps."""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from shared.domain.documents import Folder, Layout
from shared.domain.errors import NoProgressError
from shared.domain.ranges import Range
from shared.scan import committing, reading, stage, window
from shared.scan.report import Report
from shared.scan.resume import token_of, turn_of
from shared.scan.turn import Turn
from tests.fake_s3 import FakeS3
from tests.world import SMALL_LARGE, Scanned, make_small_manifests_large

_WHOLE = Turn(Folder("docs", ""), Range(""))


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a stage of a scan may hold, how many keys it takes to have one more stream, and what is large."""

    surveyed: int = 100_000
    sealed: int = 100_000
    alone: int = 500
    a_stream: int = 3_000
    three_lines_are_large: bool = False

    @contextmanager
    def apply(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "MOST", self.surveyed)
            patch.setattr(stage, "MOST", self.sealed)
            patch.setattr(stage, "_MOST_ALONE", self.alone)
            patch.setattr(window, "_KEYS_A_STREAM", self.a_stream)
            if self.three_lines_are_large:
                make_small_manifests_large(patch)
                patch.setattr(committing, "LARGE", SMALL_LARGE)
            yield


class Turned(Scanned):
    """`gone` are documents that were there when it was scanned before, and are not any more."""

    def __init__(
        self,
        keys: Iterable[str],
        layout: Layout,
        gone: Iterable[str] = (),
        queue_max: int = 4,
        s3: FakeS3 | None = None,
    ) -> None:
        super().__init__(*keys, s3=s3 or FakeS3("docs", "links"), layout=layout, queue_max=queue_max)
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

    def scan_in_turns(self, turn: Turn | None = _WHOLE, budget: Iterable[int] = (10**6,)) -> list[str]:
        """Go on until nothing is left; what a range leaves to be listed alone."""
        alone: set[str] = set()
        times, more = list(budget), 0
        while turn:
            times.append(times.pop(0))
            report = self._progressing(turn, times[0] + more)
            if not report:
                more += 5  # as who raises the time-out
                continue
            assert not report.failed, report.failed
            if report.interrupted:
                raise report.interrupted
            alone.update(report.alone)
            turn = report.rest and turn_of(token_of(report.rest, self.layout), self.layout)
        return sorted(alone)

    def scan_in_ranges(self, ends: Iterable[str], budget: Iterable[int] = (10**6,)) -> None:
        """Each in turns, and then together what they leave."""
        times = list(budget)
        alone: set[str] = set()
        for own in Range("").split(ends):
            alone.update(self.scan_in_turns(Turn.first(_WHOLE.folder, own), times))
        self.scan_in_turns(_WHOLE.only(alone), times)

    def _progressing(self, turn: Turn, requests: int) -> Report | None:
        try:
            report = self.cut_off(turn, requests)
        except NoProgressError:
            return None
        return None if isinstance(report.interrupted, NoProgressError) or report.failed else report

    def left_over(self) -> list[str]:
        """When threads that were not waited for have ended."""
        for thread in threading.enumerate():
            if thread.name.startswith(("settle", "stage")):
                thread.join(60)
        return super().left_over()

    def manifests(self) -> dict[str, tuple[int, str]]:
        """What a reader sees, but for times, revisions and commit ids: how many documents, and the lines."""
        there = self.s3.buckets[self.layout.home("docs").bucket]
        own = {key: each for key, each in there.items() if self.layout.folder_of("docs", key)}
        return {key: (int(each.metadata["documents"]), _still(each.body.decode())) for key, each in own.items()}


def _still(body: str) -> str:
    lines = [line for line in body.splitlines() if '"key": ""' not in line]  # the marker is a matter of revisions
    return re.sub(r'"url": "[^"]*"|"(expires_at|revision)": [^,}]*', "", "\n".join(lines))

"""What the state machine makes of a scan: one call, or ranges side by side; how long that takes, and what it enters.

The states are those of statemachines/full_scan.asl.json, walked; ranges are taken for alike, as they are where folders
are. tests/unit/bench/test_execution.py holds what is entered to a count by hand, and ranges to shared/scan/dividing.py.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from bench.prices import Deployment
from bench.scans import Scan
from local.project import ROOT
from shared.domain.deadline import RESERVE  # of the others a plan has half
from shared.scan.dividing import A_FOLDER, A_LINE, A_RANGE, MOST
from shared.store.pages import PAGE

MACHINE: Mapping[str, Any] = json.loads((ROOT / "statemachines" / "full_scan.asl.json").read_text())
MOST_AT_ONCE = 40  # where FullScanConcurrency is one more
_HISTORY = 25_000  # events, https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_NAMED = 20  # pages of folders' names, at most, that a listing of more than a page asks for: shared/scan/boundaries.py


class Execution(NamedTuple):
    """A scan as the state machine runs it. `ranges`: none where it is done in one call.

    `planning`: seconds that manifests are weighed for, once in each of the `rounds`: what there is no time to weigh is
    the next one's. `lists`: LISTs of all that.
    """

    scan: Scan
    here: Deployment
    ranges: int
    rounds: int
    planning: float
    lists: int

    @property
    def a_range(self) -> float:
        """Seconds of one of them; they are alike."""
        return self._seconds / (self.rounds * self.ranges) + _names(self.scan) * self.scan.a_list

    @property
    def _seconds(self) -> float:
        return self.here.full_scan.duration(self.scan.seconds)

    @property
    def busy(self) -> float:
        """Seconds that functions are paid for."""
        return self.seconds(1)

    def seconds(self, at_once: int) -> float:
        """With so many ranges side by side."""
        if not self.ranges:
            return self.planning + self._seconds
        return self.rounds * (self.planning + math.ceil(self.ranges / at_once) * self.a_range)

    def keeps_up(self, period: float, at_once: int) -> bool:
        """Whether it ends before the next one, and within the time of the machine; what is not divided, of one call."""
        longest = MACHINE["TimeoutSeconds"] if self.ranges else self.here.full_scan.timeout
        return self.seconds(at_once) <= min(longest, period) and self.events <= _HISTORY

    def needs(self, period: float) -> int | None:
        """How many ranges at once keep up, the template's default at least; none: not even the most."""
        return next((many for many in range(self.here.at_once, MOST_AT_ONCE + 1) if self.keeps_up(period, many)), None)

    @property
    def turns(self) -> list[int]:
        """Of each range of a round."""
        return [math.ceil(self.a_range / self.here.full_scan.timeout)] * self.ranges if self.ranges else []

    @property
    def calls(self) -> int:
        """Of the function: a plan and its ranges a round, and one for what they left."""
        return self.rounds * (1 + sum(self.turns)) + 1 if self.ranges else 1

    @property
    def events(self) -> int:
        """Of the execution's history: five of a call, two of any other state, and of a range and of each beginning."""
        return self.rounds * (11 + sum(4 + 7 * turns for turns in self.turns)) + 11

    @property
    def transitions(self) -> int:
        """States entered, and the start, to be sure."""
        return transitions(self.turns, self.rounds)


def executed(scan: Scan, here: Deployment) -> Execution:
    """With the template's defaults. Every scan is weighed first: its manifests are listed, one page after the other."""
    lists = 1 + scan.folders // PAGE + _names(scan)
    rounds = max(1, math.ceil(lists * scan.a_list / (here.full_scan.timeout - RESERVE) * 2))
    worth = (scan.folders * A_FOLDER + scan.manifest_bytes / A_LINE) / rounds
    ranges = min(MOST, scan.folders, int(worth / A_RANGE))
    divided = ranges if ranges > 1 else 0
    asked = lists + rounds * divided * (1 + _names(scan))
    return Execution(scan, here, divided, rounds, lists * scan.a_list / rounds, asked)


def _names(scan: Scan) -> int:
    return min(_NAMED, scan.folders // PAGE)


def transitions(turns: list[int], rounds: int = 1) -> int:
    """Of an execution with rounds of ranges of so many turns, or with none."""
    if not turns:
        return 1 + _entered(MACHINE, "Done")
    a_range = MACHINE["States"]["Ranges"]["ItemProcessor"]
    of_ranges = (_entered(a_range, *["Scan range"] * (each - 1), "Range ended") for each in turns)
    return 1 + _entered(MACHINE, *["Ranges"] * rounds, "Done") + rounds * sum(of_ranges)


def _entered(machine: Mapping[str, Any], *choices: str) -> int:
    """States on the way to the end, where the choices on it are these, one after the other."""
    entered, name, ways = 0, machine["StartAt"], iter(choices)
    while name:
        entered, state = entered + 1, machine["States"][name]
        name = next(ways) if state["Type"] == "Choice" else state.get("Next")
    return entered

"""The ways through the state machine of full scans: what it enters for what the function answers."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from shared.scan.dividing import MOST

EXISTS = re.compile(r"{% \$exists\(\$states\.input\.(\w+)\) %}")

Definition = dict[str, Any]
Answers = Sequence[dict[str, Any] | Exception]


def entered(level: Definition, answers: Answers, ranges: Sequence[Answers] = ()) -> list[str]:
    """The states that an execution enters, where the function answers so; in ranges, each to its own."""
    left, own, told = list(answers), list(ranges), dict[str, Any]()
    way = [level["StartAt"]]
    while "Next" in (state := level["States"][way[-1]]) or "Choices" in state:
        to = state.get("Next")
        if state["Type"] == "Task":
            told, to = _answered(left.pop(0), state)
        elif state["Type"] == "Choice":
            to = _chosen(state, told)
        elif state["Type"] == "Map":
            way += [name for _ in told["ranges"] for name in entered(state["ItemProcessor"], own.pop(0))]
        way.append(to or "")
    assert not left
    assert not own
    return way


def _answered(answer: dict[str, Any] | Exception, task: dict[str, Any]) -> tuple[dict[str, Any], str]:
    if isinstance(answer, Exception):
        return {}, task["Catch"][0]["Next"]
    return answer, task["Next"]


def _chosen(choice: dict[str, Any], told: dict[str, Any]) -> str:
    for each in choice["Choices"]:
        asked = EXISTS.fullmatch(each["Condition"])
        assert asked
        if asked[1] in told:
            return str(each["Next"])
    return str(choice["Default"])


ENDED = {"count": 7, "folders": 1}
GOES_ON: dict[str, Any] = ENDED | {"resume": {}}
FAILED = ENDED | {"failures": 1, "failed": {"a/": "no"}}


def planned(number: int) -> dict[str, Any]:
    return {"ranges": [{}] * number, "resume": {}}


@pytest.mark.parametrize("told", [ENDED, {"left_to": "arn"}])
def test_a_small_scan_is_one_call_and_three_states(definition: Definition, told: dict[str, Any]) -> None:
    assert entered(definition, [told]) == ["Scan or plan", "What is left", "Done"]


@pytest.mark.parametrize("number", [2, 12, MOST])
def test_every_range_is_three_states_more(definition: Definition, number: int) -> None:
    way = entered(definition, [planned(number), ENDED], [[ENDED]] * number)
    assert len(way) == 3 + 1 + 2 + 3 * number
    assert [way.count(each) for each in ("Scan or plan", "Scan range", "Range ended")] == [2, number, number]
    assert way[-1] == "Done"


@pytest.mark.parametrize("turns", [1, 2, 9])
def test_every_turn_more_is_two(definition: Definition, turns: int) -> None:
    assert len(entered(definition, [*[GOES_ON] * (turns - 1), ENDED])) == 1 + 2 * turns
    in_ranges = entered(definition, [planned(3), ENDED], [[*[GOES_ON] * (turns - 1), ENDED]] * 3)
    assert len(in_ranges) == 6 + 3 * (1 + 2 * turns)


def test_a_scan_that_goes_on_may_be_divided_and_what_ranges_leave_may_take_turns(definition: Definition) -> None:
    way = entered(definition, [GOES_ON, planned(2), GOES_ON, ENDED], [[ENDED], [ENDED]])
    assert way.count("Scan or plan") == 4
    assert way[-1] == "Done"


def test_what_comes_after_the_ranges_may_be_planned_in_its_turn(definition: Definition) -> None:
    way = entered(definition, [planned(2), planned(3), ENDED], [[ENDED]] * 5)
    assert (way.count("Ranges"), way.count("Scan range"), way[-1]) == (2, 5, "Done")


def test_a_range_that_is_lost_is_the_last_of_its_own_turns_alone(definition: Definition) -> None:
    way = entered(definition, [planned(3), FAILED], [[ENDED], [GOES_ON, TimeoutError()], [GOES_ON, ENDED]])
    assert way.count("Range ended") == 3
    assert way[-1] == "Failed"


@pytest.mark.parametrize("told", [FAILED, ENDED | {"failures": 1}])
def test_a_failure_fails_the_execution_when_all_else_is_done(definition: Definition, told: dict[str, Any]) -> None:
    assert entered(definition, [FAILED | {"resume": {}}, told])[-1] == "Failed"
    assert definition["States"]["Failed"]["Type"] == "Fail"

"""The state machine of full scans: its definition is one, it leaves nothing undone, and gives up nothing too early."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from local.deployed.choice import Choice
from local.deployed.template import TEMPLATE
from shared.domain import errors
from shared.scan.dividing import MOST

AT_ONCE = 40  # iterations, https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
HISTORY = 25_000  # events, https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
A_TURN = 7  # events: a task entered, scheduled, started, ended and left; a choice entered and left

FIXED = {"FullScan": "arn:aws:lambda:us-east-1:123456789012:function:scan", "Partition": "aws"}

Definition = dict[str, Any]


def written(machine: dict[str, Any]) -> str:
    return TEMPLATE.parent.joinpath(str(machine["DefinitionUri"])).read_text()


def substituted(template: dict[str, Any], **chosen: str) -> Definition:
    """As it is deployed where this is chosen."""
    machine = template["Resources"]["FullScanMachine"]["Properties"]
    choice, text = Choice(template, **chosen), written(machine)
    for name, value in machine["DefinitionSubstitutions"].items():
        decided = choice.value(value)
        known = decided if isinstance(decided, str) else FIXED[name]
        text = text.replace(f"${{{name}}}", known)
    loaded: Definition = json.loads(text)
    return loaded


def levels(machine: Definition) -> Iterator[Definition]:
    """It, and what its maps run."""
    yield machine
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            yield from levels(state["ItemProcessor"])


def tasks(machine: Definition) -> dict[str, dict[str, Any]]:
    states = {name: state for level in levels(machine) for name, state in level["States"].items()}
    return {name: state for name, state in states.items() if state["Type"] == "Task"}


def nexts(state: dict[str, Any]) -> list[str]:
    choices = [*state.get("Choices", []), *state.get("Catch", []), state]
    return [each[to] for each in choices for to in ("Next", "Default") if to in each]


# The form


def at_once_of(expression: str) -> int:
    """What its JSONata makes of a number of functions."""
    functions = re.fullmatch(r"{% \$max\(\[1, (\d+) - 1\]\) %}", expression)
    assert functions
    return max(1, int(functions[1]) - 1)


def checkable(definition: Definition) -> Definition:
    """The same; that a number may be computed is more than cfn-lint knows.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
    """
    definition = deepcopy(definition)
    ranges = definition["States"]["Ranges"]
    ranges["MaxConcurrency"] = at_once_of(ranges["MaxConcurrency"])
    return definition


def without_a_next(broken: Definition) -> None:
    del broken["States"]["Scan or plan"]["Next"]


def at_an_unknown_start(broken: Definition) -> None:
    broken["StartAt"] = "Nowhere"


def with_a_choice_without_a_condition(broken: Definition) -> None:
    del broken["States"]["What is left"]["Choices"][0]["Condition"]


def with_paths_in_a_range(broken: Definition) -> None:
    broken["States"]["Ranges"]["ItemsPath"] = "$.ranges"


def with_a_retry_of_nothing(broken: Definition) -> None:
    del broken["States"]["Scan or plan"]["Retry"][0]["ErrorEquals"]


WRONG = [
    without_a_next,
    at_an_unknown_start,
    with_a_choice_without_a_condition,
    with_paths_in_a_range,
    with_a_retry_of_nothing,
]


@pytest.fixture(scope="module")
def found(template: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is wrong with it, and with what was made wrong of it: all in one template, for cfn-lint is slow to start."""
    machines = {f"With{many}": substituted(template, FullScanConcurrency=many) for many in ("", "3")}
    for spoil in WRONG:
        machines[spoil.__name__.title().replace("_", "")] = broken = deepcopy(substituted(template))
        spoil(broken)
    role = "arn:aws:iam::123456789012:role/scans"
    resources = {
        name: {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": role, "Definition": checkable(definition)},
        }
        for name, definition in machines.items()
    }
    file = tmp_path_factory.mktemp("lint") / "template.json"
    file.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}))
    lint = str(Path(sys.executable).with_name("cfn-lint"))
    command = [lint, "--format", "json", "--template", str(file), "--regions", "us-east-1"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    wrong: dict[str, list[str]] = {name: [] for name in machines}
    for each in told:
        wrong[each["Location"]["Path"][1]].append(f"{each['Rule']['Id']}: {each['Message']}")
    return wrong


@pytest.mark.xdist_group("state machine lint")
@pytest.mark.parametrize("concurrency", ["", "3"])
def test_it_is_what_the_language_allows(found: dict[str, list[str]], concurrency: str) -> None:
    assert found[f"With{concurrency}"] == []


@pytest.mark.xdist_group("state machine lint")
@pytest.mark.parametrize("spoil", WRONG)
def test_what_it_does_not_allow_would_be_seen(found: dict[str, list[str]], spoil: Callable[[Definition], None]) -> None:
    assert any(each.startswith("E3601") for each in found[spoil.__name__.title().replace("_", "")])


def test_every_state_can_be_reached_and_none_is_missing(definition: Definition) -> None:
    for level in levels(definition):
        reached, ahead = set(), [level["StartAt"]]
        while ahead:
            if (name := ahead.pop()) not in reached:
                reached.add(name)
                ahead += nexts(level["States"][name])
        assert reached == level["States"].keys()


def test_all_that_it_is_not_told_before_it_is_deployed_is_told_then(machine: dict[str, Any]) -> None:
    assert set(re.findall(r"\${(\w+)}", written(machine))) == machine["DefinitionSubstitutions"].keys()


def test_every_call_that_may_plan_is_asked_for_the_plan_that_the_execution_was(definition: Definition) -> None:
    asked = "$states.context.Execution.Input.plan"
    payload = definition["States"]["Scan or plan"]["Arguments"]["Payload"]
    assert payload.startswith(f"{{% $merge([{{'plan': $exists({asked}) ? {asked} : true}}, $states.input, ")


def test_what_is_computed_is_marked_as_such(definition: Definition) -> None:
    assert definition["QueryLanguage"] == "JSONata"
    computed = [text for text in texts(definition) if "{%" in text or "%}" in text]
    assert computed
    assert all(text.startswith("{% ") and text.endswith(" %}") and text.count("%") == 2 for text in computed)
    assert all(text.count("(") == text.count(")") and text.count("{") == text.count("}") for text in computed)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


# Time, and other tries


def test_no_call_is_given_up_before_the_function_ends_nor_waits_for_ever(
    definition: Definition, resources: dict[str, Any]
) -> None:
    function = resources["FullScan"]["Timeout"]
    assert len(tasks(definition)) == 2
    assert all(function < task["TimeoutSeconds"] <= function + 120 for task in tasks(definition).values())


def test_no_execution_goes_on_for_ever(definition: Definition, resources: dict[str, Any]) -> None:
    assert 4 * resources["FullScan"]["Timeout"] <= definition["TimeoutSeconds"] <= 24 * 3600


def test_what_is_throttled_is_tried_again_and_not_all_at_once(definition: Definition) -> None:
    for task in tasks(definition).values():
        throttled, broken, *_ = task["Retry"]
        assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
        assert {"Lambda.ServiceException", "Lambda.SdkClientException"} <= set(broken["ErrorEquals"])
        longest = throttled["MaxAttempts"] * throttled["MaxDelaySeconds"] / 2  # of waits at random the half
        assert longest > task["TimeoutSeconds"]  # as long as who keeps it waiting
        tried = [each for each in task["Retry"] if each.get("MaxAttempts") != 0]
        assert all(each["JitterStrategy"] == "FULL" and each["BackoffRate"] > 1 for each in tried)


def test_any_other_error_is_tried_again_but_what_was_asked_wrongly_is_not(definition: Definition) -> None:
    for task in tasks(definition).values():
        *_, wrong, other = task["Retry"]
        assert wrong["MaxAttempts"] == 0
        *ours, evaluated = wrong["ErrorEquals"]
        assert all(issubclass(getattr(errors, name), errors.LinkManifestError) for name in ours)
        assert evaluated == "States.QueryEvaluationError"  # of an input that is no object
        assert other["ErrorEquals"] == ["States.ALL"]
        assert other["MaxAttempts"] >= 1


def test_a_range_that_fails_keeps_no_other_from_its_end(definition: Definition) -> None:
    ranges = definition["States"]["Ranges"]["ItemProcessor"]
    for task in tasks(ranges).values():
        (caught,) = task["Catch"]
        assert caught["ErrorEquals"] == ["States.ALL"]
        assert ranges["States"][caught["Next"]]["Type"] == "Succeed"
        told = set(re.findall(r"'(\w+)'", caught["Output"]))
        assert {"range", "alone", "left", "done", "error", "cause"} <= told


@pytest.mark.parametrize(("chosen", "at_once"), [("", 5), ("1", 1), ("2", 1), ("17", 16), ("41", 40)])
def test_of_the_functions_that_are_reserved_all_but_one_run_ranges_at_once(
    template: dict[str, Any], chosen: str, at_once: int
) -> None:
    ranges = substituted(template, FullScanConcurrency=chosen)["States"]["Ranges"]
    assert at_once_of(ranges["MaxConcurrency"]) == at_once
    assert ranges["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}


@pytest.mark.parametrize(("chosen", "taken"), [("", True), ("0", True), ("41", True), ("42", False), ("100", False)])
def test_no_more_can_be_reserved_than_are_used(template: dict[str, Any], chosen: str, taken: bool) -> None:  # noqa: FBT001 -- a parameter
    assert bool(re.fullmatch(template["Parameters"]["FullScanConcurrency"]["AllowedPattern"], chosen)) is taken


def test_half_a_day_of_whole_turns_is_less_than_fills_its_history(resources: dict[str, Any]) -> None:
    turns = AT_ONCE * 12 * 3600 / resources["FullScan"]["Timeout"] + MOST
    assert A_TURN * turns + 10 * MOST < HISTORY

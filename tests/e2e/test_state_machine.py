"""The deployed state machine: a scan in ranges side by side, in turns, with a range that fails, stopped half way."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.deployed.library import Library, fetch, seconds_until
from tests.e2e.crowd import PDF, coming_and_going, differences, upload_unheard
from tests.e2e.events import settle
from tests.e2e.live import publish

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

WHOLE_RANGE = "$states.context.Map.Item.Value"
BEFORE = (
    "{'alone': $map([1..70], function($each) { $string($each + 100) & '/' }), 'done': {'count': 1000, 'healed': 7}}"
)
TURNS = (3, 6, 12)  # seconds a turn, of which two are kept for ending well: what is enough depends on the machine
LATE = re.compile("no page of the listing was dealt with|out of time")  # where a turn has not even begun


def turns(library: Library, execution: str) -> Counter[str | None]:
    """How many turns those ranges took that took more than one, by where they began."""
    resumed = Counter(told["resume"]["begin"] for told in library.answers(execution) if "resume" in told)
    return Counter({begin: number + 1 for begin, number in resumed.items()})


def ranges(library: Library, execution: str) -> list[dict[str, str]]:
    """As they were planned."""
    return next((told["ranges"] for told in library.answers(execution) if "ranges" in told), [])


def record(library: Library) -> dict[str, Any]:
    found = library.aws.s3.get_object(Bucket=library.stack.bucket, Key="manifests/.state/last-scan.json")
    told: dict[str, Any] = json.loads(found["Body"].read())
    return told


@contextmanager
def failing_range(library: Library, number: int) -> Iterator[None]:
    """The machine goes on with one of its ranges in a way that fails every time, as after turns that had done a lot."""
    states, machine = library.aws.states, library.stack.full_scan_machine
    deployed = states.describe_state_machine(stateMachineArn=machine)["definition"]
    resume = f"$merge([{WHOLE_RANGE}, {BEFORE}])"
    wrong = f"{WHOLE_RANGE}, $states.context.Map.Item.Index = {number} ? {{'resume': {resume}}} : {{}}"
    assert deployed.count(WHOLE_RANGE) == 1
    states.update_state_machine(stateMachineArn=machine, definition=deployed.replace(WHOLE_RANGE, wrong))
    try:
        yield
    finally:
        states.update_state_machine(stateMachineArn=machine, definition=deployed)


@contextmanager
def short_turns(library: Library, seconds: int) -> Iterator[None]:
    """The function has little time."""
    function = library.stack.full_scan_function
    before = library.aws.lambda_.get_function_configuration(FunctionName=function)["Timeout"]
    publish(library.aws, function, Timeout=seconds)
    try:
        yield
    finally:
        publish(library.aws, function, Timeout=before)


def failed_while_a_second_left_it_to_the_first(library: Library, execution: str, prefix: str) -> str:
    """Why it failed; where it had not even the time to be planned there is no second."""
    seconds_until(lambda: bool(ranges(library, execution)) or library.has_ended(execution), "its ranges", at_most=60)
    if planned := ranges(library, execution):
        second = library.start(prefix=prefix, plan=12)
        assert json.loads(library.ended(second)["output"]) == {"left_to": execution}
        assert len(planned) == 12
    ended = library.ended(execution, at_most=120)
    assert ended["status"] == "FAILED"
    cause: str = ended["cause"]
    return cause


def executed_in_short_turns(library: Library, prefix: str) -> list[str]:
    """Executions with a range that fails: the last had time enough, those before it were told to be given more."""
    executions: list[str] = []
    for seconds in TURNS:
        with short_turns(library, seconds):
            executions.append(library.start(prefix=prefix, plan=12))
            cause = failed_while_a_second_left_it_to_the_first(library, executions[-1], prefix)
        if "1 failed" in cause:
            break
        assert LATE.search(cause), cause
    return executions


def test_a_small_scan_is_one_call_and_is_on_record(library: Library, prefix: str) -> None:
    upload_unheard(library, [f"{prefix}a/1.pdf", f"{prefix}a/2.pdf", f"{prefix}b/3.pdf"])
    execution = library.start(prefix=prefix)
    assert library.ended(execution)["status"] == "SUCCEEDED"
    (answered,) = library.answers(execution)
    assert (answered["count"], answered["folders"], answered["healed"]) == (3, 3, 3)
    told = record(library)
    assert told.pop("began") <= told.pop("ended")
    assert told == {
        "bucket": library.stack.bucket,
        "prefix": prefix,
        "documents": 3,
        "folders": 3,
        "healed": 3,
        "failures": 0,
        "outcome": "complete",
    }
    assert not differences(library, prefix)


def test_ranges_side_by_side_and_what_they_cut_make_every_manifest(library: Library, prefix: str) -> None:
    folders = [f"{prefix}{name}/{number:02}/" for name in ("a", "a-", "a0") for number in range(8)]
    keys = [*(f"{folder}q1.pdf" for folder in folders), f"{prefix}own.pdf", f"{prefix}a/own.pdf", f"{prefix}a0/own.pdf"]
    upload_unheard(library, keys)
    library.execute(prefix=prefix)
    upload_unheard(library, [f"{folder}q2.pdf" for folder in folders])
    execution = library.start(prefix=prefix, plan=6)
    output = json.loads(library.ended(execution)["output"])
    assert (output["count"], output["folders"], output["healed"]) == (51, 27, 24)
    assert len(ranges(library, execution)) == 6
    assert not differences(library, prefix)


def test_a_second_execution_of_the_same_ends_at_once_and_says_so(library: Library, prefix: str) -> None:
    upload_unheard(library, [f"{prefix}{number}/q1.pdf" for number in range(6)])
    first, second, other = (
        library.start(prefix=prefix),
        library.start(prefix=prefix),
        library.start(prefix=f"{prefix}0/"),
    )
    assert json.loads(library.ended(second)["output"]) == {"left_to": first}
    assert json.loads(library.ended(first)["output"])["count"] == 6
    assert json.loads(library.ended(other)["output"])["count"] == 1


def test_a_range_that_fails_for_good_keeps_no_other_from_its_end_and_is_named(library: Library, prefix: str) -> None:
    upload_unheard(library, [f"{prefix}{number}/q1.pdf" for number in range(9)])
    library.execute(prefix=prefix)
    before = record(library)
    upload_unheard(library, [f"{prefix}{number}/q2.pdf" for number in range(9)])
    with failing_range(library, 1):
        execution = library.start(prefix=prefix, plan=3)
        ended = library.ended(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "FullScanFailed")
    _, failing, _ = ranges(library, execution)
    assert "1 failed" in ended["cause"]
    assert f"70 folders before, and what comes after '{failing['after']}'" in ended["cause"]
    assert "the scan's 'resume' must be" in ended["cause"]
    healed = {folder for number in range(9) if failing["after"] <= (folder := f"{prefix}{number}/") < failing["until"]}
    *_, told = library.answers(execution)
    assert (told["count"], told["healed"]) == (1_000 + 2 * (9 - len(healed)), 7 + 9 - len(healed))
    assert differences(library, prefix) == {folder: {f"{folder}q2.pdf"} for folder in healed}
    assert record(library) == before


def test_a_folder_that_fails_fails_the_execution_and_is_named_but_the_scan_is_complete(
    library: Library, prefix: str
) -> None:
    upload_unheard(library, [f"{prefix}{name}/q1.pdf" for name in "abc"])
    newer = {"schema": "99", "revision": "1", "rebuilt-from": "0", "commit": "x"}
    bucket, key = library.stack.bucket, f"manifests/{prefix}b/manifest.jsonl"
    library.aws.s3.put_object(Bucket=bucket, Key=key, Body=b"", Metadata=newer)
    ended = library.ended(library.start(prefix=prefix))
    assert ended["status"] == "FAILED"
    assert f"{prefix}b/" in ended["cause"]
    assert "SchemaTooNewError" in ended["cause"]
    told = record(library)
    assert (told["prefix"], told["outcome"], told["failures"]) == (prefix, "failures", 1)
    assert differences(library, prefix).keys() == {f"{prefix}b/"}
    library.aws.s3.delete_object(Bucket=bucket, Key=key)


@pytest.mark.parametrize("asked", [{"plan": 0}, {"prefx": "a/"}])
def test_an_input_that_is_none_fails_the_execution_at_once_and_says_why(library: Library, asked: Any) -> None:
    ended = library.ended(library.start(**asked))
    assert ended["status"] == "FAILED"
    assert next(iter(asked)) in ended["cause"]


@pytest.mark.campaign
@pytest.mark.timeout(300)
def test_three_hundred_folders_in_twelve_ranges_while_documents_come_and_go(library: Library, prefix: str) -> None:
    folders = [f"{prefix}{number:03}/" for number in range(300)]
    upload_unheard(library, [f"{folder}q1.pdf" for folder in folders])
    library.execute(prefix=prefix)
    upload_unheard(library, [f"{folder}lost.pdf" for folder in folders])
    upload_unheard(library, [f"{prefix}150-{number:04}/new.pdf" for number in range(1_800)])
    with coming_and_going(library, folders, seed=11) as left:
        with failing_range(library, 2):
            executions = executed_in_short_turns(library, prefix)
        failing = [planned[2] for each in executions if (planned := ranges(library, each))]
        cause = library.ended(executions[-1])["cause"]
        assert "1 failed" in cause
        assert f"what comes after '{failing[-1]['after']}'" in cause
        assert max(most for each in executions for most in turns(library, each).values()) >= 3
        left_out = [{folder for folder in folders if each["after"] <= folder < each["until"]} for each in failing]
        unhealed = {folder for folder in folders if not library.shows(f"{folder}lost.pdf")}
        assert set.intersection(*left_out) <= unhealed <= left_out[-1]

        killed = library.start(prefix=prefix, plan=12)
        seconds_until(lambda: len(list(library.answers(killed))) >= 4, "a third of its ranges", at_most=60)
        library.aws.states.stop_execution(executionArn=killed)
        assert library.ended(killed)["status"] == "ABORTED"
        assert library.execute(prefix=prefix, plan=12)["folders"] == 2_101
    settle(library)
    assert left
    assert not differences(library, prefix)
    for folder in folders[::30]:
        line = library.line(f"{folder}lost.pdf")
        assert line is not None
        assert line.url is not None
        assert fetch(line.url) == PDF

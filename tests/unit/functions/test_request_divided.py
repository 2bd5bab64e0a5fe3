"""What a state machine asks of a scan: a plan of it, and to go on with what its ranges answered."""

import json
from typing import Any

import pytest

from functions.full_scan.executions import Execution
from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.documents import Folder, Layout
from shared.domain.errors import EventError, ResumeError
from shared.domain.ranges import Range
from shared.scan.resume import token_of
from shared.scan.totals import Totals
from shared.scan.turn import Phase, Turn

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": "a/"})
EXECUTION = {"id": "arn:execution:1", "machine": "arn:machine", "began": "2026-04-02T08:00:00.123Z"}
SECRET = "https://b/k?X-Amz-Signature=SECRET"


def parsed(**event: Any) -> Request:
    return Request.parse(event, SETTINGS)


REST = token_of(Turn(Folder("docs", "a/"), Range("a/"), phase=Phase.ALONE), Layout(), after_ranges=True)


def joined(*parts: Any, rest: Any = REST) -> Request:
    """What comes after the ranges that have answered so."""
    return parsed(resume=json.loads(json.dumps(rest)), parts=list(parts))


def refused(told: str, **event: Any) -> None:
    with pytest.raises(EventError, match=told) as caught:
        parsed(**event)
    assert "SECRET" not in str(caught.value)
    assert len(str(caught.value)) < 500


# The plan


@pytest.mark.parametrize(
    ("event", "ranges"),
    [({}, None), ({"plan": False}, None), ({"plan": True}, 0), ({"plan": 1}, 1), ({"plan": 100}, 100)],
)
def test_a_plan_is_asked_for_with_as_many_ranges_as_it_takes_or_with_a_number(event: Any, ranges: int | None) -> None:
    assert parsed(**event).ranges == ranges


@pytest.mark.parametrize("plan", [0, -1, 101, 10**30, 1.0, 5.5, "true", "5", None, [], {}, [5], float("nan"), SECRET])
def test_what_is_no_number_of_ranges_is_refused(plan: Any) -> None:
    refused("the scan's 'plan' is .* must be true, or a number of ranges, 1 to 100", plan=plan)


# The parts


def test_of_the_folders_that_parts_leave_each_is_listed_alone_once() -> None:
    request = joined({"alone": ["a/", "a/x/"]}, {}, {"alone": []}, {"alone": None}, {"alone": ["a/b/", "a/"]})
    assert request.turn == Turn(Folder("docs", "a/"), Range("a/"), ("a/", "a/b/", "a/x/"), Phase.ALONE)
    assert request.turn.mine == ["a/", "a/b/", "a/x/"]
    assert not request.turn.is_first


def test_where_parts_leave_nothing_there_is_nothing_to_do() -> None:
    assert joined({"count": 3}).turn.is_over
    assert joined().done == Totals()


def test_what_parts_have_done_is_added_up() -> None:
    before = Totals(1, 1, failures=1, failed={"a/y/": "Late: no"})
    rest = token_of(Turn(Folder("docs", "a/"), Range("a/"), ("a/z/",), Phase.ALONE), Layout(), before)
    first = {"manifest_key": "m", "count": 5, "folders": 2, "ignored": 1, "healed": 4}
    second = {"count": 7, "folders": 3, "ignored": 0, "healed": 0, "failures": 2, "failed": {"a/x/": "Denied: no"}}
    request = joined(first, second, rest=rest)
    assert request.done == Totals(13, 6, 1, 4, 3, 0, {"a/x/": "Denied: no", "a/y/": "Late: no"})
    assert request.turn.alone == ("a/z/",)


def test_keys_that_are_left_come_after_the_parts_and_may_be_planned_again() -> None:
    left = Turn(Folder("docs", "a/"), Range("a/", "a/m/"), ("a/",))
    request = parsed(resume=token_of(left, Layout()), parts=[{"count": 1, "alone": ["a/k/"]}], plan=True)
    assert request.turn == Turn(left.folder, left.range, ("a/", "a/k/"))
    assert request.is_planned


def test_what_is_left_alone_is_not_planned_nor_is_too_much_of_it() -> None:
    assert not parsed(resume=REST, parts=[{"alone": ["a/"]}], plan=True).is_planned
    many = [{"alone": [f"a/{part}/{number:03}/" for number in range(100)]} for part in range(9)]
    left = token_of(Turn(Folder("docs", "a/"), Range("a/", "a/m/")), Layout())
    assert not parsed(resume=left, parts=many, plan=True).is_planned


def test_a_range_that_ended_with_an_error_has_failed_and_nothing_else_of_it_is_known() -> None:
    lost = {"range": {"after": "a/b/", "until": "a/m/"}, "alone": ["a/"], "error": "Lambda.Unknown", "cause": "killed"}
    request = joined({"count": 5}, lost)
    named = {"what comes after 'a/b/', up to 'a/m/'": "Lambda.Unknown: killed"}
    assert request.done == Totals(5, failures=1, unlisted=1, failed=named)
    assert request.turn.alone == ("a/",)


def test_what_turns_before_the_error_had_done_counts_and_what_had_failed_in_them_is_named() -> None:
    done = {"count": 7, "folders": 3, "healed": 2, "failures": 2, "failed": {"a/c/": "Denied: no"}}
    lost = {"range": {"after": "a/d/", "until": "a/m/"}, "left": 70, "done": done, "error": "E", "cause": "c"}
    named = {"a/c/": "Denied: no", "70 folders before, and what comes after 'a/d/', up to 'a/m/'": "E: c"}
    assert joined({"count": 5}, lost).done == Totals(12, 3, 0, 2, 3, 1, named)


def test_the_range_itself_is_named_however_much_had_failed_in_turns_before() -> None:
    failed = Totals(9, failed={f"a/{name}{'x' * 150}/": "y" * 50 for name in "abc"}).told()
    lost = {"range": {"after": "a/" + "z" * 98}, "done": failed, "error": "E", "cause": "c" * 300}
    assert any(name.startswith("what comes after") for name in joined(lost).done.failed)


@pytest.mark.parametrize("own", [{"after": "", "until": "a/m/"}, {"until": "a/m/"}, {"after": None, "until": "a/m/"}])
def test_the_first_range_begins_at_nothing(own: Any) -> None:
    (named,) = joined({"range": own, "error": "E", "cause": "c"}).done.failed
    assert named == "what comes after '', up to 'a/m/'"


@pytest.mark.parametrize("own", [None, [], "a/", 7])
def test_an_error_counts_whatever_it_is_of(own: Any) -> None:
    done = joined({"range": own, "left": own and str(own), "error": None}).done
    assert (done.unlisted, *done.failed) == (1, "what comes after ''")


def test_much_of_what_failed_in_parts_is_named_and_no_more_than_can_be_kept() -> None:
    parts = [
        {"failures": 9, "failed": {f"a/{part:03}{name}{'x' * 150}/": "y" * 150 for name in "abc"}}
        for part in range(100)
    ]
    done = joined(*parts).done
    assert done.failures == 900
    assert 15 * 1024 < len(json.dumps(dict(done.failed))) <= 16 * 1024


@pytest.mark.parametrize("parts", [None, {}, "parts", 7, True, [None], [["a"]], ["x"], [{}, SECRET], SECRET])
def test_parts_are_a_list_of_answers(parts: Any) -> None:
    refused("the scan's 'parts' are .* a list of what ranges answered", resume=REST, parts=parts)


@pytest.mark.parametrize(
    "alone",
    [7, "a/", {"a/": 1}, ["b/"], [""], ["a"], ["a/b"], [None], [["a/"]], ["a/\ud800/"], [SECRET], SECRET],
)
def test_folders_that_are_none_of_the_scan_are_refused(alone: Any) -> None:
    refused(
        "the scan's 'parts' have 'alone' .* folders of s3://docs/a/",
        resume=REST,
        parts=[{"alone": ["a/"]}, {"alone": alone}],
    )


@pytest.mark.parametrize(
    "part",
    [
        {"count": -1},
        {"count": SECRET},
        {"failures": True},
        {"failed": [SECRET]},
        {"error": 1, "done": {"count": SECRET}},
    ],
)
def test_counts_that_are_none_are_refused(part: Any) -> None:
    refused("the scan's totals have .* but must have", resume=REST, parts=[{"count": 1}, part])


@pytest.mark.parametrize("others", [{}, {"after": "a/b"}, {"until": "a/b"}, {"alone": ["a/"]}])
def test_parts_come_with_what_is_left_after_them(others: Any) -> None:
    refused("the scan's 'parts' come with the 'resume' that was answered with their ranges", parts=[], **others)


# The execution


def test_an_execution_is_known_by_its_names_and_by_when_it_began() -> None:
    assert parsed(execution=EXECUTION, plan=True).execution == Execution(*EXECUTION.values())
    assert parsed(execution=EXECUTION, resume=REST, parts=[]).execution
    assert parsed().execution is None
    whole = Turn(Folder("docs", "a/"), Range("a/", "a/m"), ("a/",))
    assert Request.parse({"execution": EXECUTION, "resume": token_of(whole, Layout())}, SETTINGS).execution


@pytest.mark.parametrize(
    "told", [None, "arn", 7, [], {}, {**EXECUTION, "more": 1}, {"id": "1", "machine": "2"}, list(EXECUTION), SECRET]
)
def test_what_is_no_execution_is_refused(told: Any) -> None:
    refused("the scan's 'execution' is .* must have 'id', 'machine' and 'began'", execution=told)


@pytest.mark.parametrize("began", [None, 7, "", "now", "2026-04-02", "2026-04-02T08:00:00", ["2026"], SECRET])
def test_nor_does_one_begin_at_what_is_no_moment(began: Any) -> None:
    refused("the scan's 'execution' began at .* which is no time", execution={**EXECUTION, "began": began})


@pytest.mark.parametrize("others", [{"after": "a/b"}, {"until": "a/b"}, {"alone": ["a/"]}, {"alone": []}])
def test_an_execution_is_of_all_of_a_prefix(others: Any) -> None:
    refused("an execution scans all of a prefix: leave out 'after'", execution=EXECUTION, **others)


@pytest.mark.parametrize("own", [Range("a/", until="a/m"), Range("a/", "a/b")])
def test_nor_does_it_go_on_with_a_range(own: Range) -> None:
    held = token_of(Turn.first(Folder("docs", "a/"), own), Layout())
    refused("an execution scans all of a prefix", execution=EXECUTION, resume=held)


@pytest.mark.parametrize(
    "rest",
    [
        Turn(Folder("docs", "a/"), Range("a/"), phase=Phase.ALONE),
        Turn(Folder("docs", "a/"), Range("a/", "a/m/")),
        Turn(Folder("docs", "a/"), Range("a/", "a/m/"), ("a/",)),
    ],
    ids=["all weighed", "weighed in part", "after a turn"],
)
def test_what_comes_after_a_plan_is_no_scan_without_the_answers_of_its_ranges(rest: Turn) -> None:
    told = token_of(rest, Layout(), after_ranges=True)
    with pytest.raises(ResumeError, match="scan its 'ranges', and send their answers as 'parts'"):
        parsed(resume=told)
    assert (parsed(resume=told, parts=[]).turn, parsed(resume=told, parts=[]).after_ranges) == (rest, True)
    assert not parsed(resume=token_of(rest, Layout())).after_ranges


@pytest.mark.parametrize("told", [None, 1, "true", [], SECRET])
@pytest.mark.parametrize("beside", [{}, {"parts": []}])
def test_whether_it_does_is_true_or_false(told: Any, beside: Any) -> None:
    with pytest.raises(ResumeError, match=r"'resume' has ranges .* true or false") as caught:
        parsed(resume=REST | {"ranges": told}, **beside)
    assert "SECRET" not in str(caught.value)

"""What a scan that goes on can be asked for: what an answer held, as it was, and nothing beside it."""

import json
from typing import Any

import pytest

from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.documents import Folder, Layout
from shared.domain.errors import EventError, ResumeError
from shared.domain.ranges import Range
from shared.scan.resume import token_of
from shared.scan.totals import Totals
from shared.scan.turn import Phase, Turn

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": "2026/"})
TURN = Turn(Folder("docs", "2026/"), Range("2026/", "2026/b/x.pdf", "2026/m"), ("2026/", "2026/b/"), begin="2026/a")
SECRET = "https://b/k?X-Amz-Signature=SECRET"


def token(**changed: Any) -> dict[str, Any]:
    """As it comes back, through JSON."""
    held: dict[str, Any] = json.loads(json.dumps(token_of(TURN, Layout())))
    return held | changed


@pytest.mark.parametrize("beside", [{}, {"prefix": "2026"}, {"bucket": "docs", "prefix": "2026/"}])
def test_a_scan_goes_on_where_it_stopped(beside: dict[str, Any]) -> None:
    request = Request.parse({"resume": token(), "resumable": True, "links": False, **beside}, SETTINGS)
    assert request == Request(TURN, links=False, resumable=True)


def test_what_was_done_before_comes_back_with_it() -> None:
    done = Totals(documents=7, folders=3, ignored=2, healed=1, failures=2, unlisted=1, failed={"2026/a/": "Denied: no"})
    held = json.loads(json.dumps(token_of(TURN, Layout(), done)))
    assert Request.parse({"resume": held}, SETTINGS).done == done


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_comes_back_as_it_was(phase: Phase) -> None:
    turn = Turn(Folder("docs", ""), Range(""), ("a/",), phase)
    assert Request.parse({"resume": token_of(turn, Layout())}, SETTINGS).turn == turn


@pytest.mark.parametrize(
    "value",
    [None, {}, [], "resume", 7, True, [token()], json.dumps(token()), {**token(), "more": 1}]
    + [{name: value for name, value in token().items() if name != missing} for missing in token()],
)
def test_what_no_answer_held_is_refused_with_the_fields_it_must_have(value: Any) -> None:
    with pytest.raises(ResumeError, match="the object an answer held, as it was, with the fields 'version', 'bucket'"):
        Request.parse({"resume": value}, SETTINGS)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("version", 1, "begin the scan again"),
        ("version", True, "begin the scan again"),
        ("version", 2, "begin the scan again"),
        ("version", "3", "begin the scan again"),
        ("version", None, "begin the scan again"),
        ("bucket", "", "a bucket's name"),
        ("bucket", "a/b", "a bucket's name"),
        ("bucket", 7, "a bucket's name"),
        ("prefix", None, "a folder"),
        ("prefix", "2026", "a folder"),
        ("prefix", "\ud800/", "a folder"),
        ("after", "", "'after' is empty"),
        ("after", 7, "must be text"),
        ("after", False, "must be text"),
        ("after", "2025/", "not below its prefix"),
        ("after", "2026/m", "does not come before"),
        ("after", "2026/\ud800", "no UTF-8 text"),
        ("until", "2026/a", "does not come before"),
        ("until", "2027/", "not below its prefix"),
        ("until", [], "must be text"),
        ("alone", None, "a list of folders"),
        ("alone", "2026/", "a list of folders"),
        ("alone", {"2026/": 1}, "a list of folders"),
        ("alone", ["2026/", "2025/"], "folders below '2026/'"),
        ("alone", ["2026/a"], "folders below '2026/'"),
        ("alone", [["2026/"]], "folders below '2026/'"),
        ("alone", [f"2026/{'x' * 999}/"], "folders below '2026/'"),
        ("phase", None, "one of listing, alone, singly"),
        ("phase", "done", "one of listing, alone, singly"),
        ("phase", ["listing"], "one of listing, alone, singly"),
        ("begin", "2026/c", "a key that is not past 'after'"),
        ("begin", "2025/", "not below its prefix"),
        ("begin", 7, "must be text"),
        ("begin", "2026/\ud800", "no UTF-8 text"),
        ("done", None, "what an answer told"),
        ("done", {"count": -1}, "whole numbers"),
        ("done", {"count": True}, "whole numbers"),
        ("done", {"failed": []}, "reasons by name"),
        ("done", {"failed": {"a/": 7}}, "reasons by name"),
        ("layout", None, "begin the scan again"),
        ("layout", {}, "begin the scan again"),
        ("layout", [Layout()], "begin the scan again"),
    ],
)
def test_a_field_that_is_not_as_it_was_is_named_with_what_it_must_be(name: str, value: Any, told: str) -> None:
    with pytest.raises(ResumeError, match="the scan's 'resume'") as caught:
        Request.parse({"resume": token(**{name: value})}, SETTINGS)
    assert name in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["bucket", "prefix", "begin", "after", "until", "alone", "phase", "version", "layout"])
@pytest.mark.parametrize("wrap", [str, lambda text: [text], lambda text: {text: text}])
def test_a_link_in_it_is_quoted_without_what_makes_it_work(name: str, wrap: Any) -> None:
    with pytest.raises(ResumeError) as caught:
        Request.parse({"resume": token(**{name: wrap(SECRET)})}, SETTINGS)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("done", [SECRET, [SECRET], {"count": SECRET}, {"failed": [SECRET]}])
def test_nor_is_one_in_what_was_done(done: Any) -> None:
    with pytest.raises(ResumeError, match="'resume' has done that cannot be") as caught:
        Request.parse({"resume": token(done=done)}, SETTINGS)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    "layout", [Layout("links/"), Layout(manifest_bucket="manifests"), Layout(prefix_depth=1), Layout("")]
)
def test_manifests_that_are_laid_out_otherwise_are_begun_anew(layout: Layout) -> None:
    with pytest.raises(ResumeError, match=r"layout .*MANIFEST_PREFIX.* begin the scan again, without 'resume'"):
        Request.parse({"resume": token_of(TURN, layout)}, SETTINGS)


@pytest.mark.parametrize("beside", [{"after": "2026/c"}, {"until": None}, {"alone": []}])
def test_it_says_itself_where_to_go_on(beside: dict[str, Any]) -> None:
    with pytest.raises(ResumeError, match=f"leave out {next(iter(beside))}"):
        Request.parse({"resume": token(), **beside}, SETTINGS)


@pytest.mark.parametrize("beside", [{"prefix": ""}, {"prefix": "2026/b/"}, {"bucket": "other", "prefix": "2026/"}])
def test_it_says_itself_of_what(beside: dict[str, Any]) -> None:
    with pytest.raises(ResumeError, match="is of s3://docs/2026/, and not of its 'bucket' and 'prefix'"):
        Request.parse({"resume": token(), **beside}, SETTINGS)


def test_where_manifests_lie_is_nothing_to_go_on_with() -> None:
    held = token(prefix="manifests/", begin=None, after=None, until=None, alone=[])
    with pytest.raises(EventError, match="where manifests lie"):
        Request.parse({"resume": held}, SETTINGS)

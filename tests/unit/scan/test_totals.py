"""What turns and ranges have done, added up: numbers as they are, and of what failed as much as an answer can name."""

import json
from typing import Any

import pytest

from shared.domain.documents import Folder, Layout
from shared.domain.errors import AccessDeniedError, EventError
from shared.scan.rebuild import Rebuilt
from shared.scan.report import Outcomes, Report
from shared.scan.totals import FEW, Totals, shortened

SECRET = "https://b/k?X-Amz-Signature=SECRET"
ONE = Totals(5, 2, 1, 3, 1, 0, {"a/": "Denied: no"})
OTHER = Totals(7, 1, 0, 1, 2, 1, {"b/": "Late: no time"})
STRANGE = pytest.mark.parametrize(
    "text",
    ["x" * 5_000, "é" * 5_000, "\U0001f9fe" * 5_000, '"\\' * 5_000, "\x00" * 5_000, "x" * 264],
    ids=["ascii", "accents", "astral", "escaped", "control", "little too long"],
)


def report(failed: dict[str, str]) -> Report:
    told = Report(failures=len(failed), ignored=4)
    for name, why in failed.items():
        told.keep(name, AccessDeniedError(why))
    outcomes, folder = Outcomes(), Folder("docs", "z/")
    outcomes.note("z/", Rebuilt(folder, Layout().manifest_of(folder), 9, 6, 2, 9, None, healed=3))
    told.add(outcomes)
    return told


def test_they_are_added_up_and_all_that_failed_is_named() -> None:
    assert Totals.sum([ONE, OTHER]) == Totals(12, 3, 1, 4, 3, 1, {"a/": "Denied: no", "b/": "Late: no time"})
    assert Totals.sum([]) == Totals()


def test_a_reports_are_its_counts_and_its_failures_with_their_reasons() -> None:
    assert Totals.of(report({"a/": "denied"})) == Totals(9, 1, 4, 3, 1, 0, {"a/": "AccessDeniedError: denied"})


def test_through_an_answer_they_come_back_as_they_were() -> None:
    for each in (Totals(), ONE, OTHER):
        assert Totals.read(json.loads(json.dumps(each.told()))) == each


def test_an_answer_speaks_of_failures_only_where_there_are_any() -> None:
    assert Totals(5).told() == {"count": 5, "folders": 0, "ignored": 0, "healed": 0}
    assert OTHER.told().keys() == {"count", "folders", "ignored", "healed", "failures", "unlisted", "failed"}


@pytest.mark.parametrize("told", [None, [], "count", 7, [ONE.told()]])
def test_what_is_no_answer_is_refused(told: Any) -> None:
    with pytest.raises(EventError, match=r"the scan's totals are .* as it was"):
        Totals.read(told)


@pytest.mark.parametrize("name", ["count", "folders", "ignored", "healed", "failures", "unlisted"])
@pytest.mark.parametrize("value", [-1, True, None, 1.0, "1", [1], float("nan"), SECRET])
def test_a_number_that_is_none_is_refused(name: str, value: Any) -> None:
    with pytest.raises(EventError, match="whole numbers") as caught:
        Totals.read({name: value})
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("failed", [None, [], "a/", 7, {"a/": 7}, {"a/": None}, [SECRET]])
def test_failures_are_reasons_by_name(failed: Any) -> None:
    with pytest.raises(EventError, match=r"'failed' .* reasons by name") as caught:
        Totals.read({"failed": failed})
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("room", [FEW, 2_000, 16 * 1024])
@STRANGE
def test_of_failures_as_many_are_named_as_there_is_room_for_and_at_least_one(text: str, room: int) -> None:
    told = Totals.of(report({f"{number:04}{text}/": text for number in range(500)}), room)
    assert told.failures == 500
    assert 0 < len(json.dumps(dict(told.failed))) <= room
    assert len(told.failed) >= room // 420
    assert min(told.failed).startswith("0000")


def test_of_many_parts_those_are_named_that_come_first() -> None:
    parts = [Totals(failures=1, failed={f"{number:03}/": "Denied: no"}) for number in reversed(range(100))]
    told = Totals.sum(parts)
    assert told.failures == 100
    assert list(told.failed) == [f"{number:03}/" for number in range(len(told.failed))]
    assert len(told.failed) > 10


def test_a_range_that_ended_with_an_error_is_a_failure_of_which_nothing_is_known() -> None:
    told = Totals.of_unlisted("a/", "m/", "Lambda.Unknown: no")
    assert told == Totals(failures=1, unlisted=1, failed={"what comes after 'a/', up to 'm/'": "Lambda.Unknown: no"})
    assert list(Totals.of_unlisted("m/", "", "no").failed) == ["what comes after 'm/'"]
    assert list(Totals.of_unlisted("m/", "", "no", 7).failed) == ["7 folders before, and what comes after 'm/'"]


@STRANGE
def test_however_long_its_ends_are_it_is_named_in_little(text: str) -> None:
    told = Totals.of_unlisted(text, text, text)
    assert 0 < len(json.dumps(dict(told.failed))) <= FEW


@STRANGE
def test_what_is_shortened_has_its_room_and_its_beginning_and_is_shortened_once(text: str) -> None:
    short = shortened(text)
    assert 100 < len(json.dumps(short)) <= 200
    assert short.endswith("…")
    assert text.startswith(short[:-1])
    assert shortened(short) == short


@pytest.mark.parametrize("text", ["", "a/", "x" * 198, "é" * 33], ids=len)
def test_what_is_short_stays_as_it_is(text: str) -> None:
    assert shortened(text) == text

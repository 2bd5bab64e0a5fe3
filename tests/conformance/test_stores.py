"""What docs/stores.md says of stores is what is found on them."""

import os
from collections.abc import Sequence

import pytest

from local.laptop.check_store.findings import Finding, Outcome, Subject, verdict
from local.laptop.check_store.table import table
from local.laptop.minio import MinioMissingError
from tests.chaos.race import tell
from tests.conformance.readme import PAGE, row, rows, written
from tests.conformance.stores import STORES, Candidate
from tests.versitygw import VersitygwMissingError

RACE = Finding(Subject.RACES, "PutObject, 24 at once, If-Match", Outcome.WRONG, "one winner in 3 of 6 rounds")
KEY = Finding(Subject.KEYS, "a double slash: a//b.pdf", Outcome.LIMIT, "not taken")


def examined(store: Candidate) -> Sequence[Finding]:
    """Skipped where this machine cannot have it; in CI that is an error."""
    try:
        return store.examined()
    except (MinioMissingError, VersitygwMissingError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.mark.campaign
@pytest.mark.timeout(900)  # some are built first
@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name.replace(" ", "-"))
def test_a_store_is_what_is_said_of_it(store: Candidate) -> None:
    findings = examined(store)

    told = [f"{one.outcome}: {one.tried}: {one.answered}" for one in findings if one.outcome is not Outcome.OK]
    tell("\n  ".join([f"{store.name}: {verdict(findings).value}", *told]))
    assert verdict(findings) is store.expected
    assert row(store.name, findings, store.by_chance) in rows(PAGE.read_text()), (
        "`make conformance` writes what is found"
    )


def test_the_page_speaks_of_these_stores_and_no_others() -> None:
    names = [line.split(" | ")[0].removeprefix("| ") for line in rows(PAGE.read_text())]

    assert names == [store.name for store in STORES]


def test_a_row_names_what_fails_and_what_is_a_limit() -> None:
    assert row("a store", [RACE, KEY]) == ("| a store | **no** | PutObject, 24 at once | a double slash (`a//b.pdf`) |")


def test_a_row_is_the_same_whichever_round_was_lost() -> None:
    both = Finding(Subject.RACES, "PutObject, 24 at once, If-None-Match: *", Outcome.WRONG, "one winner in 1 of 6")

    assert row("a store", [RACE]) == row("a store", [RACE, both])


def test_a_row_names_what_fails_by_chance_whether_it_did_or_not() -> None:
    held = Finding(Subject.RACES, "PutObject, 24 at once, If-Match", Outcome.OK, "one winner in 6 of 6 rounds")
    one = "PutObject, 24 at once"

    assert f"{one} (now and then)" in row("a store", [RACE], [one])
    assert row("a store", [held, KEY], [one]).split(" | ")[2] == f"{one} (now and then)"


def test_what_is_written_is_found_again_and_the_rest_of_the_page_stays() -> None:
    text = PAGE.read_text()
    anew = written(text, [row("a store", [KEY])])

    assert rows(anew) == [row("a store", [KEY])]
    assert (anew.splitlines()[:6], anew.splitlines()[-10:]) == (text.splitlines()[:6], text.splitlines()[-10:])
    assert len(table([RACE, KEY]).rows) == 2

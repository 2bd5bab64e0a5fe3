"""The project's own publish, rebuild and scan, in some thousand of the orders things can happen in."""

import pytest

from tests.model.campaign import Tally, first_wrong, played
from tests.model.interleaving import play
from tests.model.mutations import MUTATIONS, REDUNDANT, Mutation

_INTERLEAVINGS = 2_000  # `make model` plays 100,000
_MUTANTS = 12_000


def _name(mutation: Mutation) -> str:
    return mutation.name


def _told(tally: Tally) -> list[str]:
    """How to see what went wrong."""
    return [f"python -m tests.model --replay {found.seed}  # {found.verdict}" for found in tally.wrong[:5]]


together = pytest.mark.xdist_group("interleavings")  # in one process, so that they are played once


@pytest.fixture(scope="module")
def tally() -> Tally:
    return played(range(_INTERLEAVINGS))


@together
def test_no_interleaving_loses_an_update_or_leaves_something_behind(tally: Tally) -> None:
    assert not _told(tally)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("first", range(_INTERLEAVINGS, 50_000, 6_000))  # in parts, so that no process ends alone
def test_nor_do_fifty_thousand(first: int) -> None:
    assert not _told(played(range(first, first + 6_000)))


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("first", range(50_000, 100_000, 25_000))
def test_nor_do_a_hundred_thousand(first: int) -> None:
    assert not _told(played(range(first, first + 25_000)))


@together
def test_the_interleavings_go_where_it_is_dangerous(tally: Tally) -> None:
    """Large and small manifests, faults, and invocations that fail: a model that meets none proves nothing."""
    assert tally.commits > 5 * _INTERLEAVINGS
    assert tally.commits / 10 < tally.large_commits < tally.commits / 2
    assert tally.faults > _INTERLEAVINGS / 2
    assert {"OutOfTimeError", "StoreUnavailableError", "AccessDeniedError"} <= tally.errors.keys()


def test_a_seed_always_plays_the_same_history() -> None:
    one, other = play(7, traced=True), play(7, traced=True)
    assert one.trace
    assert one == other


_LATE = {"trust any start": 7500, "refused at last": 5000, "survey late": 3000}
"""Those before need not be played to know that they show nothing: docs/mutations.md tells the first that does."""


@pytest.mark.parametrize("mutation", MUTATIONS, ids=_name)
def test_a_rule_taken_out_is_seen(mutation: Mutation) -> None:
    with mutation.applied():
        histories = range(_LATE.get(mutation.name, 0), _MUTANTS)
        assert first_wrong(histories, mutation.fixed, mutation.kind), mutation.rule


@pytest.mark.parametrize("mutation", REDUNDANT, ids=_name)
def test_what_other_rules_cover_anyway_is_not_seen(mutation: Mutation) -> None:
    """Should one of these be seen one day, it is a rule of its own by then."""
    with mutation.applied():
        assert not first_wrong(range(500), mutation.fixed, mutation.kind)

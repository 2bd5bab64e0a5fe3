"""What a commit changes: the lines of an update, the lines a rebuild keeps, and what is counted."""

import pytest

from shared.domain.archive import Access
from shared.domain.manifest import Document, Line
from shared.domain.merge import Tally, newer, observed, resigned, tally, updated, with_own_line
from tests.world import World

SIGNING = World().signing
HERE = Document("a/1.pdf", 5, "e", "2026-04-02T08:00:00Z")
KNOWN = observed({HERE.key: HERE}, 3, SIGNING)[0]


def test_what_is_there_gets_a_line_with_all_its_fields() -> None:
    assert Line("a/1.pdf", SIGNING.link("a/1.pdf"), 5, "e", HERE.last_modified, SIGNING.expires_at, 3) == KNOWN


def test_what_is_gone_gets_a_deleted_line() -> None:
    assert observed({"a/1.pdf": None}, 4, SIGNING) == [Line.gone("a/1.pdf", 4)]


def test_untouched_lines_keep_their_place_and_touched_ones_follow() -> None:
    lines = {key: Line.gone(key, 1) for key in ("x", "a/1.pdf", "y")}
    new, _ = updated(lines, {"a/1.pdf": HERE}, 2, SIGNING)
    assert [line.key for line in new] == ["x", "y", "a/1.pdf"]


def test_the_marker_does_not_outlive_an_update() -> None:
    new, _ = updated({"": Line.gone("", 1)}, {"a/1.pdf": None}, 2, SIGNING)
    assert new == [Line.gone("a/1.pdf", 2)]


@pytest.mark.parametrize(
    ("before", "seen", "counted"),
    [
        (None, HERE, Tally(added=1)),
        (KNOWN, HERE, Tally(unchanged=1)),
        (KNOWN, HERE._replace(etag="other"), Tally(added=1)),
        (KNOWN, HERE._replace(last_modified="2026-04-03T08:00:00Z"), Tally(added=1)),
        (KNOWN, HERE._replace(access=Access(archived=True)), Tally(added=1)),
        (Line.gone(HERE.key, 1), HERE, Tally(added=1)),
        (Line(HERE.key, "https://old"), HERE, Tally(added=1)),
        (None, None, Tally(unchanged=1)),
        (KNOWN, None, Tally(removed=1)),
        (Line.gone(HERE.key, 1), None, Tally(unchanged=1)),
    ],
)
def test_what_an_update_did_is_counted_against_the_line_before(
    before: Line | None, seen: Document | None, counted: Tally
) -> None:
    assert tally({HERE.key: before} if before else {}, {HERE.key: seen}) == counted


def test_where_no_lines_were_read_everything_counts_as_changed() -> None:
    assert tally(None, {"a": HERE, "b": None}) == Tally(added=1, removed=1)


def test_tallies_add_up() -> None:
    assert Tally(1, 2, 3) + Tally(10, 20, 30) == Tally(11, 22, 33)


def test_a_rebuild_keeps_what_is_newer_deleted_lines_too() -> None:
    lines = [Line("old", revision=3), Line("new", revision=4), Line.gone("gone", 5)]
    assert newer(lines, 3) == {"new": lines[1], "gone": lines[2]}


def test_links_are_signed_anew_and_revisions_stay() -> None:
    old = KNOWN.signed("https://old", "2020-01-01T00:00:00Z")
    assert list(resigned([old, Line.gone("g", 2)], SIGNING)) == [KNOWN, Line.gone("g", 2)]


def test_a_commit_without_a_line_of_its_own_revision_gets_the_marker() -> None:
    lines = [Line("a", revision=4)]
    assert with_own_line(lines, 4) == lines
    assert with_own_line(lines, 5) == [*lines, Line.gone("", 5)]
    assert with_own_line(lines, 5, others=[5]) == lines
    assert with_own_line([], 1) == [Line.gone("", 1)]

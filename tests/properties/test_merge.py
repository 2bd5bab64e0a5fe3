"""Laws of merging: what an update and a rebuild make of lines, whatever they are."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.archive import AT_ONCE, Access
from shared.domain.instant import earliest
from shared.domain.manifest import Document, Line, encode, read_lines
from shared.domain.merge import newer, observed, resigned, updated, with_own_line
from tests.world import World

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None)
SIGNING = World().signing

keys = st.sampled_from(["a/1.pdf", "a/2.pdf", "a/é.pdf", "a/4.pdf"])
accesses = st.sampled_from([AT_ONCE, Access(archived=True), Access(restored_until="2026-04-02T08:10:00Z")])
documents = st.builds(
    Document, st.just(""), st.integers(0, 3), st.sampled_from("xy"), st.just("2026-04-02T08:00:00Z"), accesses
)
looks = st.dictionaries(keys, st.none() | documents, min_size=1).map(
    lambda seen: {key: found._replace(key=key) if found else None for key, found in seen.items()}
)
revisions = st.integers(1, 9)
present = st.builds(
    lambda key, document, revision: Line.of(
        document._replace(key=key), "https://old", "2020-01-01T00:00:00Z", revision
    ),
    keys,
    documents,
    revisions,
)
manifests = st.lists(present | st.builds(Line.gone, keys | st.just(""), revisions)).map(
    lambda lines: {line.key: line for line in lines}
)

View = dict[str, tuple[int | None, str | None, str | None, Access]]
Looks = dict[str, Document | None]


def view(lines: list[Line]) -> View:
    latest = read_lines(encode(lines)).values()
    return {line.key: (line.size, line.etag, line.last_modified, line.access) for line in latest if not line.deleted}


def shown(seen: Looks) -> View:
    return {key: (found.size, found.etag, found.last_modified, found.access) for key, found in seen.items() if found}


@many
@given(manifests, looks)
def test_after_an_update_what_was_looked_at_is_as_seen_and_the_rest_as_before(
    lines: dict[str, Line], seen: Looks
) -> None:
    new, _ = updated(lines, seen, 10, SIGNING)
    before = {key: value for key, value in view(list(lines.values())).items() if key not in seen}
    assert view(new) == before | shown(seen)


@many
@given(manifests, looks)
def test_a_small_update_writes_one_line_a_key_and_stamps_only_what_it_looked_at(
    lines: dict[str, Line], seen: Looks
) -> None:
    new, _ = updated(lines, seen, 10, SIGNING)
    assert [line.key for line in new] == [key for key in lines if key and key not in seen] + list(seen)
    assert {line.key for line in new if line.revision == 10} == set(seen)


@many
@given(manifests, looks)
def test_the_same_look_twice_changes_the_view_once(lines: dict[str, Line], seen: Looks) -> None:
    once, _ = updated(lines, seen, 10, SIGNING)
    twice, changes = updated({line.key: line for line in once}, seen, 11, SIGNING)
    assert view(twice) == view(once)
    assert (changes.added, changes.removed, changes.unchanged) == (0, 0, len(seen))


@many
@given(manifests, looks, looks)
def test_looks_at_different_keys_can_come_in_any_order(lines: dict[str, Line], one: Looks, other: Looks) -> None:
    other = {key: found for key, found in other.items() if key not in one}

    def after(first: Looks, second: Looks) -> View:
        new, _ = updated(lines, first, 10, SIGNING)
        return view(updated({line.key: line for line in new}, second, 11, SIGNING)[0])

    assert after(one, other) == after(other, one)


@many
@given(manifests, looks)
def test_rewritten_whole_or_appended_to_the_view_is_the_same(lines: dict[str, Line], seen: Looks) -> None:
    whole, _ = updated(lines, seen, 10, SIGNING)
    appended = [*lines.values(), *observed(seen, 10, SIGNING)]
    assert view(whole) == view(appended)


@many
@given(manifests, looks)
def test_an_update_leaves_no_dead_link_and_counts_every_look(lines: dict[str, Line], seen: Looks) -> None:
    new, changes = updated(lines, seen, 10, SIGNING)
    assert all(line.shown != line.access.archived for line in new if not line.deleted)
    assert all(
        line.expires_at == earliest(SIGNING.expires_at, line.access.restored_until) for line in new if line.shown
    )
    assert changes.added + changes.removed + changes.unchanged == len(seen)
    before, now = view(list(lines.values())), view(new)
    assert changes.removed == len(before.keys() - now.keys())
    assert changes.added == sum(before.get(key) != value for key, value in now.items())


@many
@given(manifests, revisions)
def test_newer_lines_and_older_ones_are_all_there_are(lines: dict[str, Line], revision: int) -> None:
    kept = newer(lines.values(), revision)
    assert all(line.revision > revision for line in kept.values())
    assert all(line.revision <= revision for key, line in lines.items() if key not in kept)


@many
@given(manifests)
def test_signing_anew_changes_links_alone(lines: dict[str, Line]) -> None:
    before = list(lines.values())
    after = list(resigned(before, SIGNING))
    assert view(after) == view(before)
    assert [line.revision for line in after] == [line.revision for line in before]


@many
@given(manifests, revisions)
def test_every_commit_has_a_line_of_its_own(lines: dict[str, Line], revision: int) -> None:
    new = with_own_line(list(lines.values()), revision)
    assert any(line.revision == revision for line in new)
    assert view(new) == view(list(lines.values()))

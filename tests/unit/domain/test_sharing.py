"""What a share is, and what none is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.documents import Layout
from shared.domain.errors import ShareDamagedError, ShareError
from shared.domain.sharing import Share, digest, ending, is_id, new_id, require_label, require_whole

NOW = datetime(2026, 4, 2, 8, 11, 43, 500_000, tzinfo=UTC)
SHARE = Share("docs", "a/", "April", "2026-04-02T08:11:43Z", "2026-07-01T08:11:43Z")


@given(
    prefix=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    label=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=200),
    ends=st.none() | st.dates(date(2026, 1, 1)).map("{}T23:59:59Z".format),
)
def test_a_record_says_what_the_share_was(prefix: str, label: str, ends: str | None) -> None:
    share = Share("docs", f"{prefix}/", label, "2026-04-02T08:11:43Z", ends)
    assert Share.parse(share.encode()) == share


@given(st.binary(max_size=200))
def test_whatever_else_is_no_record(record: bytes) -> None:
    with pytest.raises(ShareDamagedError):
        Share.parse(record)


def test_a_record_that_changed_in_one_field_is_none_where_that_cannot_be() -> None:
    record = SHARE.encode()
    for before, after in [
        (b'"schema": 1', b'"schema": 2'), (b'"schema": 1', b'"schema": "1"'), (b'"schema": 1', b'"schema": 1.0'),
        (b'"docs"', b"null"), (b'"a/"', b'"a"'), (b'"a/"', b'"\\ud800/"'), (b'"a/"', b"7"), (b'"April"', b'"\\u202e"'),
        (b'"April"', b'"\\n"'), (b"43Z", b"43+00:00"), (b'"ends"', b'"end"'), (b"2026-07-01T", b"2026-13-01T"),
        (b'"a/"', b'"' + b"a" * 1024 + b'/"'),
    ]:  # fmt: skip
        assert before in record
        with pytest.raises(ShareDamagedError):
            Share.parse(record.replace(before, after, 1))


def test_an_id_is_128_random_bits_in_one_spelling() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(is_id(each) and len(each) == 26 for each in ids)
    assert {each[-1] for each in ids} == set("aeimquy4")
    assert digest("aaaa") == "61be55a8e2f6b4e172338bddf184d6dbee29c98853e0a0485ecee7f27b9af0b4"


@pytest.mark.parametrize(
    "text", ["", "a" * 25, "a" * 27, "A" * 26, "a" * 25 + "b", "a" * 25 + "1", "a" * 25 + "\n", "a" * 26 + "\n"]
)
def test_nothing_else_is_one(text: str) -> None:
    assert not is_id(text)


def test_it_is_open_until_it_ends() -> None:
    ends = datetime.fromisoformat("2026-07-01T08:11:43Z")
    assert SHARE.is_open(ends - timedelta(seconds=1))
    assert not SHARE.is_open(ends)
    assert Share("docs", "", "", "2026-04-02T08:11:43Z", None).is_open(datetime(9999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "ends"),
    [("", "2026-07-01T08:11:43Z"), ("1", "2026-04-03T08:11:43Z"), ("36500", "2126-03-09T08:11:43Z"), ("forever", None)],
)
def test_90_days_where_nothing_is_said_and_for_ever_only_by_name(days: str, ends: str | None) -> None:
    assert ending(days, NOW) == ends


@pytest.mark.parametrize(
    "days", ["0", "-1", "36501", "1.5", "90d", "Forever", "never", "٣", "1e3", " 1", "999999999999"]
)
def test_days_that_are_none_are_refused(days: str) -> None:
    with pytest.raises(ShareError, match="must be a whole number from 1 to 36500, or 'forever'"):
        ending(days, NOW)


def test_an_end_in_the_past_says_so() -> None:
    with pytest.raises(ShareError, match="would have ended already"):
        ending("-3", NOW)


@pytest.mark.parametrize(
    "label", ["a\nb", "\x00", "\x85", "\u202e", "\u2066x", "\u200f", "\u061c", "\u2028", "\ud800", "x" * 201]
)
def test_labels_that_could_look_like_something_else_are_refused(label: str) -> None:
    with pytest.raises(ShareError):
        require_label(label)


def test_other_labels_are_a_persons_own() -> None:
    for label in ("", "Übersicht: März & <b>", "x" * 200, "日本語", "👩‍👩‍👧"):
        assert require_label(label) == label


@pytest.mark.parametrize(
    ("prefix", "why"),
    [
        ("a", "does not end with '/'. Is 'a/' meant"),
        ("manifests/", "is where manifests lie"),
        ("manifests/a/", "is where manifests lie"),
        (".staging/", "is where manifests lie"),
        ("a/b/c/", "is within a manifest, that of 'a/b/'"),
        ("x" * 1024 + "/", "is longer than a key may be"),
        ("\ud800/", "is no text"),
    ],
)
def test_a_prefix_that_is_not_exactly_a_manifests_or_above_some_is_refused(prefix: str, why: str) -> None:
    with pytest.raises(ShareError, match=why.replace("?", r"\?")):
        require_whole(Layout(prefix_depth=2), "docs", prefix)


def test_one_that_is_may_be_shared() -> None:
    for prefix in ("", "a/", "a/b/", "/"):
        require_whole(Layout(prefix_depth=2), "docs", prefix)


def test_a_share_shows_documents_below_its_prefix_alone() -> None:
    layout = Layout()
    assert SHARE.shows(layout, "a/q1.pdf")
    assert SHARE.shows(layout, "a/b/q1.PDF")
    for key in ("a.pdf", "ab/q1.pdf", "b/a/q1.pdf", "a/q1.txt", "", "a/", "/a/q1.pdf"):
        assert not SHARE.shows(layout, key)
    everything = Share("docs", "", "", "2026-04-02T08:11:43Z", None)
    assert not everything.shows(layout, "manifests/q1.pdf")
    assert not SHARE.shows(Layout("a/"), "a/q1.pdf")
    assert not Share("docs", "a/b/", "", "", None).shows(Layout(prefix_depth=1), "a/b/q1.pdf")

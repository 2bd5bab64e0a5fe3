"""Lines and metadata as consumers read them, and what is refused."""

import json

import pytest

from shared.domain.archive import Access
from shared.domain.errors import ManifestDamagedError, SchemaTooNewError
from shared.domain.head import Head
from shared.domain.instant import earliest
from shared.domain.manifest import Document, Line, documents, encode, first_expiry, marker, read_lines, seal, unsealed

DOCUMENT = Document("2026/04/acme/q1.pdf", 48213, "9b2c", "2026-04-02T08:11:43Z")
LINE = Line(DOCUMENT.key, "https://u", 48213, "9b2c", DOCUMENT.last_modified, "2026-04-02T08:26:50Z", 17)
HEAD = Head(17, 12, "c0ffee", 5, 4, "2026-04-02T08:26:50Z", versioned=True)


def test_a_line_has_its_fields_in_the_documented_order() -> None:
    assert LINE.encode() == (
        b'{"key": "2026/04/acme/q1.pdf", "url": "https://u", "size": 48213, "etag": "9b2c", '
        b'"last_modified": "2026-04-02T08:11:43Z", "expires_at": "2026-04-02T08:26:50Z", "revision": 17}\n'
    )


def test_an_archived_line_has_no_link_and_a_restored_one_ends_with_its_copy() -> None:
    archived = DOCUMENT._replace(access=Access(archived=True))
    assert Line.of(archived, "https://u", "2026-04-02T08:26:50Z", 17).encode() == (
        b'{"key": "2026/04/acme/q1.pdf", "size": 48213, "etag": "9b2c", '
        b'"last_modified": "2026-04-02T08:11:43Z", "archived": true, "revision": 17}\n'
    )
    restored = DOCUMENT._replace(access=Access(restored_until="2026-04-02T08:20:00Z"))
    assert Line.of(restored, "https://u", "2026-04-02T08:26:50Z", 17).encode() == (
        b'{"key": "2026/04/acme/q1.pdf", "url": "https://u", "size": 48213, "etag": "9b2c", "last_modified": '
        b'"2026-04-02T08:11:43Z", "expires_at": "2026-04-02T08:20:00Z", "restored_until": "2026-04-02T08:20:00Z", '
        b'"revision": 17}\n'
    )


def test_a_line_with_a_link_is_no_archived_one_whoever_says_so() -> None:
    body = (
        b'{"key": "a", "url": "u", "archived": true}\n{"key": "b", "archived": "yes"}\n{"key": "c", "archived": true}'
    )
    lines = read_lines(body)
    assert [line.access.archived for line in lines.values()] == [False, False, True]
    assert [line.shown for line in lines.values()] == [True, False, False]


def test_a_deleted_line_has_three_fields() -> None:
    assert Line.gone("a.pdf", 18).encode() == b'{"key": "a.pdf", "deleted": true, "revision": 18}\n'


def test_the_marker_is_a_deleted_line_without_a_key() -> None:
    assert marker(3).encode() == b'{"key": "", "deleted": true, "revision": 3}\n'


def test_a_sealed_line_is_what_a_line_encodes_to() -> None:
    assert seal(unsealed(DOCUMENT, "https://u", "2026-04-02T08:26:50Z").encode(), 17) == LINE.encode()


def test_the_last_line_for_a_key_wins_and_its_place_counts() -> None:
    body = encode([Line("a"), Line("b"), Line.gone("a", 2)])
    assert list(read_lines(body).values()) == [Line("b"), Line.gone("a", 2)]


def test_blank_lines_and_a_missing_last_newline_are_read_over() -> None:
    assert list(read_lines(b'\n{"key": "a"}\r\n\n{"key": "b"}')) == ["a", "b"]


def test_lines_of_earlier_tools_have_revision_zero_whatever_they_say() -> None:
    assert read_lines(b'{"key": "a", "url": "u", "revision": 99}', versioned=False) == {"a": Line("a", "u")}


def test_fields_of_the_wrong_type_are_as_if_they_were_not_there() -> None:
    body = b'{"key": "a", "url": 1, "size": "x", "etag": null, "last_modified": [], "expires_at": true, "other": 1}'
    assert read_lines(body) == {"a": Line("a")}


@pytest.mark.parametrize(
    "line",
    [
        b"no JSON",
        b"\xff\xfe",
        b"[]",
        b'"key"',
        b"7",
        b"null",
        b"{}",
        b'{"key": null}',
        b'{"key": 7}',
        b'{"key": ["a"]}',
        b'{"key": "\\ud800"}',
        b'{"key": "a", "revision": "1"}',
        b'{"key": "a", "revision": 1.0}',
        b'{"key": "a", "revision": true}',
        b'{"key": "a"}{"key": "b"}',
        b"[" * 100_000,
        b'{"key": "a", "size": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_line_is_named_by_its_number(line: bytes) -> None:
    with pytest.raises(ManifestDamagedError, match="line 2 "):
        read_lines(b'{"key": "good"}\n' + line + b"\n")


def test_no_link_is_quoted_from_a_damaged_line() -> None:
    with pytest.raises(ManifestDamagedError) as caught:
        read_lines(b'{"key": "a", "url": "https://secret"')
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["\u2028", "\u0085", "\n", '"', "é", "\U0001f9fe", "\x00"])
def test_a_line_is_one_line_for_every_consumer(key: str) -> None:
    text = Line(key).encode().decode("ascii")
    assert text.splitlines(keepends=True) == [text]
    assert json.loads(text)["key"] == key


def test_only_documents_that_are_there_count() -> None:
    lines = [LINE, Line.gone("b", 1), marker(2)]
    assert documents(lines) == 1
    assert first_expiry(lines) == "2026-04-02T08:26:50Z"


def test_the_earliest_expiry_is_the_first_that_is_known() -> None:
    assert earliest(None, None) is None
    assert earliest("b", None) == earliest(None, "b") == "b"
    assert earliest("b", "a") == earliest("a", "b") == "a"


def test_metadata_are_read_as_they_were_written() -> None:
    assert Head.parse(HEAD.metadata()) == HEAD
    assert Head.parse({name.title(): value for name, value in HEAD.metadata().items()}) == HEAD


def test_a_manifest_without_links_says_so() -> None:
    metadata = Head(revision=1, versioned=True).metadata()
    assert metadata["first-expiry"] == "none"
    assert Head.parse(metadata).first_expiry is None


@pytest.mark.parametrize("metadata", [{}, {"other-tool": "1"}])
def test_a_manifest_without_our_metadata_is_one_of_earlier_tools(metadata: dict[str, str]) -> None:
    assert Head.parse(metadata) == Head()


@pytest.mark.parametrize("name", ["schema", "revision", "rebuilt-from", "lines", "documents"])
@pytest.mark.parametrize("value", ["", "x", "1.0", "1 ", "\u0667", "9" * 19])
def test_metadata_that_are_no_numbers_are_damage(name: str, value: str) -> None:
    with pytest.raises(ManifestDamagedError, match=name):
        Head.parse(HEAD.metadata() | {name: value})


@pytest.mark.parametrize("name", ["schema", "revision", "rebuilt-from"])
def test_metadata_that_are_missing_are_damage(name: str) -> None:
    metadata = HEAD.metadata()
    del metadata[name]
    with pytest.raises(ManifestDamagedError, match=name):
        Head.parse(metadata)


def test_a_higher_schema_is_told_before_anything_else_is_read() -> None:
    with pytest.raises(SchemaTooNewError, match="schema 2"):
        Head.parse({"schema": "2", "revision": "in another form"})

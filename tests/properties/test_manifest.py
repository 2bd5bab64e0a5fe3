"""Laws of lines: whatever the key, whatever the bytes. PROPERTY_EXAMPLES says how many are tried of each."""

import json
import os
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.archive import AT_ONCE, Access
from shared.domain.errors import ManifestDamagedError
from shared.domain.head import Head
from shared.domain.manifest import Document, Line, encode, read_lines, seal, seal_of, unsealed

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None)

characters = st.characters(exclude_categories=["Cs"])
keys = st.text(characters, min_size=1, max_size=60) | st.text('a/ %+"\\\n\r\u2028\u0085\x00é\u0301🧾', min_size=1)
texts = st.text(characters, max_size=20)
revisions = st.integers(0, 10**15 - 1)
accesses = st.sampled_from([AT_ONCE, AT_ONCE, Access(archived=True), Access(restored_until="2026-04-02T08:20:00Z")])
documents = st.builds(Document, keys, st.integers(0, 5 << 40), texts, st.just("2026-04-02T08:11:43Z"), accesses)
urls = st.text("abcXYZ019-_.~/:?&=%", max_size=80)
ends = st.none() | st.just("2026-04-02T08:26:50Z")
present = st.builds(Line.of, documents, urls, ends, revisions)
lines = st.lists(present | st.builds(Line.gone, keys, revisions), max_size=8)


def by_the_rule(body: bytes) -> dict[str, object]:
    """The reading rule as a consumer writes it: the last line of a key, not `deleted`, with a `url`."""
    found = {line["key"]: line for line in map(json.loads, body.splitlines())}
    return {key: line["url"] for key, line in found.items() if not line.get("deleted") and "url" in line}


@many
@given(lines)
def test_what_is_written_is_read_again(written: list[Line]) -> None:
    read = read_lines(encode(written))
    assert read == {line.key: line for line in written}
    assert encode(read.values()) == encode(read_lines(encode(read.values())).values())


@many
@given(lines)
def test_a_line_is_written_as_json_writes_it(written: list[Line]) -> None:
    usual = encode(written)
    with patch.object(Line, "_encode_usual", lambda _: None):
        assert encode(written) == usual
    assert usual == b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in usual.splitlines())


@many
@given(lines)
def test_a_consumer_that_knows_key_and_url_sees_the_same(written: list[Line]) -> None:
    body = encode(written)
    view = {key: line.url for key, line in read_lines(body).items() if line.shown}
    assert view == by_the_rule(body)


@many
@given(lines)
def test_a_line_is_one_line_of_ascii_however_it_is_split(written: list[Line]) -> None:
    text = encode(written).decode("ascii")
    assert len(text.splitlines()) == text.count("\n") == len(written)


@many
@given(documents, urls, ends, revisions)
def test_unsealed_and_sealed_a_line_is_what_it_encodes_to(
    document: Document, url: str, expires_at: str | None, revision: int
) -> None:
    line = Line.of(document, url, expires_at, revision)
    assert seal(unsealed(document, url, expires_at).encode(), revision) == line.encode()


@many
@given(st.lists(documents, max_size=5), revisions, st.lists(st.integers(0, 2000), max_size=6))
def test_sealing_does_not_mind_where_chunks_are_cut(found: list[Document], revision: int, cuts: list[int]) -> None:
    body = "".join(unsealed(each, "https://u", "2026-04-02T08:26:50Z") for each in found).encode()
    ends = sorted({min(cut, len(body)) for cut in cuts} | {0, len(body)})
    pieces = [body[first:last] for first, last in pairwise(ends)]
    sealed = b"".join(seal(piece, revision) for piece in pieces)
    assert sealed == seal(body, revision)
    assert len(sealed) == len(body) + len(found) * (len(seal_of(revision)) - 1)


@many
@given(st.binary(max_size=200) | st.lists(st.binary(max_size=30)).map(b"\n".join))
def test_any_bytes_are_read_or_are_damage(body: bytes) -> None:
    try:
        read_lines(body)
    except ManifestDamagedError as error:
        assert "line" in str(error)  # noqa: PT017 -- both outcomes are right


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    ["key", "url", "size", "etag", "expires_at", "restored_until", "archived", "revision", "deleted"]
)


@many
@given(st.lists(st.dictionaries(fields, json_values) | json_values, max_size=4))
def test_any_json_is_read_or_is_damage(values: list[object]) -> None:
    body = "\n".join(map(json.dumps, values)).encode()
    try:
        read = read_lines(body)
    except ManifestDamagedError:
        return
    assert read_lines(encode(read.values())) == read


@many
@given(
    st.builds(
        Head,
        revisions,
        st.integers(-1, 10**15 - 1),
        st.text("0123456789abcdef", min_size=32, max_size=32),
        revisions,
        revisions,
        st.none() | st.just("2026-04-02T08:26:50Z"),
        versioned=st.just(True),
    )
)
def test_metadata_are_read_as_they_were_written(head: Head) -> None:
    assert Head.parse(head.metadata()) == head

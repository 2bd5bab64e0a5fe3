"""Laws of stable links: whatever the key, the bucket and the secret."""

import os

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.domain.archive import AT_ONCE, Access
from shared.domain.manifest import Document, Line, encode, read_lines
from shared.domain.merge import observed, resigned, unsealed_lines, updated
from shared.domain.opaque import decoded, encoded, name_of, named, text
from shared.domain.signing import Signing
from shared.links.secret import FixedSecret
from shared.links.stable import StableLinks
from tests.world import STABLE, World

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None)
SIGNINGS = st.sampled_from([STABLE.signing("docs"), World().signing])

characters = st.characters(exclude_categories=["Cs"])
keys = st.text(characters, min_size=1, max_size=60) | st.text('a/.. %+"\\\n\r?#\u2028\u202e\x00é\u0301🧾', min_size=1)
buckets = st.text("abc019.-", min_size=2, max_size=8)
secrets = st.binary(min_size=32, max_size=80)
targets = st.tuples(
    st.sampled_from([b"1" * 32, b"2" * 32]),
    st.sampled_from(["docs", "docs.", "doc"]),
    st.sampled_from(["a/1.pdf", "sa/1.pdf", "s\0a/1.pdf", "\0a/1.pdf", "a/1.pdf\0", "A/1.pdf"]) | keys,
)
accesses = st.sampled_from([AT_ONCE, Access(archived=True), Access(restored_until="2026-04-02T08:10:00Z")])
documents = st.builds(Document, keys, st.integers(0, 3), st.just("e"), st.just("2026-04-02T08:00:00Z"), accesses)
listings = st.lists(documents, max_size=6, unique_by=lambda found: found.key)


def links(secret: bytes, bucket: str) -> StableLinks:
    return StableLinks("https://links.example.com", bucket, FixedSecret(secret))


def segments(links: StableLinks, bucket: str, key: str) -> tuple[str, str, str]:
    mac, stands, name = links.signing(bucket).link(key).removeprefix("https://links.example.com/d/").split("/")
    return mac, stands, name


def lines_of(found: list[Document], signing: Signing) -> dict[str, Line]:
    return {line.key: line for line in observed({each.key: each for each in found}, 3, signing)}


@many
@given(secrets, buckets, keys)
def test_a_link_opens_the_key_it_was_made_for(secret: bytes, bucket: str, key: str) -> None:
    made = links(secret, bucket)
    mac, stands, name = segments(made, bucket, key)
    assert made.key_of(mac, stands) == key
    assert (mac + stands + name).isascii()
    assert len(name_of(key).encode()) <= 100


@many
@given(targets, targets)
def test_it_opens_nothing_else(made: tuple[bytes, str, str], asked: tuple[bytes, str, str]) -> None:
    assume(made != asked)
    (secret, bucket, key), (other, elsewhere, another) = made, asked
    mac, _, _ = segments(links(secret, bucket), bucket, key)
    assert links(other, elsewhere).key_of(mac, encoded(another.encode())) is None


@many
@given(st.text(max_size=40) | st.text("AQgw_-=", max_size=8), st.text(max_size=40) | st.text("AQgw_-=", max_size=8))
def test_whatever_is_asked_for_is_no_error_and_opens_nothing(mac: str, key: str) -> None:
    assert STABLE.key_of(mac, key) is None


@many
@given(st.binary(max_size=40), st.text("AQgwZz09_-", max_size=12))
def test_every_content_has_one_spelling_and_every_spelling_one_content(content: bytes, segment: str) -> None:
    assert decoded(encoded(content)) == content
    found = decoded(segment)
    assert found is None or encoded(found) == segment


@many
@given(keys)
def test_a_key_and_its_name_are_two_segments(key: str) -> None:
    stands, name = named(key).split("/")
    assert text(stands) == key
    assert not set(name) & set("/?#\\\r\n \"<>'")


@many
@given(listings, SIGNINGS, SIGNINGS)
def test_what_an_update_did_not_look_at_is_of_the_new_kind_too(
    found: list[Document], before: Signing, after: Signing
) -> None:
    new, _ = updated(lines_of(found, before), {}, 4, after)
    again = {key: line.encode() for key, line in lines_of(found, after).items()}
    assert {line.key: line.encode() for line in new} == again


@many
@given(listings, SIGNINGS, SIGNINGS)
def test_what_a_rebuild_keeps_is_of_the_new_kind_too(found: list[Document], before: Signing, after: Signing) -> None:
    new = list(resigned(lines_of(found, before).values(), after))
    assert new == list(lines_of(found, after).values())


@many
@given(listings, SIGNINGS)
def test_a_rebuild_writes_what_an_update_would(found: list[Document], signing: Signing) -> None:
    body, first_expiry = unsealed_lines(found, signing)
    expected = encode(lines_of(found, signing).values())
    assert body.replace(b"\n", b', "revision": 3}\n') == expected
    ends = [line.expires_at for line in read_lines(expected).values() if line.expires_at]
    assert first_expiry == min(ends, default=first_expiry if not found else None)

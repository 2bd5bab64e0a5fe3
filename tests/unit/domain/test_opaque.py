"""Keys as one segment of an address: one spelling each, and a name for people beside it."""

from string import ascii_lowercase, ascii_uppercase, digits
from urllib.parse import unquote

import pytest

from shared.domain.opaque import decoded, encoded, name_of, named, text

ALPHABET = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"  # each at its own value
KEYS = ["a", "ab", "abc", "2026/04/acme/q1.pdf", "übersicht.pdf", "a\x00b.pdf", "🧾.pdf", "a//../b?#%2F.pdf"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_one_segment_that_no_client_and_no_gateway_changes_and_is_read_again(key: str) -> None:
    segment = encoded(key.encode())
    assert set(segment) <= set(ALPHABET)
    assert text(segment) == key


@pytest.mark.parametrize("length", range(1, 20))
def test_of_all_last_characters_that_mean_the_same_one_is_taken(length: int) -> None:
    """Four bits of the last of 22 mean nothing: a lenient reader takes 15 other texts for the same."""
    segment = encoded(bytes(length))
    meaningless = -length * 8 % 6
    others = [ALPHABET[number] for number in range(1, 1 << meaningless)]
    assert decoded(segment) == bytes(length)
    assert [decoded(segment[:-1] + last) for last in others] == [None] * len(others)


@pytest.mark.parametrize(
    "segment",
    [
        "YQ==",
        "YQ=",
        "Y",
        "YWJjZ",
        " YQ",
        "YQ\n",
        "Y Q",
        "Y+Q_",
        "Y/Q_",
        "Y.Q_",
        "YQ%3D",
        "é",
        "YQ\x00",
        "\uff3f\uff3f",
        "\udcff",
    ],
)
def test_what_is_written_in_another_way_is_not_taken(segment: str) -> None:
    assert decoded(segment) is None
    assert text(segment) is None


def test_what_is_no_utf_8_is_no_key() -> None:
    assert text(encoded(b"\xff")) is None
    assert text(encoded(b"\xed\xa0\x80")) is None  # a lone surrogate


def test_a_name_for_people_follows_the_key() -> None:
    assert named("2026/04/acme/q2 final.pdf") == "MjAyNi8wNC9hY21lL3EyIGZpbmFsLnBkZg/q2%20final.pdf"


@pytest.mark.parametrize("name", ["x" * 500, "é" * 400, "🧾" * 200, "x" + "é" * 300, "xyz" + "🧾" * 200])
def test_a_long_name_is_cut_to_100_bytes_between_characters_and_keeps_what_it_is(name: str) -> None:
    cut = name_of(f"a/{name}.pdf")
    assert 96 < len(cut.encode()) <= 100
    assert cut.endswith(".pdf")
    assert name.startswith(cut.removesuffix(".pdf"))


def test_a_long_name_with_another_end_is_cut_as_well() -> None:
    assert len(name_of("é" * 300).encode()) == 100


@pytest.mark.parametrize("key", ["a\r\nSet-Cookie: x.pdf", 'a"b.pdf', "a\u202efdp.pdf", "a?b#c%2F.pdf", "a\\b.pdf"])
def test_nothing_in_a_name_ends_a_header_or_an_address(key: str) -> None:
    _, name = named(key).split("/")
    assert name.isascii()
    assert not set(name) & set('\r\n"?#\\ /')
    assert unquote(name) == key

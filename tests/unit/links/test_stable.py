"""Stable links: what they look like, what opens them, and all that does not."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.domain.errors import ConfigError
from shared.domain.opaque import decoded, encoded
from shared.links.secret import FixedSecret
from shared.links.stable import StableLinks, derived
from tests.world import STABLE

KEY = "2026/04/acme/q1.pdf"
SEGMENTS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.~%/ é"
OLD, NEW = b"o" * 32, b"n" * 32


class Rotated:
    """A secret whose new stage is known after another look."""

    def __init__(self, known: tuple[bytes, ...], anew: tuple[bytes, ...]) -> None:
        self._known, self._anew, self.looks = known, anew, 0

    def signing(self) -> bytes:
        return self._known[0]

    def opening(self) -> tuple[bytes, ...]:
        return self._known

    def opening_anew(self) -> tuple[bytes, ...]:
        self.looks += 1
        return self._anew


def links(secret: bytes = OLD, bucket: str = "docs") -> StableLinks:
    return StableLinks("https://links.example.com", bucket, FixedSecret(secret))


def parts_of(link: str) -> tuple[str, str]:
    """The mac and the key, as they stand in a link."""
    mac, key, _name = link.partition("/d/")[2].split("/")
    return mac, key


MAC, SEGMENT = parts_of(STABLE.signing("docs").link(KEY))


def changed(segment: str) -> Iterator[str]:
    """Every other text that differs in one character, lacks one, or has one more."""
    for place in range(len(segment)):
        yield segment[:place] + segment[place + 1 :]
        yield from (segment[:place] + other + segment[place + 1 :] for other in SEGMENTS if other != segment[place])
    for place in range(len(segment) + 1):
        yield from (segment[:place] + more + segment[place:] for more in SEGMENTS)


def test_a_link_names_mac_key_and_a_name_for_people_and_nothing_else() -> None:
    link = STABLE.signing("docs").link(KEY)
    assert link == f"https://links.example.com/d/{MAC}/{SEGMENT}/q1.pdf"
    assert (len(MAC), decoded(SEGMENT)) == (22, KEY.encode())


def test_a_link_never_changes() -> None:
    """Links that are out there open with this form of mac, and with no other: it must not change by accident."""
    assert links(b"x" * 32).signing("docs").link("a/ü 1.pdf") == (
        "https://links.example.com/d/BNn3BqQjehXpJ0OylnI2Pg/YS_DvCAxLnBkZg/%C3%BC%201.pdf"
    )


def test_a_link_opens_its_key() -> None:
    assert STABLE.key_of(MAC, SEGMENT) == KEY


def test_no_mac_that_differs_in_a_bit_opens_anything() -> None:
    mac = decoded(MAC) or b""
    assert len(mac) == 16
    for bit in range(128):
        forged = bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(mac))
        assert STABLE.key_of(encoded(forged), SEGMENT) is None


def test_no_mac_that_differs_in_a_character_opens_anything() -> None:
    assert [each for each in changed(MAC) if STABLE.key_of(each, SEGMENT) is not None] == []


def test_no_key_that_differs_in_a_character_opens_anything() -> None:
    assert [each for each in changed(SEGMENT) if STABLE.key_of(MAC, each) is not None] == []


@pytest.mark.parametrize("mac", ["", MAC * 2, MAC[:-1], "A" * 22, encoded(bytes(32)), "\udcff", "é" * 22])
def test_what_is_no_mac_opens_nothing(mac: str) -> None:
    assert STABLE.key_of(mac, SEGMENT) is None


def test_a_longer_part_of_the_same_mac_opens_nothing() -> None:
    signer = STABLE.signing("docs")
    assert STABLE.key_of(encoded(signer.mac(KEY) + b"\0"), SEGMENT) is None


def test_a_link_of_another_bucket_or_secret_opens_nothing() -> None:
    for other in (links(bucket="docs2"), links(NEW)):
        mac, key = parts_of(other.signing(other._bucket).link(KEY))  # noqa: SLF001 -- whichever it is
        assert links().key_of(mac, key) is None


def test_a_bucket_and_a_key_are_told_apart() -> None:
    """`docs` and `x/1.pdf`, `docsx` and `/1.pdf`: the same characters."""
    mac, _ = parts_of(links(bucket="docsx").signing("docsx").link("/1.pdf"))
    assert links().key_of(mac, encoded(b"x/1.pdf")) is None


def test_of_two_secrets_the_first_makes_links_and_both_open_them() -> None:
    both = StableLinks("https://links.example.com", "docs", Rotated((NEW, OLD), ()))
    assert both.signing("docs").link(KEY) == links(NEW).signing("docs").link(KEY)
    assert [both.key_of(*parts_of(links(each).signing("docs").link(KEY))) for each in (OLD, NEW)] == [KEY, KEY]


def test_a_link_under_a_newer_secret_opens_after_another_look() -> None:
    secret = Rotated((OLD,), (NEW, OLD))
    opener = StableLinks("https://links.example.com", "docs", secret)
    assert opener.key_of(*parts_of(links(NEW).signing("docs").link(KEY))) == KEY
    assert secret.looks == 1


def test_a_link_that_opens_costs_no_other_look_nor_does_a_malformed_one() -> None:
    secret = Rotated((OLD,), ())
    opener = StableLinks("https://links.example.com", "docs", secret)
    assert opener.key_of(*parts_of(links().signing("docs").link(KEY))) == KEY
    assert opener.key_of("YQ==", SEGMENT) is None
    assert opener.key_of(MAC, "YQ==") is None
    assert secret.looks == 0


def test_another_buckets_documents_have_no_links_and_the_error_names_both() -> None:
    with pytest.raises(ConfigError, match=r"BUCKET_NAME 'docs' .* bucket 'other'"):
        STABLE.signing("other")


def test_a_link_is_kept_that_is_the_very_same() -> None:
    signing = STABLE.signing("docs")
    link = signing.link(KEY)
    assert signing.keeps(KEY, link, None)
    assert not signing.keeps("2026/04/acme/q2.pdf", link, None)
    assert not signing.keeps(KEY, link + "?", None)
    assert not signing.keeps(KEY, link, "2026-04-02T08:26:50Z")
    assert not signing.keeps(KEY, links(NEW).signing("docs").link(KEY), None)


@pytest.mark.parametrize("secret", [b"s", b"a secret of no less than 32 bytes", bytes(range(200))])
@pytest.mark.parametrize("info", [b"", b"document-link/v1", bytes(100)])
def test_a_key_is_derived_as_rfc_5869_has_it(secret: bytes, info: bytes) -> None:
    assert derived(secret, info) == HKDF(SHA256(), 32, None, info).derive(secret)


def test_a_key_is_derived_as_in_the_test_vector_of_rfc_5869_without_salt_and_info() -> None:
    """Appendix A.3: https://www.rfc-editor.org/rfc/rfc5869#appendix-A.3; its first 32 bytes."""
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert derived(b"\x0b" * 22, b"").hex() == expected


def test_no_secret_is_shown() -> None:
    secret = FixedSecret(OLD)
    opener = StableLinks("https://links.example.com", "docs", secret)
    for each in (secret, opener, opener.signing("docs")):
        assert OLD.decode() not in repr(each)

"""Presigned links, by example: AWS's own, the address of a bucket, the life of a link."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.links.address import base_url
from shared.links.presigned import Presigner, signed_at
from shared.links.signature import SigningKey

NOW = datetime(2026, 4, 2, 8, 11, 50, 999_999, tzinfo=UTC)
KEY = SigningKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
BASE = "https://reports.s3.eu-west-1.amazonaws.com/"


def test_the_documented_example_has_the_documented_signature() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html, "Example"."""
    presigner = Presigner("https://examplebucket.s3.amazonaws.com/", "us-east-1", 86_400)
    signing = presigner.at(KEY, datetime(2013, 5, 24, tzinfo=UTC))
    assert signing.link("test.txt") == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("2026/04/acme/q1.pdf", "2026/04/acme/q1.pdf"),
        ("a b+c%20.pdf", "a%20b%2Bc%2520.pdf"),
        ("a//../b/./c.pdf", "a//../b/./c.pdf"),
        ("/a.pdf", "/a.pdf"),
        ("'\"?#&=~.pdf", "%27%22%3F%23%26%3D~.pdf"),
        ("line\nbreak\x00.pdf", "line%0Abreak%00.pdf"),
        ("é and e\u0301.pdf", "%C3%A9%20and%20e%CC%81.pdf"),
        ("🧾.pdf", "%F0%9F%A7%BE.pdf"),
    ],
)
def test_a_key_is_encoded_but_never_changed(key: str, path: str) -> None:
    link = Presigner(BASE, "eu-west-1", 900).at(KEY, NOW).link(key)
    assert link.partition("?")[0] == BASE + path


def test_a_session_token_is_encoded_and_follows_the_signed_headers() -> None:
    signing = Presigner(BASE, "eu-west-1", 900).at(SigningKey("ASIA", "secret", "to/k+e="), NOW)
    assert "&X-Amz-SignedHeaders=host&X-Amz-Security-Token=to%2Fk%2Be%3D&X-Amz-Signature=" in signing.link("a.pdf")


def test_a_lone_surrogate_is_no_key() -> None:
    with pytest.raises(UnicodeEncodeError):
        Presigner(BASE, "eu-west-1", 900).at(KEY, NOW).link("\ud800.pdf")


@pytest.mark.parametrize(("base", "other"), [("http://h:80/b/", "http://h/b/"), ("https://H:443/b/", "https://h/b/")])
def test_default_ports_and_capitals_in_the_host_do_not_change_the_signature(base: str, other: str) -> None:
    links = [Presigner(each, "eu-west-1", 900).at(KEY, NOW).link("a.pdf") for each in (base, other)]
    assert links[0].startswith(base)
    assert links[0].partition("?")[2] == links[1].partition("?")[2]


def test_another_port_changes_the_signature() -> None:
    links = [Presigner(each, "eu-west-1", 900).at(KEY, NOW).link("a.pdf") for each in ("http://h:81/", "http://h/")]
    assert links[0].partition("?")[2] != links[1].partition("?")[2]


def test_any_time_zone_is_signed_as_utc() -> None:
    presigner = Presigner(BASE, "eu-west-1", 900)
    there = NOW.astimezone(timezone(timedelta(hours=-7)))
    assert presigner.at(KEY, there).link("a.pdf") == presigner.at(KEY, NOW).link("a.pdf")
    assert presigner.at(KEY, there).expires_at == presigner.at(KEY, NOW).expires_at


@pytest.mark.parametrize(
    ("ends_at", "expires_at"),
    [
        (None, "2026-04-02T08:26:50Z"),
        (NOW + timedelta(hours=1), "2026-04-02T08:26:50Z"),
        (datetime(2026, 4, 2, 8, 20, 0, 900_000, tzinfo=UTC), "2026-04-02T08:20:00Z"),
        (datetime(2026, 4, 2, 10, 20, tzinfo=timezone(timedelta(hours=2))), "2026-04-02T08:20:00Z"),
        (NOW - timedelta(minutes=1), "2026-04-02T08:10:50Z"),
    ],
)
def test_a_link_expires_with_its_session_if_that_is_earlier(ends_at: datetime | None, expires_at: str) -> None:
    key = SigningKey("ASIA", "secret", "token", ends_at)
    assert Presigner(BASE, "eu-west-1", 900).at(key, NOW).expires_at == expires_at


def test_the_expiry_asked_for_is_what_a_link_says_whenever_the_session_ends() -> None:
    key = SigningKey("ASIA", "secret", "token", NOW + timedelta(seconds=60))
    assert "&X-Amz-Expires=900&" in Presigner(BASE, "eu-west-1", 900).at(key, NOW).link("a.pdf")


def test_a_signing_key_shows_no_secret() -> None:
    assert "hush" not in repr(SigningKey("AKIA", "hush-secret", "hush-token"))


@pytest.mark.parametrize(
    ("bucket", "region", "endpoint_url", "address"),
    [
        ("reports", "eu-west-1", None, "https://reports.s3.eu-west-1.amazonaws.com/"),
        ("reports", "us-east-1", None, "https://reports.s3.amazonaws.com/"),
        ("my.reports", "eu-west-1", None, "https://s3.eu-west-1.amazonaws.com/my.reports/"),
        ("my.reports", "us-east-1", None, "https://s3.amazonaws.com/my.reports/"),
        ("Old_Reports", "eu-west-1", None, "https://s3.eu-west-1.amazonaws.com/Old_Reports/"),
        ("reports", "cn-north-1", None, "https://reports.s3.cn-north-1.amazonaws.com.cn/"),
        ("reports", "us-gov-west-1", None, "https://reports.s3.us-gov-west-1.amazonaws.com/"),
        ("reports", "eu-west-1", "", "https://reports.s3.eu-west-1.amazonaws.com/"),
        ("reports", "eu-west-1", "http://127.0.0.1:9000", "http://127.0.0.1:9000/reports/"),
        ("my.reports", "eu-west-1", "https://minio.example/s3/", "https://minio.example/s3/my.reports/"),
    ],
)
def test_where_a_bucket_is_reached(bucket: str, region: str, endpoint_url: str | None, address: str) -> None:
    assert base_url(bucket, region, endpoint_url) == address


def test_a_link_tells_to_the_second_when_it_was_signed() -> None:
    link = Presigner(BASE, "eu-west-1", 900).at(KEY, NOW).link("?X-Amz-Date=20200101T000000Z&.pdf")
    assert signed_at(link) == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no link",
        "https://h/k",
        "https://h/k?X-Amz-Date=",
        "https://h/k?X-Amz-Date=20261302T081150Z",
        "https://h/k?X-Amz-Date=20260402T081150",
        "https://h/k?X-Amz-Date=20260402T081150Z0",
        "https://h/k?X-Amz-Date=20260402T081150Z\n",
        "https://h/k?X-Amz-Date=\uff120260402T081150Z",
        "https://h/k?NotX-Amz-Date=20260402T081150Z",
        "https://h/k&X-Amz-Date=20260402T081150Z",
        "https://h/k#?X-Amz-Date=20260402T081150Z",
        "https://h/k?Signature=abc&AWSAccessKeyId=AKIA&Expires=1775117510",
    ],
)
def test_a_link_that_does_not_tell_when_it_was_signed_is_none(url: str) -> None:
    assert signed_at(url) is None


@pytest.mark.parametrize(("age", "kept"), [(0, True), (449, True), (450, False), (900, False), (10_000, False)])
def test_a_link_is_kept_while_more_than_half_of_its_life_is_left(age: int, kept: bool) -> None:  # noqa: FBT001 -- a column
    then = NOW.replace(microsecond=0)
    presigner = Presigner(BASE, "eu-west-1", 900)
    old = presigner.at(KEY, then)
    assert presigner.at(KEY, then + timedelta(seconds=age)).keeps("a.pdf", old.link("a.pdf"), old.expires_at) is kept


def test_a_link_is_measured_by_its_session_where_that_ends_first() -> None:
    then = NOW.replace(microsecond=0)
    presigner = Presigner(BASE, "eu-west-1", 900)
    old = presigner.at(SigningKey("ASIA", "secret", "token", then + timedelta(seconds=100)), then)
    later = SigningKey("ASIAANOTHER", "secret", "another token", then + timedelta(hours=1))
    after = [presigner.at(later, then + timedelta(seconds=age)) for age in (49, 50)]
    assert [signing.keeps("a.pdf", old.link("a.pdf"), old.expires_at) for signing in after] == [True, False]


@pytest.mark.parametrize("expires_at", ["", "soon", "2026-04-02T08:26:50", "2026-13-02T08:26:50Z"])
def test_a_link_whose_expiry_cannot_be_read_is_not_kept(expires_at: str) -> None:
    signing = Presigner(BASE, "eu-west-1", 900).at(KEY, NOW)
    assert not signing.keeps("a.pdf", signing.link("a.pdf"), expires_at)


def test_a_link_that_does_not_tell_when_it_was_signed_is_not_kept() -> None:
    assert not Presigner(BASE, "eu-west-1", 900).at(KEY, NOW).keeps("a.pdf", "https://h/a.pdf", "2099-01-01T00:00:00Z")


def test_a_link_to_another_address_is_not_fresh_however_young() -> None:
    elsewhere = Presigner("http://127.0.0.1:9000/docs/", "eu-west-1", 900).at(KEY, NOW)
    assert (
        not Presigner(BASE, "eu-west-1", 900).at(KEY, NOW).keeps("a.pdf", elsewhere.link("a.pdf"), elsewhere.expires_at)
    )


def session(name: str, ends: datetime | None = None) -> SigningKey:
    return SigningKey(name, "secret", "token/+=", ends)


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        (SigningKey("AKIAOLD", "s"), SigningKey("AKIAOLD", "s"), True),
        # An old key is deactivated some day: what it signed is not carried on.
        (SigningKey("AKIAOLD", "s"), SigningKey("AKIANEW", "s"), False),
        (SigningKey("AKIAOLD", "s"), SigningKey("AKIA", "s"), False),
        (session("ASIAOLD"), SigningKey("AKIANEW", "s"), False),
        (SigningKey("AKIAOLD", "s"), session("ASIANEW"), False),
        # Each function, and each hour, has a session of its own, and the line tells when that ends.
        (session("ASIAOLD"), session("ASIANEW"), True),
    ],
)
def test_a_link_is_kept_where_credentials_of_the_same_kind_signed_it(
    before: SigningKey,
    now: SigningKey,
    kept: bool,  # noqa: FBT001 -- a column
) -> None:
    presigner = Presigner(BASE, "eu-west-1", 900)
    old = presigner.at(before, NOW)
    assert presigner.at(now, NOW).keeps("a.pdf", old.link("a.pdf"), old.expires_at) is kept


def test_a_link_that_says_to_live_longer_than_is_asked_for_now_is_not_kept() -> None:
    week = Presigner(BASE, "eu-west-1", 604_800).at(session("ASIAOWN"), NOW)
    by_role = Presigner(BASE, "eu-west-1", 3600).at(session("ASIAROLE", NOW + timedelta(hours=1)), NOW)
    assert not by_role.keeps("a.pdf", week.link("a.pdf"), week.expires_at)
    assert by_role.keeps("a.pdf", by_role.link("a.pdf"), by_role.expires_at)

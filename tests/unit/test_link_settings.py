"""Which links manifests carry, from the environment: defaults, bounds, and errors that name the variable."""

from typing import Any

import pytest

from shared.config import LinkSettings, Settings
from shared.domain.errors import ConfigError, shown
from shared.wiring import wire

SECRET = "a secret of no less than 32 bytes"
BASE = "https://links.example.com"
STABLE = {"LINKS": "stable", "LINK_BASE_URL": BASE, "LINK_SECRET": SECRET}


def settings(**env: str) -> LinkSettings:
    return Settings.from_env(env).links


def refusal_of(**env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        Settings.from_env(env)
    return str(caught.value)


def test_links_are_presigned_where_nothing_is_said() -> None:
    assert settings() == LinkSettings(stable=False, open_expiry_seconds=300)
    assert settings(LINKS="", LINK_BASE_URL="", LINK_SECRET="", LINK_SECRET_ID="", SHARE_BUCKET="") == settings()


def test_stable_links_need_an_address_and_a_secret() -> None:
    told = settings(**STABLE)
    assert (told.stable, told.base_url, told.secret, told.secret_id) == (True, BASE, SECRET.encode(), None)
    told = settings(LINKS="stable", LINK_BASE_URL=BASE, LINK_SECRET_ID="links")
    assert (told.stable, told.secret, told.secret_id) == (True, None, "links")


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("LINKS", "presigned", "stable", False),
        ("LINK_BASE_URL", f"{BASE}/", "base_url", BASE),
        ("LINK_BASE_URL", f"{BASE}:8443/docs/", "base_url", f"{BASE}:8443/docs"),
        ("LINK_BASE_URL", "http://127.0.0.1:9002", "base_url", "http://127.0.0.1:9002"),
        ("LINK_BASE_URL", "http://localhost:9002", "base_url", "http://localhost:9002"),
        ("LINK_BASE_URL", "http://[::1]:9002", "base_url", "http://[::1]:9002"),
        ("LINK_SECRET", "x" * 32, "secret", b"x" * 32),
        ("LINK_SECRET", "é" * 16, "secret", "é".encode() * 16),
        ("LINK_SECRET", "\udcff" * 32, "secret", b"\xff" * 32),  # bytes of the environment that are no text
        ("OPEN_EXPIRY_SECONDS", "1", "open_expiry_seconds", 1),
        ("OPEN_EXPIRY_SECONDS", "3600", "open_expiry_seconds", 3600),
        ("SHARE_BUCKET", "shares", "share_bucket", "shares"),
    ],
)
def test_a_good_value_is_taken(name: str, value: str, field: str, expected: Any) -> None:
    assert getattr(settings(**{name: value}), field) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("LINKS", value) for value in ("Stable", "true", " stable", "none")),
        *(("OPEN_EXPIRY_SECONDS", value) for value in ("0", "3601", "", "-1", "soon")),
        *(("SHARE_BUCKET", value) for value in ("a/b", "x", "my-company-reports-bucket")),
        *(("LINK_BASE_URL", value) for value in ("links.example.com", "ftp://h", "https://", "https://h:0", "/d")),
        *(("LINK_BASE_URL", value) for value in ("https://h/?a=b", "https://h?", "https://h/#f", "https://u:p@h")),
        *(("LINK_BASE_URL", value) for value in ('https://h/"', "https://h/\\", "https://h/\x01", "https://h/ü")),
        *(("LINK_BASE_URL", value) for value in ("http://links.example.com", "http://127.0.0.1.example.com")),
        ("LINK_BASE_URL", "http://localhost@links.example.com"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    assert refusal_of(**{name: value}).startswith(f"{name} is ")


@pytest.mark.parametrize(
    ("missing", "says"),
    [("LINK_BASE_URL", "LINK_BASE_URL is not set"), ("LINK_SECRET", "neither LINK_SECRET_ID nor LINK_SECRET is set")],
)
def test_what_stable_links_lack_is_named_by_whoever_makes_them(missing: str, says: str) -> None:
    settings = Settings.from_env({name: value for name, value in STABLE.items() if name != missing})
    with pytest.raises(ConfigError, match=says):
        wire(settings)


def test_of_two_secrets_nobody_knows_which_is_meant() -> None:
    assert "LINK_SECRET and LINK_SECRET_ID are both set" in refusal_of(LINK_SECRET=SECRET, LINK_SECRET_ID="links")


def test_a_short_secret_is_refused_and_not_shown() -> None:
    told = refusal_of(**STABLE | {"LINK_SECRET": "hunter2" * 4})
    assert told.startswith("LINK_SECRET has 28 bytes, but must have at least 32")
    assert "hunter2" not in told


def test_shares_lie_in_no_bucket_that_others_write_to() -> None:
    """Whoever may write there could share everything."""
    assert refusal_of(BUCKET_NAME="docs", SHARE_BUCKET="docs").startswith("SHARE_BUCKET is 'docs'")
    assert refusal_of(MANIFEST_BUCKET="own", SHARE_BUCKET="own").startswith("SHARE_BUCKET is 'own'")
    assert settings(BUCKET_NAME="docs", MANIFEST_BUCKET="own", SHARE_BUCKET="shares").share_bucket == "shares"


def test_no_secret_is_shown() -> None:
    assert SECRET not in repr(Settings.from_env(STABLE))


@pytest.mark.parametrize(
    "link",
    [
        "https://links.example.com/d/BNn3BqQjehXpJ0OylnI2Pg/YS_DvCAxLnBkZg/q1.pdf",
        "https://links.example.com/s/bnn3bqqjehxpjqoylniypg2345/",
        "http://127.0.0.1:9002/s/bnn3bqqjehxpjqoylniypg2345/d/YS_DvCAxLnBkZg/q1.pdf",
        "https://example.com/s/links/d/BNn3BqQjehXpJ0OylnI2Pg/YS_DvCAxLnBkZg/q1.pdf",
    ],
)
def test_a_link_that_somebody_gave_for_something_else_is_quoted_without_what_makes_it_work(link: str) -> None:
    told = shown(f"PREFIX is '{link}', but")
    assert told.startswith("PREFIX is 'http")
    assert told.endswith("/***', but")
    assert not any(part in told for part in ("BNn3", "bnn3", "YS_D"))


def test_what_is_no_link_is_quoted_as_it_is() -> None:
    for text in ("2026/d/acme/q1.pdf", "https://links.example.com", "s3://docs/d/x"):
        assert shown(text) == text

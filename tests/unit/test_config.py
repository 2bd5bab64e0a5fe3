"""Settings from the environment: defaults, bounds, and errors that name the variable."""

from typing import Any

import pytest

from shared.config import Settings
from shared.domain.documents import Layout
from shared.domain.errors import ConfigError


def test_nothing_need_be_set() -> None:
    assert Settings.from_env({}) == Settings(
        bucket_name="my-company-reports-bucket",
        prefix="2026/04/",
        url_expiry_seconds=900,
        endpoint_url=None,
        queue_max=2000,
        layout=Layout("manifests/", None, None),
    )


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("BUCKET_NAME", "reports.example", "bucket_name", "reports.example"),
        ("PREFIX", "", "prefix", ""),
        ("PREFIX", "é/", "prefix", "é/"),
        ("URL_EXPIRY_SECONDS", "1", "url_expiry_seconds", 1),
        ("URL_EXPIRY_SECONDS", "604800", "url_expiry_seconds", 604800),
        ("S3_ENDPOINT_URL", "", "endpoint_url", None),
        ("S3_ENDPOINT_URL", "http://127.0.0.1:9000/", "endpoint_url", "http://127.0.0.1:9000"),
        ("S3_ENDPOINT_URL", "https://[::1]:9000", "endpoint_url", "https://[::1]:9000"),
        ("S3_ENDPOINT_URL", "https://host/path", "endpoint_url", "https://host/path"),
        ("QUEUE_MAX", "1", "queue_max", 1),
        ("QUEUE_MAX", "1000000", "queue_max", 1_000_000),
        ("MANIFEST_PREFIX", "x/y/", "layout", Layout("x/y/")),
        ("MANIFEST_BUCKET", "other", "layout", Layout(manifest_bucket="other")),
        ("MANIFEST_BUCKET", "", "layout", Layout()),
        ("MANIFEST_BUCKET", "my-company-reports-bucket", "layout", Layout()),
        ("PREFIX_DEPTH", "1", "layout", Layout(prefix_depth=1)),
        ("PREFIX_DEPTH", "64", "layout", Layout(prefix_depth=64)),
        ("PREFIX_DEPTH", "", "layout", Layout()),
    ],
)
def test_a_good_value_is_taken(name: str, value: str, field: str, expected: Any) -> None:
    assert getattr(Settings.from_env({name: value}), field) == expected


def test_a_bucket_of_their_own_lets_the_manifests_lie_at_its_root() -> None:
    assert Settings.from_env({"MANIFEST_PREFIX": "", "MANIFEST_BUCKET": "own"}).layout == Layout("", "own")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("URL_EXPIRY_SECONDS", value)
            for value in ("abc", "0", "604801", "-1", "1.5", "", " 900", "٩٠٠", "9" * 5000)
        ),
        *(("QUEUE_MAX", value) for value in ("0", "1000001", "many", "")),
        *(("PREFIX_DEPTH", value) for value in ("0", "65", "deep")),
        *(("BUCKET_NAME", value) for value in ("", "a/b", "-a", "a b", "x", "a" * 300)),
        ("MANIFEST_BUCKET", "a/b"),
        *(("MANIFEST_PREFIX", value) for value in ("", "manifests", "x" * 1024 + "/")),
        *(("PREFIX", value) for value in ("x" * 1025, "\udcff")),
        *(
            ("S3_ENDPOINT_URL", value)
            for value in ("127.0.0.1:9000", "ftp://h", "http://", "http://h:0", "http://h:99999", "http://h:x")
        ),
        *(
            ("S3_ENDPOINT_URL", value)
            for value in ("http://h/?q", "http://h/#f", "http://u@h", "http://h h", "http://é")
        ),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} is .* must be "):
        Settings.from_env({name: value})


def test_an_endpoints_password_is_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({"S3_ENDPOINT_URL": "http://user:secret@host"})
    assert "secret" not in str(caught.value)

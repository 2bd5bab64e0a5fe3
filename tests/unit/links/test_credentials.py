"""Whose credentials sign, for which address, until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.credentials import Credentials, RefreshableCredentials

from shared.domain.errors import CredentialsError
from shared.links.credentials import Links, session_key
from shared.links.signature import SigningKey

NOW = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
KEY = SigningKey("AKIAIOSFODNN7EXAMPLE", "secret")


class Session:
    """As much of boto3's as is asked for."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def get_credentials(self) -> Any:
        return self._credentials


def key_of(credentials: Any) -> SigningKey:
    session: Any = Session(credentials)
    return session_key(session)


def test_a_sessions_credentials_sign() -> None:
    assert key_of(Credentials("access", "secret", "token")) == SigningKey("access", "secret", "token", None)


def test_an_assumed_role_ends_when_its_session_does() -> None:
    ends_at = datetime.now(UTC) + timedelta(hours=1)
    metadata = {"access_key": "a", "secret_key": "s", "token": "t", "expiry_time": ends_at.isoformat()}
    credentials = RefreshableCredentials.create_from_metadata(metadata, lambda: metadata, "test")
    assert key_of(credentials) == SigningKey("a", "s", "t", ends_at)


def test_without_credentials_nothing_is_signed() -> None:
    with pytest.raises(CredentialsError, match="role or a key"):
        key_of(None)


def test_a_real_session_without_credentials_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(CredentialsError):
        session_key(boto3.Session())


def test_each_bucket_has_its_address() -> None:
    links = Links("eu-west-1", None, 900, lambda: KEY, lambda: NOW)
    assert links.signing("one").link("a").startswith("https://one.s3.eu-west-1.amazonaws.com/a?")
    assert links.signing("two").link("a").startswith("https://two.s3.eu-west-1.amazonaws.com/a?")


def test_an_endpoint_of_ones_own_is_addressed_by_path() -> None:
    links = Links("us-east-1", "http://127.0.0.1:9000", 900, lambda: KEY, lambda: NOW)
    assert links.signing("one").link("a").startswith("http://127.0.0.1:9000/one/a?")


def test_where_no_region_was_set_links_are_for_the_first_one() -> None:
    links = Links("aws-global", None, 900, lambda: KEY, lambda: NOW)
    assert "%2Fus-east-1%2Fs3%2F" in links.signing("one").link("a")


def test_credentials_and_time_are_asked_for_every_time() -> None:
    keys = iter([SigningKey("first", "s"), SigningKey("second", "s")])
    times = iter([NOW, NOW + timedelta(minutes=1)])
    links = Links("eu-west-1", None, 900, lambda: next(keys), lambda: next(times))
    first, second = links.signing("one"), links.signing("one")
    assert "first" in first.link("a")
    assert "second" in second.link("a")
    assert (first.expires_at, second.expires_at) == ("2026-04-02T08:15:00Z", "2026-04-02T08:16:00Z")

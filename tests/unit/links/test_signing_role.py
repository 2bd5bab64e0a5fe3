"""A role that signs links: assumed with the first, again before its session ends, used on while STS is out."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from shared.domain.errors import AccessDeniedError, ConfigError, CredentialsError, StoreUnavailableError
from shared.links.credentials import Links
from shared.links.signing_role import AssumedRole, session_name
from tests.conftest import Log

ROLE = "arn:aws:iam::123456789012:role/signs-links"
BEGAN = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
DOWN = EndpointConnectionError(endpoint_url="https://sts")


class Sts:
    """As much of STS's client as is used, and a clock: seconds since it began."""

    def __init__(self, seconds: int = 3600) -> None:
        self.seconds = seconds
        self.failure: Exception | None = None
        self.asked: list[dict[str, Any]] = []
        self.now = 0.0
        self.takes = 0.0

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        Event().wait(self.takes)
        if self.failure:
            raise self.failure
        key = {"AccessKeyId": f"ASIA{len(self.asked)}", "SecretAccessKey": "secret", "SessionToken": "token"}
        return {"Credentials": {**key, "Expiration": self.time() + timedelta(seconds=self.seconds)}}

    def time(self) -> datetime:
        return BEGAN + timedelta(seconds=self.now)

    def role(self, expiry_seconds: int = 900) -> AssumedRole:
        client: Any = self
        return AssumedRole(ROLE, lambda: client, expiry_seconds, "OnCreated", lambda: self.time().timestamp())

    def links(self, expiry_seconds: int = 900) -> Links:
        return Links("eu-west-1", None, expiry_seconds, self.role(expiry_seconds), self.time)


@pytest.fixture
def sts() -> Sts:
    return Sts()


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "AssumeRole")


def test_it_is_assumed_for_an_hour_with_the_first_link_under_the_functions_name(sts: Sts) -> None:
    role = sts.role()
    assert sts.asked == []
    key = role()
    assert sts.asked == [{"RoleArn": ROLE, "RoleSessionName": "OnCreated", "DurationSeconds": 3600}]
    assert (key.access_key, key.token, key.ends_at) == ("ASIA1", "token", BEGAN + timedelta(hours=1))
    assert "secret" not in repr(key)


@pytest.mark.parametrize(("asked", "renewed"), [(900, 2700), (60, 3540), (1800, 1800), (3600, 1800), (604_800, 1800)])
def test_links_get_what_they_are_asked_for_or_half_a_session_at_least(sts: Sts, asked: int, renewed: int) -> None:
    role = sts.role(asked)
    role()
    sts.now = renewed - 0.1
    assert role().access_key == "ASIA1"
    sts.now = renewed
    assert role().access_key == "ASIA2"
    assert len(sts.asked) == 2


def test_a_session_that_is_shorter_than_it_was_asked_for_is_renewed_by_its_own_length() -> None:
    sts = Sts(seconds=10)
    links = sts.links()
    assert links.signing("docs").expires_at == "2026-04-02T08:00:10Z"
    sts.now = 5
    assert links.signing("docs").expires_at == "2026-04-02T08:00:15Z"


def test_expires_at_is_the_sessions_end_where_that_is_first(sts: Sts) -> None:
    links = sts.links(3600)
    signing = links.signing("docs")
    assert signing.expires_at == "2026-04-02T09:00:00Z"
    sts.now = 600
    later = links.signing("docs")
    assert later.expires_at == "2026-04-02T09:00:00Z"
    assert "&X-Amz-Expires=3600&" in later.link("a.pdf")
    assert re.search(r"X-Amz-Credential=ASIA1%2F", later.link("a.pdf"))


def test_an_outage_is_a_warning_until_the_session_ends(sts: Sts, log: Log) -> None:
    links = sts.links()
    links.signing("docs")
    sts.failure = DOWN
    for sts.now in range(2700, 3600):
        assert links.signing("docs").expires_at == "2026-04-02T09:00:00Z"
    assert len(sts.asked) == 1 + 900 / 15  # not with each link
    assert {(line["level"], line["message"]) for line in log()} == {
        ("WARNING", "the role that signs links cannot be read again")
    }
    sts.now = 3600
    with pytest.raises(StoreUnavailableError, match="STS is to be asked again"):
        links.signing("docs")
    sts.failure, sts.now = None, 3606
    assert links.signing("docs").expires_at == "2026-04-02T09:15:06Z"


@pytest.mark.parametrize(
    ("failure", "error", "says"),
    [
        (refusal("AccessDenied"), AccessDeniedError, "sts:AssumeRole .* trust policy"),
        (refusal("ValidationError"), ConfigError, "ARN"),
        (refusal("RegionDisabledException"), ConfigError, "RegionDisabledException"),
        (refusal("ExpiredToken"), CredentialsError, "valid credentials"),
        (NoCredentialsError(), CredentialsError, "valid credentials"),
        (refusal("Throttling"), StoreUnavailableError, "asked again"),
        (DOWN, StoreUnavailableError, "asked again"),
    ],
)
def test_where_nothing_holds_it_is_raised_by_name(
    sts: Sts, failure: Exception, error: type[Exception], says: str
) -> None:
    sts.failure = failure
    with pytest.raises(error, match=rf"role '{ROLE}' \(SIGNING_ROLE_ARN\): .*{says}"):
        sts.role()()


def test_many_threads_assume_it_once(sts: Sts) -> None:
    role = sts.role()
    sts.takes = 0.02  # seconds for all to come
    with ThreadPoolExecutor(16) as pool:
        assert {key.access_key for key in pool.map(lambda _: role(), range(64))} == {"ASIA1"}
    assert len(sts.asked) == 1


@pytest.mark.parametrize(
    ("name", "named"),
    [("pdf-links-OnCreated-1X", "pdf-links-OnCreated-1X"), ("a b/ü", "a-b--"), ("x" * 99, "x" * 64), ("x", "x-")],
)
def test_a_session_has_a_name_that_sts_takes(name: str, named: str) -> None:
    assert session_name(name) == named
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", named, re.ASCII)

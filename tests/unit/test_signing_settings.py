"""Whose credentials sign documents' links, from the environment to the links; and what is said where it cannot be."""

from collections.abc import Iterator
from typing import Any

import pytest
from boto3.session import Session

from shared.config import LinkSettings, Settings
from shared.domain.errors import ConfigError
from shared.links.signature import SigningKey
from shared.links.signing_key import LongLivedKey
from shared.links.signing_role import AssumedRole
from shared.wiring import Wiring, wire
from tests.chaos.functions import hurried
from tests.conftest import Log

ROLE = "arn:aws:iam::123456789012:role/team/signs-links"
STABLE = {"LINKS": "stable", "LINK_BASE_URL": "https://links.example.com", "LINK_SECRET": "x" * 32}
WEEK = {"URL_EXPIRY_SECONDS": "604800"}


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "somebody")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with hurried():
        yield


@pytest.fixture
def _on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "OnCreated")


def wired(monkeypatch: pytest.MonkeyPatch, **env: str) -> Wiring:
    """With keys that need nobody to be asked."""
    monkeypatch.setattr(LongLivedKey, "__call__", lambda _: SigningKey("AKIALONG", "secret"))
    monkeypatch.setattr(AssumedRole, "__call__", lambda _: SigningKey("ASIAROLE", "secret", "token"))
    return wire(Settings.from_env(env))


def test_nobody_else_signs_where_nothing_is_said() -> None:
    assert Settings.from_env({"SIGNING_SECRET_ID": "", "SIGNING_ROLE_ARN": ""}).links == LinkSettings()


def test_either_is_taken() -> None:
    assert Settings.from_env({"SIGNING_SECRET_ID": "signer"}).links.signing_secret_id == "signer"
    for partition in ("aws", "aws-cn", "aws-us-gov"):
        role = ROLE.replace("arn:aws:", f"arn:{partition}:")
        assert Settings.from_env({"SIGNING_ROLE_ARN": role}).links.signing_role_arn == role


def test_both_are_refused_by_both_names() -> None:
    with pytest.raises(ConfigError, match=r"SIGNING_SECRET_ID and SIGNING_ROLE_ARN are both set"):
        Settings.from_env({"SIGNING_SECRET_ID": "signer", "SIGNING_ROLE_ARN": ROLE})


@pytest.mark.parametrize(
    "value",
    [
        "signs-links",
        "arn:aws:iam::123456789012:user/signer",
        "arn:aws:sts::123456789012:assumed-role/signs-links/x",
        "arn:aws:iam::1234:role/signs-links",
        "arn:aws:iam::123456789012:role/",
        ROLE + " ",
        ROLE + "\n",
        "arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/signs-links",
    ],
)
def test_what_is_no_roles_arn_is_refused_by_name(value: str) -> None:
    with pytest.raises(ConfigError, match=r"SIGNING_ROLE_ARN is .* but must be a role's ARN"):
        Settings.from_env({"SIGNING_ROLE_ARN": value})


@pytest.mark.parametrize(
    ("env", "signer"),
    [({}, "somebody"), ({"SIGNING_SECRET_ID": "signer"}, "AKIALONG"), ({"SIGNING_ROLE_ARN": ROLE}, "ASIAROLE")],
)
def test_documents_links_are_theirs_and_manifests_stay_the_functions_own(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], signer: str
) -> None:
    wiring = wired(monkeypatch, **env)
    assert f"X-Amz-Credential={signer}%2F" in wiring.signing("docs").link("a.pdf")
    assert "X-Amz-Credential=somebody%2F" in wiring.links.signing("docs").link("manifests/manifest.jsonl")


def test_of_a_role_no_more_is_asked_than_a_session_and_of_a_key_all(monkeypatch: pytest.MonkeyPatch) -> None:
    by_role = wired(monkeypatch, SIGNING_ROLE_ARN=ROLE, **WEEK)
    assert "X-Amz-Expires=3600&" in by_role.signing("docs").link("a.pdf")
    by_key = wired(monkeypatch, SIGNING_SECRET_ID="signer", **WEEK)
    assert "X-Amz-Expires=604800&" in by_key.signing("docs").link("a.pdf")


def test_where_links_are_stable_nobody_signs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    wiring = wired(monkeypatch, SIGNING_ROLE_ARN=ROLE, **STABLE)
    assert wiring.signing(wiring.settings.bucket_name).expires_at is None


def test_no_client_of_theirs_is_made_before_a_link_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    session: Any = Session
    client = session.client

    def noted(self: Any, service: str, *given: Any, **options: Any) -> Any:
        made.append(service)
        return client(self, service, *given, **options)

    monkeypatch.setattr(session, "client", noted)
    for env in ({"SIGNING_ROLE_ARN": ROLE}, {"SIGNING_SECRET_ID": "signer"}):
        wire(Settings.from_env(env))
    assert set(made) == {"s3"}


@pytest.mark.usefixtures("_on_lambda")
@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"SIGNING_ROLE_ARN": ROLE, "URL_EXPIRY_SECONDS": "3601"}, "ends after 3600"),
        ({"URL_EXPIRY_SECONDS": "21601"}, "function's own role"),
    ],
)
def test_what_cannot_be_had_is_said_once(env: dict[str, str], says: str, log: Log) -> None:
    wiring = wire(Settings.from_env(env))
    assert log() == []
    wiring.warn()
    (line,) = log()
    assert line["level"] == "WARNING"
    assert says in line["message"]
    wiring.warn()
    assert len(log()) == 1


@pytest.mark.usefixtures("_on_lambda")
@pytest.mark.parametrize(
    "env",
    [
        {},
        {"URL_EXPIRY_SECONDS": "21600"},
        {"SIGNING_ROLE_ARN": ROLE, "URL_EXPIRY_SECONDS": "3600"},
        {"SIGNING_SECRET_ID": "signer", **WEEK},
        {**STABLE, **WEEK},
    ],
)
def test_what_can_be_had_or_is_not_used_is_not_spoken_of(env: dict[str, str], log: Log) -> None:
    wire(Settings.from_env(env)).warn()
    assert log() == []


def test_outside_of_lambda_it_may_be_a_long_lived_key_that_signs(log: Log) -> None:
    wire(Settings.from_env(WEEK)).warn()
    assert log() == []
    wire(Settings.from_env({**WEEK, "SIGNING_ROLE_ARN": ROLE})).warn()
    assert len(log()) == 1

"""A long-lived key in Secrets Manager: what may be in the secret, and how long what was read is used."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from shared.domain.errors import AccessDeniedError, ConfigError, CredentialsError, StoreUnavailableError
from shared.links.secrets_manager import NamedSecret
from shared.links.signature import SigningKey
from shared.links.signing_key import LongLivedKey, key_in
from tests.conftest import Log

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
FIRST, SECOND = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"
WHAT = "secret 'signer' (SIGNING_SECRET_ID)"


def value(access_key: object = FIRST, secret_key: object = SECRET, **more: object) -> str:
    return json.dumps({"access_key_id": access_key, "secret_access_key": secret_key, **more})


class Manager:
    """As much of Secrets Manager's client as is used, and a clock."""

    def __init__(self) -> None:
        self.holds: str | bytes = value()
        self.failure: Exception | None = None
        self.asked = 0
        self.now = 0.0
        self.takes = 0.0

    def get_secret_value(self, *, SecretId: str, VersionStage: str) -> dict[str, Any]:  # noqa: N803 -- boto3's names
        assert (SecretId, VersionStage) == ("signer", "AWSCURRENT")
        self.asked += 1
        Event().wait(self.takes)
        if self.failure:
            raise self.failure
        return {"SecretString" if isinstance(self.holds, str) else "SecretBinary": self.holds}

    def key(self) -> LongLivedKey:
        made: Callable[[], Any] = lambda: self  # noqa: E731 -- types it
        return LongLivedKey(NamedSecret(made, "signer", "SIGNING_SECRET_ID"), lambda: self.now)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "GetSecretValue")


DOWN = EndpointConnectionError(endpoint_url="https://secretsmanager")


@pytest.fixture
def manager() -> Manager:
    return Manager()


@pytest.mark.parametrize("holds", [value(), value().encode(), f" {value()}\n"])
def test_a_key_is_what_the_secret_says_and_has_no_end(manager: Manager, holds: str | bytes) -> None:
    manager.holds = holds
    assert manager.key()() == SigningKey(FIRST, SECRET, None, None)


@pytest.mark.parametrize(
    ("holds", "says"),
    [
        ("", "is no JSON, but must be a JSON object"),
        (SECRET, "is no JSON, but must be a JSON object"),
        (b"\xff" + SECRET.encode(), "is no JSON"),
        (json.dumps(SECRET), "must be a JSON object"),
        (json.dumps([FIRST, SECRET]), "must be a JSON object"),
        (json.dumps({"access_key_id": FIRST}), "must be a JSON object"),
        (json.dumps({"AccessKeyId": FIRST, "SecretAccessKey": SECRET}), "must be a JSON object"),
        (value(session_token=SECRET), "and of nothing else"),
        (value(secret_key=None), "must be a JSON object"),
        (value(secret_key=[SECRET]), "must be a JSON object"),
        (value(access_key=""), "holds no key"),
        (value(secret_key=""), "holds no key"),
        (value(secret_key=f"{SECRET}\n"), "a line's end"),
        (value(access_key=f" {FIRST}"), "a space"),
        (value(access_key=SECRET), "holds no key"),
        (value(access_key="ASIAIOSFODNN7EXAMPLE"), "temporary"),
    ],
)
def test_anything_else_is_refused_by_name_and_never_shown(holds: str | bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        key_in(holds if isinstance(holds, bytes) else holds.encode(), WHAT)
    told = f"{caught.value}{caught.value.__cause__}"
    assert told.startswith(WHAT)
    assert not any(each in told for each in (SECRET, FIRST, "IOSFODNN7EXAMPLE"))


def test_nothing_is_asked_before_the_first_link_and_then_once_in_five_minutes(manager: Manager) -> None:
    key = manager.key()
    assert manager.asked == 0
    for manager.now in range(300):
        assert key().access_key == FIRST
    assert manager.asked == 1
    manager.holds = value(SECOND)
    manager.now = 300
    assert key().access_key == SECOND
    assert manager.asked == 2


def test_an_outage_is_a_warning_while_what_was_read_is_an_hour_old_at_most(manager: Manager, log: Log) -> None:
    key = manager.key()
    key()
    manager.failure = DOWN
    for manager.now in range(300, 3600):
        assert key().access_key == FIRST
    assert manager.asked == 1 + 3300 / 15  # not with each link
    assert {(line["level"], line["message"]) for line in log()} == {
        ("WARNING", "the key that signs links cannot be read again")
    }
    manager.now = 3600
    with pytest.raises(StoreUnavailableError, match="Secrets Manager is to be asked again"):
        key()


def test_a_new_value_that_is_no_key_is_an_error_in_the_log_and_the_old_one_goes_on(manager: Manager, log: Log) -> None:
    key = manager.key()
    key()
    manager.holds = value(secret_key=None)
    manager.now = 300
    assert key().access_key == FIRST
    (line,) = log()
    assert (line["level"], line["error"]) == ("ERROR", "ConfigError")
    assert SECRET not in str(line)
    assert FIRST not in str(line)


@pytest.mark.parametrize(
    ("failure", "error", "says"),
    [
        (refusal("ResourceNotFoundException"), ConfigError, "there is none"),
        (refusal("InvalidRequestException"), ConfigError, "about to be deleted"),
        (NoRegionError(), ConfigError, "NoRegionError"),
        (refusal("AccessDeniedException"), AccessDeniedError, "secretsmanager:GetSecretValue"),
        (refusal("DecryptionFailure"), AccessDeniedError, "use of its key"),
        (NoCredentialsError(), CredentialsError, "valid credentials"),
        (refusal("ExpiredTokenException"), CredentialsError, "valid credentials"),
        (refusal("InternalServiceError"), StoreUnavailableError, "asked again"),
        (DOWN, StoreUnavailableError, "asked again"),
    ],
)
def test_a_first_failure_is_raised_by_name(
    manager: Manager, failure: Exception, error: type[Exception], says: str
) -> None:
    manager.failure = failure
    with pytest.raises(error, match=rf"secret 'signer' \(SIGNING_SECRET_ID\): .*{says}"):
        manager.key()()


def test_a_first_failure_is_everybodys_for_five_seconds(manager: Manager) -> None:
    manager.failure = DOWN
    key = manager.key()
    manager.takes = 0.02  # seconds for all to come

    def asks(_: int) -> str:
        with pytest.raises(StoreUnavailableError) as caught:
            key()
        return str(caught.value)

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(asks, range(64)))) == 1
    assert manager.asked == 1
    manager.failure, manager.now = None, 5
    assert key().access_key == FIRST


def test_many_threads_read_it_once(manager: Manager) -> None:
    key = manager.key()
    manager.takes = 0.02  # seconds for all to come
    with ThreadPoolExecutor(16) as pool:
        assert {made.access_key for made in pool.map(lambda _: key(), range(64))} == {FIRST}
    assert manager.asked == 1


def test_nothing_of_it_is_shown(manager: Manager) -> None:
    key = manager.key()
    assert SECRET not in f"{key()!r}{key!r}{vars(key)!r}"

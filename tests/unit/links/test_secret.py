"""The secret of stable links: read seldom, read again when a link does not fit, kept through an outage."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoRegionError, ParamValidationError

from shared.domain.errors import AccessDeniedError, ConfigError, StoreUnavailableError
from shared.links.secret import FixedSecret, KeptSecret, in_secrets_manager
from tests.conftest import Log

ONE, TWO, THREE = (each * 32 for each in ("1", "2", "3"))


class SecretsManager:
    """As much of Secrets Manager's client as is used, of boto3's session, and of a clock."""

    def __init__(self, **stages: str | bytes) -> None:
        self.stages: dict[str, str | bytes] = stages
        self.failure: Exception | None = None
        self.asked: list[str] = []
        self.now = 0.0

    def client(self, service: str, **_: object) -> Any:
        assert service == "secretsmanager"
        return self

    def get_secret_value(self, *, SecretId: str, VersionStage: str) -> dict[str, Any]:  # noqa: N803 -- boto3's names
        assert SecretId == "links"
        self.asked.append(VersionStage)
        if self.failure:
            raise self.failure
        if VersionStage not in self.stages:
            raise refusal("ResourceNotFoundException")
        value = self.stages[VersionStage]
        return {"SecretString" if isinstance(value, str) else "SecretBinary": value}

    def rotate(self, to: str) -> None:
        self.stages = {"AWSCURRENT": to, "AWSPREVIOUS": self.stages["AWSCURRENT"]}

    def secret(self) -> KeptSecret:
        session: Any = self
        kept = in_secrets_manager(session, "links")
        kept._kept._clock = lambda: self.now  # noqa: SLF001 -- whoever waits for five minutes
        return kept

    @property
    def reads(self) -> int:
        return self.asked.count("AWSCURRENT")


@pytest.fixture
def manager() -> SecretsManager:
    return SecretsManager(AWSCURRENT=TWO, AWSPREVIOUS=ONE)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "GetSecretValue")


def refused(error: Exception) -> SecretsManager:
    manager = SecretsManager()
    manager.failure = error
    return manager


def test_the_current_stage_makes_links_and_both_open_them(manager: SecretsManager) -> None:
    secret = manager.secret()
    assert (secret.signing(), secret.opening()) == (TWO.encode(), (TWO.encode(), ONE.encode()))


def test_nothing_is_asked_before_the_first_link(manager: SecretsManager) -> None:
    secret = manager.secret()
    assert manager.asked == []
    secret.signing()
    assert manager.asked == ["AWSCURRENT", "AWSPREVIOUS"]


def test_a_secret_that_was_never_rotated_opens_alone() -> None:
    secret = SecretsManager(AWSCURRENT=ONE).secret()
    assert (secret.signing(), secret.opening()) == (ONE.encode(), (ONE.encode(),))


def test_bytes_are_a_secret_too() -> None:
    assert SecretsManager(AWSCURRENT=b"\xff" * 32).secret().signing() == b"\xff" * 32


def test_what_makes_links_is_read_again_after_four_minutes_and_not_before(manager: SecretsManager) -> None:
    secret = manager.secret()
    secret.signing()
    manager.rotate(THREE)
    manager.now = 239.9
    assert (secret.signing(), manager.reads) == (TWO.encode(), 1)
    manager.now = 240
    assert (secret.signing(), manager.reads) == (THREE.encode(), 2)


def test_what_opens_links_is_read_again_after_a_minute_and_not_before(manager: SecretsManager) -> None:
    secret = manager.secret()
    secret.opening()
    manager.rotate(THREE)
    manager.now = 59.9
    assert (secret.opening()[0], manager.reads) == (TWO.encode(), 1)
    manager.now = 60
    assert (secret.opening(), manager.reads) == ((THREE.encode(), TWO.encode()), 2)


def test_where_the_clock_was_put_back_it_is_read_again(manager: SecretsManager) -> None:
    secret = manager.secret()
    secret.signing()
    manager.rotate(THREE)
    manager.now = -1
    assert secret.signing() == THREE.encode()


def test_its_age_is_told_by_the_walls_clock_which_goes_on_while_lambda_has_it_frozen(manager: SecretsManager) -> None:
    session: Any = manager
    assert in_secrets_manager(session, "links")._kept._clock is time.time  # noqa: SLF001 -- what no test can wait for


def test_what_does_not_fit_has_it_read_again_at_once_but_once_a_minute(manager: SecretsManager) -> None:
    secret = manager.secret()
    secret.opening()
    manager.rotate(THREE)
    manager.now = 1
    assert secret.opening_anew() == (THREE.encode(), TWO.encode())
    assert [secret.opening_anew() for _ in range(100)] == [()] * 100
    assert manager.reads == 2
    manager.now = 61
    assert secret.opening_anew() == (THREE.encode(), TWO.encode())
    assert manager.reads == 3


DOWN = EndpointConnectionError(endpoint_url="https://secretsmanager")


def test_an_outage_makes_no_link_under_what_was_read_five_minutes_ago(manager: SecretsManager, log: Log) -> None:
    secret = manager.secret()
    secret.signing()
    manager.failure = DOWN
    manager.now = 299.9
    assert secret.signing() == TWO.encode()
    (line,) = log()
    assert (line["level"], line["error"]) == ("WARNING", "StoreUnavailableError")
    for manager.now in (300, 330, 1000):  # a failure counts as no reading
        with pytest.raises(StoreUnavailableError):
            secret.signing()
    manager.failure = None
    manager.rotate(THREE)
    assert secret.signing() == THREE.encode()


def test_an_outage_opens_what_was_opened_before_for_an_hour(manager: SecretsManager) -> None:
    secret = manager.secret()
    secret.opening()
    manager.failure = DOWN
    for manager.now in range(1, 3600):
        assert secret.opening() == (TWO.encode(), ONE.encode())
    assert manager.reads == 1 + 59  # once a minute, and not with each link
    manager.now = 3600
    with pytest.raises(StoreUnavailableError):
        secret.opening()


@pytest.mark.parametrize(
    ("failure", "error", "says"),
    [
        (refusal("ResourceNotFoundException"), ConfigError, "there is none"),
        (refusal("InvalidRequestException"), ConfigError, "about to be deleted"),
        (ParamValidationError(report="no name"), ConfigError, "no secret's name"),
        (refusal("AccessDeniedException"), AccessDeniedError, "secretsmanager:GetSecretValue"),
        (refusal("DecryptionFailure"), AccessDeniedError, "use of its key"),
        (refusal("InternalServiceError"), StoreUnavailableError, "asked again"),
        (refusal("ThrottlingException"), StoreUnavailableError, "asked again"),
        (EndpointConnectionError(endpoint_url="https://x"), StoreUnavailableError, "asked again"),
    ],
)
def test_a_first_failure_is_raised_by_name(failure: Exception, error: type[Exception], says: str) -> None:
    for asks in (KeptSecret.signing, KeptSecret.opening, KeptSecret.opening_anew):
        with pytest.raises(error, match=rf"secret 'links' \(LINK_SECRET_ID\): .*{says}"):
            asks(refused(failure).secret())


def test_after_a_first_failure_it_is_asked_again_at_once() -> None:
    manager = refused(refusal("InternalServiceError"))
    secret = manager.secret()
    with pytest.raises(StoreUnavailableError):
        secret.signing()
    manager.failure, manager.stages = None, {"AWSCURRENT": ONE}
    assert secret.signing() == ONE.encode()


@pytest.mark.parametrize("value", ["", "1" * 31, b"", b"1" * 31])
def test_a_short_one_is_refused_and_not_shown(value: str | bytes) -> None:
    with pytest.raises(ConfigError, match=r"LINK_SECRET_ID.* has (0|31) bytes, but must have at least 32") as caught:
        SecretsManager(AWSCURRENT=value).secret().signing()
    assert "111" not in str(caught.value)


def test_a_short_one_that_was_replaced_opens_nothing_and_keeps_nothing_from_the_new_one(log: Log) -> None:
    secret = SecretsManager(AWSCURRENT=TWO, AWSPREVIOUS="changeme").secret()
    assert (secret.signing(), secret.opening()) == (TWO.encode(), (TWO.encode(),))
    assert "changeme" not in str(log())


def test_the_stage_before_must_not_fail_unseen(manager: SecretsManager) -> None:
    """Otherwise links under it would be refused for a minute, and nobody would know why."""
    get = manager.get_secret_value

    def failing(**request: str) -> dict[str, Any]:
        if request["VersionStage"] == "AWSPREVIOUS":
            raise refusal("AccessDeniedException")
        return get(**request)

    manager.get_secret_value = failing  # type: ignore[method-assign]  # of this one
    with pytest.raises(AccessDeniedError):
        manager.secret().opening()


def test_without_a_region_nobody_can_be_asked() -> None:
    class Nowhere:
        def client(self, *_: object, **__: object) -> Any:
            raise NoRegionError

    session: Any = Nowhere()
    with pytest.raises(ConfigError, match=r"'links' .*region"):
        in_secrets_manager(session, "links")


def test_one_that_is_given_never_changes() -> None:
    secret = FixedSecret(b"x" * 32)
    assert (secret.signing(), secret.opening(), secret.opening_anew()) == (b"x" * 32, (b"x" * 32,), ())


def test_no_secret_is_shown(manager: SecretsManager) -> None:
    secret = manager.secret()
    secret.opening()
    assert TWO not in repr(secret)

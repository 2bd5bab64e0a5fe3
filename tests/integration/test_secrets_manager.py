"""The secret of stable links, read from a Secrets Manager: moto's."""

import secrets
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from shared.domain.errors import ConfigError
from shared.links.secret import KeptSecret, in_secrets_manager
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

ONE, TWO, THREE = (each * 32 for each in ("1", "2", "3"))


@pytest.fixture
def session(moto: Server, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.endpoint_url)
    return boto3.Session(moto.access_key_id, moto.secret_access_key, region_name=moto.region)


@pytest.fixture
def manager(session: boto3.Session) -> "SecretsManagerClient":
    return session.client("secretsmanager", config=Config(retries={"total_max_attempts": 1}))


def kept(session: boto3.Session, secret_id: str) -> KeptSecret:
    return in_secrets_manager(session, secret_id)


def test_a_secret_is_read_in_both_its_stages_through_rotations(
    session: boto3.Session, manager: "SecretsManagerClient"
) -> None:
    made = manager.create_secret(Name=f"links-{secrets.token_hex(4)}", SecretString=ONE)
    assert kept(session, made["Name"]).opening() == (ONE.encode(),)
    warm = kept(session, made["ARN"])
    assert warm.signing() == ONE.encode()
    manager.put_secret_value(SecretId=made["Name"], SecretString=TWO)
    assert warm.signing() == ONE.encode()
    assert warm.opening_anew() == (TWO.encode(), ONE.encode())
    manager.put_secret_value(SecretId=made["Name"], SecretBinary=THREE.encode())
    assert kept(session, made["ARN"]).opening() == (THREE.encode(), TWO.encode())


def test_one_that_there_is_not_is_told_by_name(session: boto3.Session, manager: "SecretsManagerClient") -> None:
    with pytest.raises(ConfigError, match=r"secret 'no-such' \(LINK_SECRET_ID\): there is none"):
        kept(session, "no-such").signing()
    name = f"links-{secrets.token_hex(4)}"
    manager.create_secret(Name=name)
    with pytest.raises(ConfigError, match="has no value"):
        kept(session, name).signing()


def test_one_that_is_about_to_be_deleted_is_told_by_name(
    session: boto3.Session, manager: "SecretsManagerClient"
) -> None:
    name = f"links-{secrets.token_hex(4)}"
    manager.create_secret(Name=name, SecretString=ONE)
    manager.delete_secret(SecretId=name)
    with pytest.raises(ConfigError, match="about to be deleted"):
        kept(session, name).signing()

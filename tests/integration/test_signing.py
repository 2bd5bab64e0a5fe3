"""Links signed by a long-lived key in a real Secrets Manager, and by a role that a real STS lets assume: an emulator's,
which refuses what a signature's credentials may not read. The user and the role are those of docs/signing.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local.deployed.deployment import outputs_of
from local.deployed.library import fetch, status_of
from local.project import ROOT
from shared.domain.manifest import Line
from shared.links.presigned import signed_at
from tests import servers
from tests.chaos.functions import Functions
from tests.integration.deployment import deployed, manifest
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PDF, WEEK = b"%PDF-1.7", {"URL_EXPIRY_SECONDS": "604800"}
BUCKET, KEYS = "documents", ("a/1.pdf", "a/2.Pdf")


class Account:
    """An account with one bucket of documents, and what its owner does there."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=server.region)
        self.iam, self.secrets = self.client("iam"), self.client("secretsmanager")
        self.s3: S3Client = server.client()

    def client(self, service: str) -> Any:
        make: Any = self._session.client
        return make(service, endpoint_url=self.server.endpoint_url)

    def made(self, template: str) -> dict[str, str]:
        """The outputs of a template of docs/signing, deployed for the bucket."""
        cloudformation, name = self.client("cloudformation"), f"signer-{secrets.token_hex(4)}"
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=(ROOT / "docs" / "signing" / template).read_text(),
            Parameters=[{"ParameterKey": "Bucket", "ParameterValue": BUCKET}],
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        return outputs_of(stack)

    def new_key(self, user: str) -> tuple[str, str]:
        """A key of the user: its name, and what goes into the secret."""
        key = self.iam.create_access_key(UserName=user)["AccessKey"]
        held = {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
        return key["AccessKeyId"], json.dumps(held)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with servers.ministack() as server:
        account = Account(server)
        account.s3.create_bucket(Bucket=BUCKET)
        for key in KEYS:
            account.s3.put_object(Bucket=BUCKET, Key=key, Body=PDF)
        yield account


def published(account: Account, env: Mapping[str, str], *keys: str) -> dict[str, Line]:
    """The lines that both functions make of the documents, the update first; as it was written by the scan."""
    endpoint = {"AWS_ENDPOINT_URL": account.server.endpoint_url}
    with deployed(account.server, BUCKET, **endpoint, **env) as functions:
        return lines_by(functions, account, *keys)


def lines_by(functions: Functions, account: Account, *keys: str) -> dict[str, Line]:
    answer = functions.notify(*keys)
    assert answer.error is None
    return manifest(account.s3, BUCKET, "a/")


def link_of(line: Line) -> str:
    assert line.url
    return line.url


def asked(line: Line) -> datetime:
    """The end that the line tells."""
    assert line.expires_at
    return datetime.fromisoformat(line.expires_at)


def test_a_key_signs_for_a_week_and_its_successor_takes_over_without_the_old_links_dying(account: Account) -> None:
    user = account.made("user.yaml")["UserName"]
    old, held = account.new_key(user)
    secret = account.secrets.create_secret(Name="signer", SecretString=held)["ARN"]
    env = {"SIGNING_SECRET_ID": secret, **WEEK}
    before = published(account, env, *KEYS)
    for line in before.values():
        assert f"X-Amz-Credential={old}%2F" in link_of(line)
        assert asked(line) == (signed_at(link_of(line)) or asked(line)) + timedelta(days=7)
        assert fetch(link_of(line)) == PDF

    new, held = account.new_key(user)
    account.secrets.put_secret_value(SecretId=secret, SecretString=held)
    after = published(account, env, KEYS[0])  # an update of one document takes the other's link along
    assert all(f"X-Amz-Credential={new}%2F" in link_of(line) for line in after.values())
    assert all(fetch(link_of(line)) == PDF for line in (*before.values(), *after.values()))

    account.iam.delete_access_key(UserName=user, AccessKeyId=old)
    assert [status_of(link_of(lines[KEYS[0]])) for lines in (before, after)] == [403, 200]


def test_a_role_signs_until_its_session_ends_and_every_line_says_when(account: Account) -> None:
    arn = account.made("role.yaml")["SigningRoleArn"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})  # the functions are its owner's here
    account.iam.update_assume_role_policy(RoleName=arn.rpartition("/")[2], PolicyDocument=trust)
    endpoint = {"AWS_ENDPOINT_URL": account.server.endpoint_url}
    with deployed(account.server, BUCKET, **endpoint, **WEEK, SIGNING_ROLE_ARN=arn) as functions:
        lines = lines_by(functions, account, *KEYS)
        session = functions.on_created.wiring.documents._key()  # noqa: SLF001 -- what it signs with
        told = functions.scan("a/").body
    for line in lines.values():
        assert f"X-Amz-Credential={session.access_key}%2F" in link_of(line)
        assert asked(line) <= session.ends_at
        assert session.ends_at - asked(line) < timedelta(seconds=2)
        assert fetch(link_of(line)) == PDF
    # A manifest's own link is the function's, for the role reads documents alone.
    assert fetch(told["manifest_url"])
    (policy,) = account.iam.list_role_policies(RoleName=arn.rpartition("/")[2])["PolicyNames"]
    account.iam.delete_role_policy(RoleName=arn.rpartition("/")[2], PolicyName=policy)
    assert [status_of(link_of(line)) for line in lines.values()] == [403, 403]
    assert fetch(told["manifest_url"])


def test_a_role_that_does_not_trust_the_function_is_told_by_name_and_nothing_is_written(account: Account) -> None:
    arn = account.made("role.yaml")["SigningRoleArn"]
    endpoint = {"AWS_ENDPOINT_URL": account.server.endpoint_url}
    with deployed(account.server, BUCKET, **endpoint, SIGNING_ROLE_ARN=arn) as functions:
        answer = functions.notify("b/1.pdf")
    assert type(answer.error).__name__ == "AccessDeniedError"
    assert "trust policy" in str(answer.error)
    assert account.s3.list_objects_v2(Bucket=BUCKET, Prefix="manifests/b/")["KeyCount"] == 0

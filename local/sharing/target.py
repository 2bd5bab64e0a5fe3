"""Whose documents are to be shared: a store's on this machine, or a deployed stack's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.deployed.deployment import outputs_of
from shared.config import Settings
from shared.domain.errors import ConfigError, ShareError
from shared.store.client import make_client
from shared.store.endpoint import followed
from shared.store.failures import code_of
from shared.store.pages import read_pages_fast
from shared.store.presence import create_bucket
from shared.store.shares import Shares

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_s3 import S3Client

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_LINKS_PORT = "9002"
_NOT_OURS = ("LINKS", "LINK_SECRET", "LINK_SECRET_ID", "PREFIX")  # the functions', or of another meaning here


@dataclass(frozen=True, slots=True)
class Target:
    """Where documents, manifests and shares are, and the address that shares begin with. `stack`: its name, if any."""

    settings: Settings
    client: "S3Client"
    share_bucket: str
    base_url: str
    stack: str = ""

    @property
    def shares(self) -> Shares:
        return Shares(self.client, self.share_bucket)

    def make_bucket(self) -> None:
        """Make the shares' own where it is missing, on this machine: a deployed one is the template's to make."""
        if urlsplit(self.settings.endpoint_url or "").hostname in _THIS_MACHINE and not self.stack:
            create_bucket(self.client, self.share_bucket)


def target(env: Mapping[str, str]) -> Target:
    """Of STACK where that is named, else of the environment's own bucket. Raises ConfigError, ShareError."""
    session = boto3.Session()
    stack = env.get("STACK", "")
    return _target(of_stack(session, stack) if stack else of_environment(env), session, stack)


def of_environment(env: Mapping[str, str]) -> dict[str, str]:
    """The functions' own settings, and what `make up` gives those that are not there."""
    here = {name: value for name, value in env.items() if name not in _NOT_OURS}
    bucket = Settings.from_env(here).bucket_name
    return here | {
        "SHARE_BUCKET": here.get("SHARE_BUCKET") or f"{bucket}-shares",
        "LINK_BASE_URL": here.get("LINK_BASE_URL") or f"http://127.0.0.1:{here.get('LINKS_PORT') or _LINKS_PORT}",
    }


def of_stack(session: boto3.Session, name: str) -> dict[str, str]:
    """What its functions are told, by its outputs and parameters; on AWS, or at AWS_ENDPOINT_URL."""
    stack = _described(session, name)
    outputs = outputs_of(stack)
    if not outputs.get("ShareBucket") or not outputs.get("LinkBaseUrl"):
        raise ShareError(
            f"Stack {name!r} has no shares: it was deployed without OpenLinks. Turn it on: make deploy STACK={name} "
            "PARAMETERS='OpenLinks=ENABLED …', with the parameters it has."
        )
    parameters = {each["ParameterKey"]: each.get("ParameterValue", "") for each in stack.get("Parameters", [])}
    return {
        "BUCKET_NAME": outputs["Bucket"],
        "MANIFEST_BUCKET": outputs.get("ManifestBucket", ""),
        "MANIFEST_PREFIX": parameters.get("ManifestPrefix", "manifests/"),
        "PREFIX_DEPTH": parameters.get("PrefixDepth", ""),
        "OPEN_EXPIRY_SECONDS": parameters.get("OpenExpirySeconds", "300"),
        "SHARE_BUCKET": outputs["ShareBucket"],
        "LINK_BASE_URL": outputs["LinkBaseUrl"],
    }


def _described(session: boto3.Session, name: str) -> "StackTypeDef":
    try:
        (stack,) = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError, ValueError) as error:
        why = code_of(error) or type(error).__name__
        raise ConfigError(
            f"STACK {name!r} cannot be described ({why}) in region {session.region_name}. Is it deployed there, in "
            "the account that the credentials are of?"
        ) from error
    return stack


def _target(env: Mapping[str, str], session: boto3.Session, stack: str) -> Target:
    settings = followed(Settings.from_env(env), session)
    client = make_client(session, settings.endpoint_url)
    read_pages_fast(client)
    assert settings.links.share_bucket
    assert settings.links.base_url
    return Target(settings, client, settings.links.share_bucket, settings.links.base_url, stack)

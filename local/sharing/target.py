"""Whose documents are to be shared: a store's on this machine, or a deployed stack's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3

from local.deployed.aws import Aws
from local.deployed.reached import Reached, reached
from local.laptop.up import Laptop
from shared.config import THIS_MACHINE, Settings
from shared.store.client import make_client
from shared.store.endpoint import followed
from shared.store.pages import read_pages_fast
from shared.store.presence import create_bucket
from shared.store.shares import Shares

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

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
    def typed(self) -> str:
        """What a command is to be typed with, to be about the same."""
        return f" STACK={self.stack}" if self.stack else ""

    @property
    def shares(self) -> Shares:
        return Shares(self.client, self.share_bucket)

    def make_bucket(self) -> None:
        """Make the shares' own where it is missing, on this machine: a deployed one is the template's to make."""
        if urlsplit(self.settings.endpoint_url or "").hostname in THIS_MACHINE and not self.stack:
            create_bucket(self.client, self.share_bucket)


def target(env: Mapping[str, str]) -> Target:
    """Of STACK where that is named, else of the environment's own bucket. Raises ConfigError and StackError."""
    if not (name := env.get("STACK", "")):
        return _target(of_environment(env), boto3.Session())
    aws = Aws.of_environment()
    return of_stack(aws, reached(aws, name))


def of_environment(env: Mapping[str, str]) -> dict[str, str]:
    """The functions' own settings, and what `make up` gives those that are not there."""
    here = {name: value for name, value in env.items() if name not in _NOT_OURS}
    links = Laptop.from_env(here).links
    return here | {
        "SHARE_BUCKET": here.get("SHARE_BUCKET") or links.share_bucket,
        "LINK_BASE_URL": here.get("LINK_BASE_URL") or links.base_url,
    }


def of_stack(aws: Aws, stack: Reached) -> Target:
    """What its functions are told, by its outputs and parameters. Raises StackError where it has no shares."""
    told = {
        **stack.variables,
        "OPEN_EXPIRY_SECONDS": stack.parameters.get("OpenExpirySeconds", "300"),
        "SHARE_BUCKET": stack.output("ShareBucket"),
        "LINK_BASE_URL": stack.output("LinkBaseUrl"),
        "S3_ENDPOINT_URL": aws.endpoint_url,
    }
    return _target(told, aws.session, stack.name)


def _target(env: Mapping[str, str], session: boto3.Session, stack: str = "") -> Target:
    settings = followed(Settings.from_env(env), session)
    client = make_client(session, settings.endpoint_url)
    read_pages_fast(client)
    assert settings.links.share_bucket
    assert settings.links.base_url
    return Target(settings, client, settings.links.share_bucket, settings.links.base_url, stack)

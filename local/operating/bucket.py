"""Where the documents and manifests are that an operator looks at: a deployed stack's, or the environment's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from local.deployed.aws import Aws
from local.deployed.reached import Reached, reached
from local.operating.leading import Addresses
from shared.config import Settings
from shared.domain.documents import Layout
from shared.store.endpoint import followed
from shared.store.pages import read_pages_fast
from shared.wiring import quick_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_TOLD = ("BUCKET_NAME", "MANIFEST_BUCKET", "MANIFEST_PREFIX", "PREFIX_DEPTH", "S3_ENDPOINT_URL", "LINK_BASE_URL")


@dataclass(frozen=True, slots=True)
class Bucket:
    """`client` has `pages.read_pages_fast` installed. `prefix`: what its full scans cover."""

    settings: Settings
    session: boto3.Session
    client: "S3Client"

    @property
    def name(self) -> str:
        return self.settings.bucket_name

    @property
    def layout(self) -> Layout:
        return self.settings.layout

    @property
    def addresses(self) -> Addresses:
        """Where the links of its documents are to lead."""
        settings = self.settings
        return Addresses(self.name, self.session.region_name or "", settings.endpoint_url, settings.links.base_url)

    @property
    def prefix(self) -> str:
        return self.settings.prefix


def of_stack(aws: Aws, stack: Reached) -> Bucket:
    """Raises ConfigError."""
    addresses = {"S3_ENDPOINT_URL": aws.endpoint_url, "LINK_BASE_URL": stack.outputs.get("LinkBaseUrl", "")}
    return _bucket(stack.variables | addresses, aws.session)


def of_environment(env: Mapping[str, str]) -> Bucket:
    """All of the bucket that the functions' own settings name. Raises ConfigError."""
    return _bucket({name: env[name] for name in _TOLD if name in env} | {"PREFIX": ""}, boto3.Session())


def bucket(name: str, env: Mapping[str, str]) -> Bucket:
    """Of the stack of that name; without one the environment's. Raises ConfigError and StackError."""
    if not name:
        return of_environment(env)
    aws = Aws.of_environment()
    return of_stack(aws, reached(aws, name))


def _bucket(told: Mapping[str, str], session: boto3.Session) -> Bucket:
    settings = followed(Settings.from_env(told), session)
    client = quick_client(settings, session)
    read_pages_fast(client)
    return Bucket(settings, session, client)

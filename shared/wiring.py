"""Everything the functions share, put together once from the settings."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import boto3

from shared.config import LinkSettings, Settings
from shared.domain.signing import Signing
from shared.links.authorization import Authorizer
from shared.links.credentials import Links, session_key
from shared.links.lifetimes import SESSION_SECONDS, too_long
from shared.links.secret import FixedSecret, Secret, in_secrets_manager
from shared.links.secrets_manager import NamedSecret, secrets_client
from shared.links.services import IMPATIENT
from shared.links.signature import SigningKey
from shared.links.signing_key import LongLivedKey
from shared.links.signing_role import AssumedRole
from shared.links.stable import StableLinks
from shared.store.bucket import Bucket
from shared.store.client import make_client, patient_client, quiet, second_client, when_asked
from shared.store.endpoint import followed
from shared.store.manifests import ManifestStore
from shared.store.quick import QuickClient
from shared.telemetry import SERVICE, logger
from shared.update.publish import Publisher
from shared.update.retry import Retries, queue_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_HEADS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a handler works with."""

    settings: Settings
    session: boto3.Session
    client: "S3Client"
    links: Links
    """What signs presigned links to manifests, and all that open_link makes: the function's own credentials."""
    documents: Links
    """What signs those that manifests carry, where they carry such."""
    stable: StableLinks | None
    """What makes and opens links that do not expire, where there is a secret."""
    store: ManifestStore
    doubts: Iterator[str]
    """What is asked for and cannot be had, each in a sentence. Told once."""

    def publisher(self) -> Publisher:
        pool = ThreadPoolExecutor(_HEADS_AT_ONCE, "head")
        return Publisher(self.store, Bucket(self.client, pool), self.settings.layout, self.signing)

    def signing(self, bucket: str) -> Signing:
        """What makes the links that this bucket's manifests carry. Raises ConfigError where it can have none."""
        links = self.stable if self.settings.links.stable and self.stable else self.documents
        return links.signing(bucket)

    def warn(self) -> None:
        """Say what is asked for and cannot be had: in an environment's first invocation, and in no other."""
        for doubt in self.doubts:
            logger.warning(doubt)

    def retries(self) -> Retries:
        return Retries(partial(queue_client, self.session))

    def opens(self) -> StableLinks:
        """What opens links that do not expire. Raises ConfigError where there is no secret."""
        self.settings.links.require_secret()
        assert self.stable
        return self.stable


def wire(settings: Settings) -> Wiring:
    """Make the client and what stands on it. Nothing is asked of S3 yet. Raises ConfigError."""
    quiet()
    if settings.links.stable:
        settings.links.require_secret()
        settings.links.require_base_url()
    session = boto3.Session()
    settings = followed(settings, session)
    quick, key = quick_client(settings, session), partial(session_key, session)
    region = quick.meta.region_name
    links = Links(region, settings.endpoint_url, settings.url_expiry_seconds, key)
    documents = Links(region, settings.endpoint_url, *_signing(settings, session, key))
    patient = patient_client(session, settings.endpoint_url)
    store = ManifestStore(quick, settings.layout, patient=patient)
    return Wiring(settings, session, quick, links, documents, _stable(settings, session), store, _doubts(settings))


def _signing(
    settings: Settings, session: boto3.Session, own: Callable[[], SigningKey]
) -> tuple[int, Callable[[], SigningKey]]:
    """How long links to documents are to live, and whose credentials sign them. Nobody is asked before the first."""
    asked, told = settings.url_expiry_seconds, settings.links
    if told.signing_secret_id:
        what = f"secret {told.signing_secret_id!r} (SIGNING_SECRET_ID)"
        manager = when_asked(partial(secrets_client, session, what))
        return asked, LongLivedKey(NamedSecret(manager, told.signing_secret_id, "SIGNING_SECRET_ID"))
    if told.signing_role_arn:
        sts = when_asked(partial(session.client, "sts", config=IMPATIENT))
        asked = min(asked, SESSION_SECONDS)
        return asked, AssumedRole(told.signing_role_arn, sts, asked, SERVICE)
    return asked, own


def _doubts(settings: Settings) -> Iterator[str]:
    """Of its own role a function knows no end but that it has one; a person's key may well be a long-lived one."""
    by_role, by_key = bool(settings.links.signing_role_arn), bool(settings.links.signing_secret_id)
    known, asked = by_role or "AWS_LAMBDA_FUNCTION_NAME" in os.environ, settings.url_expiry_seconds
    if known and not settings.links.stable and (doubt := too_long(asked, by_key=by_key, by_role=by_role)):
        yield f"URL_EXPIRY_SECONDS={asked}: {doubt}"


def quick_client(settings: Settings, session: boto3.Session) -> "S3Client":
    """One that asks of objects faster than the SDK alone does. Raises ConfigError."""
    client = make_client(session, settings.endpoint_url)
    authorizer = Authorizer(client.meta.region_name, settings.endpoint_url, partial(session_key, session))
    return cast("S3Client", QuickClient(client, authorizer, second_client(session, settings.endpoint_url)))


def _stable(settings: Settings, session: boto3.Session) -> StableLinks | None:
    secret = _secret(settings.links, session)
    return StableLinks(settings.links.base_url or "", settings.bucket_name, secret) if secret else None


def _secret(told: LinkSettings, session: boto3.Session) -> Secret | None:
    if told.secret:
        return FixedSecret(told.secret)
    return in_secrets_manager(session, told.secret_id) if told.secret_id else None

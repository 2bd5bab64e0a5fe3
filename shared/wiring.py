"""Everything the functions share, put together once from the settings."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import boto3

from shared.config import LinkSettings, Settings
from shared.domain.signing import Signing
from shared.links.authorization import Authorizer
from shared.links.credentials import Links, session_key
from shared.links.secret import FixedSecret, Secret, in_secrets_manager
from shared.links.stable import StableLinks
from shared.store.bucket import Bucket
from shared.store.client import make_client, patient_client, quiet, second_client
from shared.store.endpoint import followed
from shared.store.manifests import ManifestStore
from shared.store.quick import QuickClient
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
    """What signs presigned links: to manifests always, and to documents where they are what manifests carry."""
    stable: StableLinks | None
    """What makes and opens links that do not expire, where there is a secret."""
    store: ManifestStore

    def publisher(self) -> Publisher:
        pool = ThreadPoolExecutor(_HEADS_AT_ONCE, "head")
        return Publisher(self.store, Bucket(self.client, pool), self.settings.layout, self.signing)

    def signing(self, bucket: str) -> Signing:
        """What makes the links that this bucket's manifests carry. Raises ConfigError where it can have none."""
        links = self.stable if self.settings.links.stable and self.stable else self.links
        return links.signing(bucket)

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
    client, key = make_client(session, settings.endpoint_url), partial(session_key, session)
    links = Links(client.meta.region_name, settings.endpoint_url, settings.url_expiry_seconds, key)
    authorizer = Authorizer(client.meta.region_name, settings.endpoint_url, key)
    again = second_client(session, settings.endpoint_url)
    quick = cast("S3Client", QuickClient(client, authorizer, again))
    patient = patient_client(session, settings.endpoint_url)
    store = ManifestStore(quick, settings.layout, patient=patient)
    return Wiring(settings, session, quick, links, _stable(settings, session), store)


def _stable(settings: Settings, session: boto3.Session) -> StableLinks | None:
    secret = _secret(settings.links, session)
    return StableLinks(settings.links.base_url or "", settings.bucket_name, secret) if secret else None


def _secret(told: LinkSettings, session: boto3.Session) -> Secret | None:
    if told.secret:
        return FixedSecret(told.secret)
    return in_secrets_manager(session, told.secret_id) if told.secret_id else None

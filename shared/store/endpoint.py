"""Which S3 is meant. Requests and links have to agree on it: a link that leads elsewhere is dead."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import InvalidConfigError, InvalidRegionError

from shared.config import Settings, endpoint
from shared.domain.errors import ConfigError
from shared.store.client import make_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_SOURCES = "AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile's endpoint_url"


def followed(settings: Settings, session: boto3.Session) -> Settings:
    """Where S3_ENDPOINT_URL names none, the address that the SDK has been told; without one, AWS's own (None).

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html. Raises ConfigError.
    """
    if settings.endpoint_url:
        return settings
    unasked: Any = {"ignore_configured_endpoint_urls": True}
    told, own = _address(session, Config()), _address(session, Config(**unasked))
    return settings if told == own else replace(settings, endpoint_url=endpoint(_SOURCES, told))


def connect(settings: Settings) -> "S3Client":
    """A client for what a person runs: it speaks to the S3 that the functions would."""
    session = boto3.Session()
    return make_client(session, followed(settings, session).endpoint_url)


def _address(session: boto3.Session, config: Config) -> str:
    """What only a client knows: who names it in which order, and who may be ignored, are the SDK's rules."""
    try:
        return session.client("s3", config=config).meta.endpoint_url
    except (ValueError, InvalidConfigError, InvalidRegionError) as error:
        why = re.sub(r"//[^/]*@", "//***@", str(error))  # no password in a log
        raise ConfigError(f"{_SOURCES}, or the region {session.region_name!r}, cannot be used: {why}") from None

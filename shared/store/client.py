"""The S3 client: how it signs, how long it waits, and what it must not do."""

import logging
from collections.abc import Callable
from functools import cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import InvalidRegionError

from shared.domain.errors import ConfigError

if TYPE_CHECKING:
    from aiobotocore.config import AioConfig
    from types_boto3_s3 import S3Client

_Client = TypeVar("_Client")
_TRIES = 3
_MAKING = Lock()
_PATIENCE = 60  # seconds without a byte: a store that copies 640 MiB says nothing until it is done


def _retries(tries: int) -> dict[str, Any]:
    return {"mode": "standard", "total_max_attempts": tries}


def _options(endpoint_url: str | None) -> dict[str, Any]:
    """SigV4; virtual-hosted on AWS, path style elsewhere; time-outs short enough to leave time for another try."""
    return {
        "signature_version": "s3v4",
        "s3": {"addressing_style": "path" if endpoint_url else "virtual"},
        "connect_timeout": 2,
        "read_timeout": 15,
        "retries": _retries(_TRIES),
        "max_pool_connections": 50,
        "request_checksum_calculation": "when_required",  # bodies are signed; other stores know no trailing checksums
        "response_checksum_validation": "when_required",
        "ignore_configured_endpoint_urls": True,  # links would not follow them: endpoint.py does, for both
    }


def make_client(session: boto3.Session, endpoint_url: str | None, **other: Any) -> "S3Client":  # noqa: ANN401 -- options of the SDK
    try:
        config = Config(**_options(endpoint_url) | other)
        client = session.client("s3", endpoint_url=endpoint_url, config=config)
    except (ValueError, InvalidRegionError) as error:
        raise ConfigError(
            f"S3_ENDPOINT_URL {endpoint_url!r} or the region {session.region_name!r} cannot be used: {error}"
        ) from error
    stay_in_region(client)
    return client


def patient_client(session: boto3.Session, endpoint_url: str | None) -> Callable[[], "S3Client"]:
    """One that waits longer: few ever copy that much."""
    return when_asked(partial(make_client, session, endpoint_url, read_timeout=_PATIENCE))


def second_client(session: boto3.Session, endpoint_url: str | None) -> Callable[[], "S3Client"]:
    """One for requests that were sent once already: it tries once less."""
    return when_asked(partial(make_client, session, endpoint_url, retries=_retries(_TRIES - 1)))


def when_asked(make: Callable[[], _Client]) -> Callable[[], _Client]:
    """Makes it when it is first asked for. Several threads may ask; a session can make but one client at a time."""
    made = cache(make)

    def ask() -> _Client:
        with _MAKING:
            return made()

    return ask


def stay_in_region(client: Any) -> None:  # noqa: ANN401 -- boto3's or aioboto3's
    """Follow no redirect to another region: the links would be signed for the wrong one. It is an error instead."""

    def before_call(params: dict[str, Any], **_: object) -> None:
        params["context"].setdefault("s3_redirect", {})["redirected"] = True  # as if it had been followed already

    client.meta.events.register("before-call.s3", before_call)


def async_configuration(endpoint_url: str | None) -> "AioConfig":
    """The same, for the listing's client."""
    from aiobotocore.config import AioConfig  # noqa: PLC0415 -- 130 ms to import, and only a scan needs it

    return AioConfig(**_options(endpoint_url))


def quiet() -> None:
    """The SDK's loggers can print what is signed; none of it belongs in a log."""
    for name in ("boto3", "botocore", "aioboto3", "aiobotocore", "urllib3", "s3transfer"):
        logging.getLogger(name).setLevel(logging.WARNING)

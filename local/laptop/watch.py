"""Every upload and removal in a MinIO bucket, to the incremental update as it happens, until Ctrl-C.

python -m local.watch

Only MinIO can be listened to: https://github.com/minio/minio/blob/master/docs/bucket/notifications/README.md.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import urllib3
from botocore.exceptions import BotoCoreError
from minio import Minio
from minio.error import MinioException, S3Error

from local.laptop.invoke import encoded, update
from local.laptop.links import provide
from local.laptop.minio import is_ready
from local.signals import end_like_ctrl_c
from shared.config import Settings
from shared.domain.errors import LinkManifestError
from shared.store.client import make_client, quiet
from shared.store.endpoint import followed
from shared.store.presence import require_bucket

_EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
_FORBIDDEN = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch")
_SILENCE = 30  # seconds; MinIO sends a sign of life twice a second
_PAUSE = 1  # seconds between two tries to listen


class WatchError(Exception):
    """The store cannot be listened to; the message says why."""


def listener(settings: Settings) -> Minio:
    """A client that does not try again by itself. Raises WatchError."""
    if not settings.endpoint_url or not is_ready(settings.endpoint_url):
        raise WatchError(
            f"At {settings.endpoint_url or 'AWS'} is no MinIO, and only that can be listened to. `make up` starts one."
        )
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise WatchError("There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    address = urlsplit(settings.endpoint_url)
    return Minio(
        address.netloc,
        access_key=credentials.access_key,
        secret_key=credentials.secret_key,
        session_token=credentials.token,
        secure=address.scheme == "https",
        region=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        http_client=urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=_SILENCE)),
    )


def heard(client: Minio, settings: Settings) -> Iterator[dict[str, Any]]:
    """The record of every document that comes or goes, without end. WatchError where these keys may not listen."""
    lost = False
    while True:
        began = time.monotonic()
        try:
            with client.listen_bucket_notification(settings.bucket_name, events=_EVENTS) as events:
                for event in events:
                    yield from (record for record in event["Records"] if _is_document(record, settings))
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, S3Error) and error.code in _FORBIDDEN:
                raise WatchError(f"Listening to bucket {settings.bucket_name!r}: {error.code}.") from error
            if not lost or time.monotonic() - began > _PAUSE:  # it was connected meanwhile
                print(
                    "Not connected. What happens until it is again stays unheard: make invoke-full heals it.",
                    flush=True,
                )
            lost = True
            time.sleep(_PAUSE)


def _is_document(record: dict[str, Any], settings: Settings) -> bool:
    return settings.layout.is_document(settings.bucket_name, record["s3"]["object"]["key"])


def publish(record: dict[str, Any]) -> None:
    """Give one record to the incremental update, and say what became of it."""
    key = record["s3"]["object"]["key"]
    record["s3"]["object"]["key"] = encoded(key)  # listened events hold the key as it is, notifications do not
    what = f"{record['eventName']} {key}"
    began = time.monotonic()
    try:
        manifests = update({"Records": [record]})["manifests"]
    except (LinkManifestError, BotoCoreError) as error:
        print(f"{what}: {type(error).__name__}: {error}", flush=True)
        return
    took = time.monotonic() - began
    for manifest in manifests:
        print(f"{what}: {manifest['manifest_key']} revision {manifest['revision']}, {took:.2f} s", flush=True)


def main() -> None:
    """What `make watch` runs."""
    end_like_ctrl_c()
    quiet()
    try:
        provide(os.environ)
        settings = followed(Settings.from_env(os.environ), boto3.Session())
        client = listener(settings)
        require_bucket(make_client(boto3.Session(), settings.endpoint_url), settings.bucket_name)
        print(f"Watching {settings.bucket_name} at {settings.endpoint_url}; Ctrl-C ends it.", flush=True)
        for record in heard(client, settings):
            publish(record)
    except (WatchError, LinkManifestError, BotoCoreError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        print("Ended.")


if __name__ == "__main__":
    main()

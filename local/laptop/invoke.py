"""Feed a function an event in this process, as Lambda would, and print what it answers.

python -m local.laptop.invoke created    KEY=…: an upload, to the incremental update
python -m local.laptop.invoke scan       PREFIX=…: the full scan, with progress

The environment is the functions' own. With POWERTOOLS_LOG_LEVEL=INFO and POWERTOOLS_METRICS_DISABLED=false their log
and metrics are shown too, on standard error.
"""

import argparse
import json
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, NoReturn
from urllib.parse import quote_plus

from botocore.exceptions import BotoCoreError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from local.signals import end_like_ctrl_c
from shared.config import Settings
from shared.domain.errors import LinkManifestError

_DAY = 24 * 60 * 60 * 1000  # milliseconds


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda passes beside the event. A person can wait: there is no time-out."""

    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        return _DAY


def object_created(bucket: str, key: str) -> dict[str, Any]:
    """The event S3 sends about an upload, as far as S3 documents it, with the key encoded as S3 does.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        "eventTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "local",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": encoded(key)},
        },
    }
    return {"Records": [record]}


def encoded(key: str) -> str:
    """A key as it is in S3's notifications: a space is `+`, other bytes `%XX`, slashes stay."""
    return quote_plus(key, safe="/")


def update(event: dict[str, Any]) -> Any:  # noqa: ANN401 -- any JSON
    """What the incremental update answers, its body decoded. Raises what it raises."""
    with _quietly():
        from functions.on_created.handler import handler  # noqa: PLC0415 -- a function starts when it is first invoked

        return json.loads(handler(event, Context())["body"])


def scan(event: dict[str, Any]) -> Any:  # noqa: ANN401 -- any JSON
    """What the full scan answers, its body decoded, with progress on standard error. Raises what it raises."""
    with _progress() as listed, _quietly():
        from functions.full_scan.handler import run  # noqa: PLC0415 -- a function starts when it is first invoked

        return json.loads(run(event, Context(), listed)["body"])


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave the log and the metrics, which are for machines, to those who ask for them."""
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")
    with redirect_stdout(sys.stderr):
        yield


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} keys listed"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield partial(progress.advance, progress.add_task("scan", total=None))


def _created() -> Any:  # noqa: ANN401 -- any JSON
    key = os.environ.get("KEY")
    if not key:
        sys.exit("Which document? make invoke KEY=2026/04/acme/q1.pdf")
    return update(object_created(Settings.from_env(os.environ).bucket_name, key))


def _end_now(why: str) -> NoReturn:
    """As `sys.exit`, but without waiting for threads that wait for the store."""
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


def main() -> None:
    """What `make invoke` and `make invoke-full` run."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("function", choices=["created", "scan"])
    function = arguments.parse_args().function
    end_like_ctrl_c()
    try:
        answer = _created() if function == "created" else scan({})
    except (LinkManifestError, BotoCoreError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        _end_now("Interrupted. What was committed stays.")
    print(json.dumps(answer, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()

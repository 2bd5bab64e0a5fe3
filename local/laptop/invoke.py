"""Feed a function an event in this process, as Lambda would, and print what it answers.

python -m local.laptop.invoke created    KEY=…: an upload, to the incremental update
python -m local.laptop.invoke scan       PREFIX=…: the full scan, with progress, turn after turn (TIMEOUT=… s each)

The environment is the functions' own. With POWERTOOLS_LOG_LEVEL=INFO and POWERTOOLS_METRICS_DISABLED=false their log
and metrics are shown too, on standard error.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from io import TextIOBase
from typing import Any, NoReturn
from urllib.parse import quote_plus

from aws_lambda_powertools.metrics.functions import is_metrics_disabled
from botocore.exceptions import BotoCoreError
from rich.console import Console

from local.laptop.context import Context, time_out
from local.laptop.display import Display
from local.laptop.links import provide
from local.signals import end_like_ctrl_c
from shared.config import Settings
from shared.domain.errors import LinkManifestError

_INTERRUPTED = 130  # the exit code of what Ctrl-C ended


class _Nowhere(TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


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


def scan(seconds: int) -> None:
    """Take a full scan's turns, with progress on standard error, and print what it answers. Raises what failed."""
    display = Display(Console(stderr=True))
    with display.shown(), _quietly():
        from functions.full_scan.handler import run, settings, wiring  # noqa: PLC0415 -- as above
        from local.laptop import turns  # noqa: PLC0415 -- as above

        taken = turns.Turns(run, display, seconds)
        taken.take()
    if not taken.report.interrupted:
        _print(turns.told(taken.report, settings, wiring.links))
    turns.require_success(taken.report, settings, seconds)


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave the log and the metrics, which are for machines, to those who ask for them."""
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")
    with redirect_stdout(sys.stderr):
        import shared.telemetry  # noqa: F401, PLC0415 -- the log goes where standard output leads when it begins
    with redirect_stdout(_Nowhere() if is_metrics_disabled() else sys.stderr):  # a hundred are written all the same
        yield


def created() -> None:
    """Give the incremental update the event of an upload, and print what it answers."""
    key = os.environ.get("KEY")
    if not key:
        sys.exit("Which document? make invoke KEY=2026/04/acme/q1.pdf")
    _print(update(object_created(Settings.from_env(os.environ).bucket_name, key)))


def _print(answer: Any) -> None:  # noqa: ANN401 -- any JSON
    print(json.dumps(answer, indent=2, ensure_ascii=False), flush=True)


def _end_now() -> NoReturn:
    """Without waiting for threads that wait for the store."""
    print("Interrupted. What was committed stays.", file=sys.stderr, flush=True)
    os._exit(_INTERRUPTED)


def main() -> None:
    """What `make invoke` and `make invoke-full` run."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("function", choices=["created", "scan"])
    function = arguments.parse_args().function
    end_like_ctrl_c()
    try:
        provide(os.environ)
        if function == "created":
            created()
        else:
            scan(time_out(os.environ))
    except (LinkManifestError, BotoCoreError) as error:
        sys.exit(" ".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]))
    except KeyboardInterrupt:
        _end_now()


if __name__ == "__main__":
    main()

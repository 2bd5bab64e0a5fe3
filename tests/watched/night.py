"""A stack that is watched: its functions run over a bucket in memory, what they print is told to its alarms."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from shared import telemetry
from shared.domain.errors import LinkManifestError
from shared.telemetry import metrics, service_in
from tests.clicks import Clicks
from tests.event_shapes import s3_event, s3_record, sqs_event
from tests.in_memory import handlers
from tests.watched.alarm import Alarm
from tests.watched.aws import DOCUMENTED
from tests.watched.stack import VERSION, Stack, arn_of, name_of
from tests.watched.told import Datum, Metric, Told, printed
from tests.world import Scanned

_KIND = "AWS::CloudWatch::Alarm"
_EXECUTION = {"id": "arn:2", "machine": "arn:machine", "began": "2026-04-02T08:00:00.5Z"}


class Night:
    """Time passes where a test says so: `now` in seconds. What a function counts is counted at that moment."""

    def __init__(self, patch: pytest.MonkeyPatch, **chosen: str) -> None:
        self.stack = Stack(**chosen)
        self.alarms = {name: Alarm(each) for name, each in self.stack.properties(_KIND).items()}
        self.told, self.now = Told(), 0.0
        self.world = Scanned(queue_max=50)
        self._functions = handlers(patch, self.world)
        self.visitors = Clicks()
        self._settings = self.stack.properties("AWS::Serverless::Function")

    def passes(self, seconds: float) -> None:
        self.now += seconds

    def state(self, alarm: str) -> str:
        return self.alarms[alarm].state(self.told, self.now)

    # What AWS itself tells

    def aws(self, namespace: str, name: str, resource: str, *values: float) -> None:
        """As it documents: of a queue, a function or a state machine of the template."""
        dimension, unit = DOCUMENTED[namespace, name]
        named = arn_of(resource) if dimension == "StateMachineArn" else name_of(resource)
        every = [{(dimension, named)}]
        if namespace == "AWS/Lambda":  # of the alias that is called, too, and of its version
            every.append({*every[0], ("Resource", f"{named}:live"), ("ExecutedVersion", VERSION)})
        for dimensions in every:
            metric = Metric(namespace, name, frozenset(dimensions))
            self.told.data += [Datum(metric, self.now, value, unit) for value in values]

    # What the functions tell

    def delivers(self, *bodies: object) -> None:
        """A batch of messages to the incremental function."""
        with self._as("OnCreated"):
            self._functions.on_created.handler(sqs_event(*bodies), None)

    def changes(self, *keys: str, at: datetime | None = None) -> None:
        """A message for each of these documents, of now or of then."""
        told = {"eventTime": (at or datetime.now(UTC)).isoformat()}
        self.delivers(*(s3_event(s3_record(key, bucket="docs") | told) for key in keys))

    def scans(self, prefix: str = "") -> None:
        """An execution of the state machine that needs one call; it may fail."""
        event = {"prefix": prefix, "links": False, "resumable": True, "execution": _EXECUTION}
        with self._as("FullScan"), suppress(LinkManifestError):
            self._functions.full_scan.handler(event, None)

    def clicks(self, right: int = 0, wrong: int = 0) -> None:
        """On links that open, and on some that never were any."""
        self.visitors.s3.upload("a/q1.pdf")
        paths = [self.visitors.path_of("a/q1.pdf")] * right + ["/d/guessed/guessed/q1.pdf"] * wrong
        with self._as("OpenLink"):
            for path in paths:
                self.visitors.click(path)

    def uploaded(self, *keys: str) -> None:
        for key in keys:
            self.world.s3.upload(key)

    def removed(self, *keys: str) -> None:
        for key in keys:
            self.world.s3.remove(key)

    def manifests_are_of(self, seconds: float) -> None:
        """What is written from now on, was so long ago."""
        self.world.s3.now = datetime.now(UTC) - timedelta(seconds=seconds)

    @contextmanager
    def _as(self, function: str) -> Iterator[None]:
        """With the environment that the template, and Lambda, give this function."""
        own = self._settings[function]["Environment"]["Variables"]
        service = service_in({**own, "AWS_LAMBDA_FUNCTION_NAME": name_of(function)})
        output = StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(output):
            patch.setenv("AWS_LAMBDA_FUNCTION_VERSION", VERSION)
            patch.setattr(telemetry, "SERVICE", service)
            patch.setattr(metrics.provider, "service", service)
            yield
        self.told.data += printed(output.getvalue(), self.now)

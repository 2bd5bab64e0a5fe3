"""A hundred thousand broken inputs, made from good ones by a seed: nothing but the project's own errors comes out.

hypothesis looks for the small and the clever; this is for the many. A failure names its seed.
"""

import copy
import json
import random
from typing import Any

import pytest

from shared.config import Settings
from shared.domain.errors import ConfigError, EventError, ManifestDamagedError, SchemaTooNewError
from shared.domain.events import parse
from shared.domain.head import Head
from shared.domain.manifest import Line
from tests import event_shapes
from tests.fake_objects import Stored
from tests.world import MANIFEST, World

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(400)]

EVENTS, MANIFESTS, ENVIRONMENTS = 50_000, 30_000, 30_000

_VALUES: list[Any] = [
    None,
    "",
    "x",
    "\ud800",
    "%",
    "%FF",
    "a/1.pdf",
    "\x00",
    0,
    -1,
    1e400,
    10**30,
    True,
    [],
    {},
    [[]],
    {"a": 1},
]
_TEXTS = [
    "",
    " ",
    "0",
    "-1",
    "900",
    "9" * 40,
    "abc",
    "é",
    "\udcff",
    "a/",
    "/",
    "//",
    "..",
    "http://h",
    "http://h:0",
    "x" * 2000,
]
_NAMES = [
    *("BUCKET_NAME", "PREFIX", "URL_EXPIRY_SECONDS", "S3_ENDPOINT_URL", "QUEUE_MAX"),
    *("MANIFEST_PREFIX", "MANIFEST_BUCKET", "PREFIX_DEPTH"),
]


def broken(value: Any, chance: random.Random) -> Any:
    """The same value with one place in it changed, dropped, repeated or wrapped."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        if chance.random() < 0.15:
            return {name: inner for name, inner in value.items() if name != key}
        return value | {key: broken(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], broken(value[place], chance), *value[place : place + chance.randrange(3)]]
    if isinstance(value, str) and chance.random() < 0.6:
        return broken_text(value, chance)
    return copy.deepcopy(chance.choice(_VALUES))


def broken_text(text: str, chance: random.Random) -> str:
    """Cut, doubled, or with other characters in it; JSON within it may be broken as such."""
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        inner = None
    if inner is not None and chance.random() < 0.7:
        return json.dumps(broken(inner, chance))
    place = chance.randrange(len(text) + 1)
    strange = chance.choice(["", "\ud800", "%", "%zz", "+", "\x00", "{", "]", '"', "é", text, "[" * 2000])
    return text[:place] + strange + text[place + chance.randrange(3) :]


def test_broken_events_end_in_an_event_error_or_in_changes() -> None:
    shapes = good_events()
    for seed in range(EVENTS):
        chance = random.Random(seed)
        event = chance.choice(shapes)
        for _ in range(chance.randint(1, 3)):
            event = broken(event, chance)
        try:
            batch = parse(event)
        except EventError:
            continue
        for notice in batch.notices:
            assert notice.error is None or isinstance(notice.error, EventError), seed
            for change in notice.changes:
                assert change.bucket, seed
                assert change.key.encode(), seed


def test_broken_manifests_are_refused_byte_for_byte_or_end_in_the_view_of_the_bucket() -> None:
    world = World()
    world.fill(["1"])
    line = Line("a/1.pdf", "http://x", 5, "e", "2026-04-02T08:00:00Z", "2026-04-02T08:15:00Z", 3).encode()
    for seed in range(MANIFESTS):
        chance = random.Random(seed)
        body, metadata = broken_manifest(line, chance)
        before = Stored(body, f'"{seed}"', world.s3.now, metadata)
        world.s3.buckets["docs"][MANIFEST] = before
        try:
            world.publish("a/1.pdf")
        except (ManifestDamagedError, SchemaTooNewError):
            assert world.s3.buckets["docs"][MANIFEST] == before, seed
        else:
            assert world.view()["a/1.pdf"] == world.bucket_view()["a/1.pdf"], seed


def broken_manifest(line: bytes, chance: random.Random) -> tuple[bytes, dict[str, str]]:
    body = line * chance.randrange(1, 3)
    for _ in range(chance.randrange(3)):
        place = chance.randrange(len(body) + 1)
        strange = chance.choice(
            [b"", b"\n", b"\r\n", b"\xff", b"{", b"}", b'"', b"[]", b"null", b"[" * 3000, b"9" * 5000]
        )
        body = body[:place] + strange + body[place + chance.randrange(4) :]
    metadata = Head(3, 1, "c", 1, 1).metadata() if chance.random() < 0.7 else {}
    if metadata and chance.random() < 0.4:
        name = chance.choice(list(metadata))
        metadata[name] = chance.choice(["", "x", "-1", "2", "9" * 30, "1.5", "none", "2026-04-02T08:15:00Z"])
    if metadata and chance.random() < 0.1:
        del metadata[chance.choice(list(metadata))]
    return body or b"\n", metadata


def test_broken_environments_end_in_a_config_error_that_names_a_variable() -> None:
    for seed in range(ENVIRONMENTS):
        chance = random.Random(seed)
        environment = {name: chance.choice(_TEXTS) for name in _NAMES if chance.random() < 0.3}
        for name, value in list(environment.items()):
            if chance.random() < 0.3:
                environment[name] = broken_text(value, chance)
        try:
            Settings.from_env(environment)
        except ConfigError as error:
            assert str(error).startswith(tuple(_NAMES)), seed  # noqa: PT017 -- or there is none


def good_events() -> list[Any]:
    record = event_shapes.s3_record("a/1.pdf")
    notification = event_shapes.s3_event(record)
    body = json.dumps(notification)
    queued = {"Records": [{"messageId": "m", "eventSource": "aws:sqs", "body": body}]}
    topic = {"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": body}}]}
    detail = {"bucket": {"name": "docs"}, "object": {"key": "a/1.pdf"}}
    bridged = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    nested = {"messageId": "n", "eventSource": "aws:sqs", "body": json.dumps(topic["Records"][0]["Sns"])}
    return [notification, queued, topic, bridged, {"Records": [nested, *queued["Records"]]}]

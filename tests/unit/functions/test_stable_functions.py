"""Both functions where manifests carry stable links: what they answer, and what they refuse before they ask for it."""

import json
from typing import Any

import pytest

from functions.full_scan import answer
from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.errors import ConfigError
from shared.links.stable import StableSigner
from shared.wiring import wire
from tests.chaos.functions import Functions, cold_start
from tests.conftest import Log
from tests.event_shapes import s3_event, s3_record, sqs_event
from tests.world import Scanned

ENV = {
    "BUCKET_NAME": "docs",
    "PREFIX": "",
    "LINKS": "stable",
    "LINK_BASE_URL": "https://links.example.com",
    "LINK_SECRET": "a secret of no less than 32 bytes",
}
SETTINGS = Settings.from_env(ENV)


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "somebody")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Where nothing answers: whatever they ask of S3 is a StoreUnavailableError."""
    for name, value in (ENV | {"S3_ENDPOINT_URL": "http://127.0.0.1:1"}).items():
        monkeypatch.setenv(name, value)
    return cold_start()


def answered(world: Scanned, event: dict[str, Any]) -> str:
    body: str = answer.of(Request.parse(event, SETTINGS), world.scan(), world.layout, world.links)["body"]
    return body


@pytest.mark.parametrize("event", [{}, {"links": False}])
def test_a_scan_tells_no_links_to_manifests_unless_it_is_asked(event: dict[str, Any]) -> None:
    """Who has a manifest has its links until the secret changes: they are no answer's to give away in passing."""
    world = Scanned("a/1.pdf", stable=True)
    assert "manifest_url" not in answered(world, event)
    assert "https://" not in answered(world, event)


def test_asked_for_they_are_presigned() -> None:
    """What gives a manifest away must end."""
    told = json.loads(answered(Scanned("a/1.pdf", stable=True), {"links": True}))
    for each in (told, *told["manifests"]):
        assert "X-Amz-Expires=900&" in each["manifest_url"]


def test_documents_have_stable_links_and_manifests_presigned_ones() -> None:
    wiring = wire(SETTINGS)
    assert isinstance(wiring.signing("docs"), StableSigner)
    assert wiring.links.signing("docs").expires_at


def test_links_are_presigned_where_the_secret_only_opens_them() -> None:
    wiring = wire(Settings.from_env(ENV | {"LINKS": "presigned"}))
    assert wiring.stable
    assert wiring.signing("docs").expires_at


def test_a_scan_of_another_bucket_is_refused_before_anything_is_listed(functions: Functions) -> None:
    with pytest.raises(ConfigError, match=r"BUCKET_NAME 'docs' .* bucket 'other'"):
        functions.full_scan.handler({"bucket": "other", "prefix": ""}, None)


def test_a_message_of_another_bucket_goes_back_to_the_queue_and_the_log_says_why(
    functions: Functions, log: Log
) -> None:
    event = sqs_event(s3_event(s3_record("a/1.pdf", bucket="other")))
    assert functions.on_created.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    (told,) = [line for line in log() if line["message"] == "update failed"]
    assert told["error"] == "ConfigError"
    assert "BUCKET_NAME 'docs'" in told["why"]
    assert "bucket 'other'" in told["why"]

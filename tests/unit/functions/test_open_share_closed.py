"""What a share does not open, and when it opens nothing any more."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.documents import Layout
from shared.domain.opaque import named
from shared.domain.sharing import digest, new_id
from tests.clicks import Clicks
from tests.conftest import Log
from tests.fake_objects import refusal
from tests.opened import AT, ID, Opened
from tests.world import manifest_of


@pytest.fixture
def opened() -> Opened:
    return Opened()


NAMES = ("/", "/share.json", "/manifest.jsonl", "/links.txt", "/feed.atom", f"/d/{named('q1.pdf')}")


@pytest.mark.parametrize("name", NAMES)
def test_what_has_ended_or_was_taken_back_is_closed_at_the_next_click(opened: Opened, name: str) -> None:
    assert opened.click(AT + name)["statusCode"] in (200, 302)
    opened.share(seconds=60)
    opened.s3.tick(60)
    ended = opened.click(AT + name)
    opened.shares.delete(digest(ID))
    gone, unknown = opened.click(AT + name), opened.click(f"/s/{new_id()}{name}")
    assert ended["statusCode"] == 404
    assert ended == gone == unknown


def test_what_it_gives_out_does_not_outlive_it(opened: Opened) -> None:
    opened.share(seconds=60)
    assert "X-Amz-Expires=60" in opened.click(f"{AT}/d/{named('q1.pdf')}")["headers"]["location"]
    opened.s3.tick(59.5)
    assert opened.click(f"{AT}/d/{named('q1.pdf')}")["statusCode"] == 404


def test_one_for_ever_stays_open(opened: Opened) -> None:
    opened.share(seconds=None)
    opened.s3.tick(100 * 365 * 86400)
    assert "X-Amz-Expires=300" in opened.click(f"{AT}/d/{named('q1.pdf')}")["headers"]["location"]
    assert json.loads(opened.click(f"{AT}/share.json")["body"])["ends"] is None


@pytest.mark.parametrize(
    "record",
    [
        b"{", b"[]", b"null", b"\xff", b"x" * 20_000,
        b'{"schema": 2, "bucket": "docs", "prefix": "", "label": "", "created": "2026-04-02T08:00:00Z", "ends": null}',
        b'{"schema": 1, "bucket": "docs", "prefix": "a", "label": "", "created": "2026-04-02T08:00:00Z", "ends": null}',
        b'{"schema": 1, "bucket": "docs", "prefix": "", "label": "", "created": "2026-04-02T08:00:00Z"}',
        b'{"schema": 1, "bucket": "docs", "prefix": "", "label": 7, "created": "2026-04-02T08:00:00Z", "ends": null}',
        b'{"schema": 1, "bucket": "docs", "prefix": "", "label": "", "created": "2026-04-02", "ends": null}',
        b'{"schema": true, "bucket": "docs", "prefix": "", "label": "", "created": "2026-04-02T08:00:00Z"}',
    ],
)  # fmt: skip
def test_a_damaged_record_is_closed_and_logged_by_its_digest(opened: Opened, record: bytes, log: Log) -> None:
    opened.s3.upload(digest(ID), record, "shares")
    assert opened.click(f"{AT}/")["statusCode"] == 404
    (line,) = [line for line in log() if line["level"] == "ERROR"]
    assert line["share"] == digest(ID)
    assert ID not in json.dumps(log())


def test_a_record_of_another_bucket_is_closed(opened: Opened) -> None:
    opened.share(bucket="elsewhere")
    assert opened.click(f"{AT}/")["statusCode"] == 404
    assert opened.click(f"{AT}/d/{named('q1.pdf')}")["statusCode"] == 404


@pytest.mark.parametrize("code", ["AccessDenied", "InternalError", "SlowDown", "NoSuchBucket", "ExpiredToken"])
def test_that_a_record_cannot_be_read_does_not_mean_there_is_none(opened: Opened, code: str) -> None:
    def refuse(_name: str, _request: dict[str, Any]) -> None:
        raise refusal(code)

    opened.s3.before = refuse
    assert opened.click(f"{AT}/")["statusCode"] == 503


def test_a_damaged_manifest_is_no_answer_and_no_part_of_one(opened: Opened) -> None:
    opened.s3.upload(manifest_of("acme/"), b"{}\n")
    for name in ("manifest.jsonl", "links.txt", "feed.atom"):
        answer = opened.click(f"{AT}/{name}")
        assert answer["statusCode"] == 500
        assert json.loads(answer["body"])["reason"] == "damaged"
        assert "übersicht" not in answer["body"]


def test_a_manifest_of_a_newer_version_is_not_called_damaged(opened: Opened) -> None:
    metadata = {"schema": "2", "revision": "1", "rebuilt-from": "0", "commit": "x"}
    opened.s3.put_object(
        Bucket="docs", Key=manifest_of("acme/"), Body=b"{}\n", Metadata=metadata, ContentType="text/plain"
    )
    for name in ("manifest.jsonl", "links.txt", "feed.atom"):
        answer = opened.click(f"{AT}/{name}")
        assert answer["statusCode"] == 503
        assert "reason" not in json.loads(answer["body"])


@pytest.mark.parametrize(
    "below",
    [
        "../other/x.pdf", "../acme2/secret.pdf", "manifest.jsonl", "", "/", "q1.txt", "2026/../../other/x.pdf",
        "%2e%2e/other/x.pdf",
    ],
)  # fmt: skip
def test_nothing_outside_the_prefix_opens(opened: Opened, below: str) -> None:
    answer = opened.click(f"{AT}/d/{named(below)}")
    assert answer["statusCode"] in (404, 409, 410)


@pytest.mark.parametrize("key", ["manifests/x.pdf", ".staging/x.pdf", ".state/x.pdf", "manifests/acme/manifest.jsonl"])
def test_no_share_opens_what_is_kept_of_manifests(opened: Opened, key: str) -> None:
    opened.s3.upload(key)
    opened.share(prefix="")
    assert opened.click(f"{AT}/d/{named(key)}")["statusCode"] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/s", "/s/", "/s//", f"/s/{ID[:-1]}/", f"/s/{ID.upper()}/", f"/s/{ID}a/", f"/s/{ID}/x", f"/s/{ID}/d",
        f"/s/{ID}/d/", f"/s/{ID}/d/!/x", f"/s/{ID}/manifest.jsonl/", f"/s/{ID}//", f"/s/{ID[:-1]}b/",
        f"/s/{ID}/d/cTEucGRm=/q1.pdf", f"/s/{ID}%2f", f"/s/../{ID}/",
    ],
)  # fmt: skip
def test_a_malformed_path_costs_no_request(opened: Opened, path: str) -> None:
    answer = opened.click(path)
    assert answer["statusCode"] == 404
    assert opened.s3.calls == []


def test_every_changed_bit_of_an_id_is_another_share(opened: Opened) -> None:
    for number, character in enumerate(ID):
        for bit in range(7):
            changed = ID[:number] + chr(ord(character) ^ 1 << bit) + ID[number + 1 :]
            assert opened.click(f"/s/{changed}/manifest.jsonl")["statusCode"] == 404


def test_a_forged_cursor_and_one_that_is_over_say_what_to_do(opened: Opened) -> None:
    forged = opened.click(f"{AT}/manifest.jsonl", query="after=x")
    cursor = "f.7.5"
    over = opened.click(f"{AT}/manifest.jsonl", query=f"after={cursor}")
    assert (forged["statusCode"], over["statusCode"]) == (400, 409)
    assert "Start over" in over["body"]


def test_opening_changes_nothing(opened: Opened) -> None:
    before = {bucket: dict(objects) for bucket, objects in opened.s3.buckets.items()}
    for name in NAMES:
        opened.click(AT + name)
    assert opened.s3.buckets == before
    assert {call.partition("_")[0] for call in opened.s3.calls} == {"get", "head", "list"}


def test_without_a_bucket_for_shares_there_are_none() -> None:
    clicks = Clicks()
    assert clicks.click(f"{AT}/")["statusCode"] == 404
    assert clicks.s3.calls == []


def test_a_share_within_what_has_become_a_manifest_shows_and_opens_nothing() -> None:
    opened = Opened(Layout(prefix_depth=1))
    opened.share(prefix="acme/2026/")
    assert opened.lines() == []
    assert opened.click(f"{AT}/d/{named('übersicht.pdf')}")["statusCode"] == 404


def test_a_key_longer_than_any_is_none_of_its_documents_and_asks_for_none(opened: Opened) -> None:
    key = f"{'x' * 1030}.pdf"
    answer = opened.click(f"{AT}/d/{named(key)}")
    assert (answer["statusCode"], opened.s3.calls) == (404, ["get_object"])


def test_a_link_lives_no_longer_than_its_share_however_long_s3_takes_to_answer(opened: Opened) -> None:
    opened.share(seconds=20)

    def take_time(name: str, _request: dict[str, Any]) -> None:
        if name == "head_object":
            opened.s3.now += timedelta(seconds=12)

    opened.s3.after = take_time
    answer = opened.click(f"{AT}/d/{named('q1.pdf')}")
    assert "X-Amz-Expires=8&" in answer["headers"]["location"]
    assert opened.click(f"{AT}/d/{named('q1.pdf')}")["statusCode"] == 404

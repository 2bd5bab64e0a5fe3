"""What `make follow` tells of what was committed."""

import csv
import io
import json
import signal
import sys
import time
from dataclasses import replace

import pytest
from rich.console import Console
from rich.live import Live

from local.following import __main__ as following
from local.following.__main__ import follow
from local.following.changes import Change, Following, What
from local.following.telling import Csv, JsonLines, Lines, Screen
from shared.domain.documents import Folder
from shared.domain.errors import StoreUnavailableError
from tests.fake_objects import refusal
from tests.shown import Showing
from tests.world import at, manifest_of, raising

ROOT = Folder("docs", "a/")


class Followed(Showing):
    """A prefix that somebody follows."""

    def __init__(self, *keys: str) -> None:
        super().__init__(*keys)
        self.following = Following(self.folders, self.store, ROOT)

    def put(self, key: str, body: bytes = b"%PDF") -> None:
        self.s3.upload(key, body)
        self.commit(key)

    def take(self, key: str) -> None:
        self.s3.remove(key)
        self.commit(key)

    def look(self) -> list[tuple[str, str]]:
        return sorted((change.what.value, change.key) for change in self.following.look())


@pytest.fixture
def world() -> Followed:
    return Followed("a/1.pdf", "a/b/2.pdf", "other/3.pdf")


def test_the_first_look_tells_what_there_is(world: Followed) -> None:
    assert world.look() == [("there", "a/1.pdf"), ("there", "a/b/2.pdf")]
    assert (world.following.documents, world.following.manifests) == (2, 2)


def test_then_it_tells_what_becomes_new_another_or_is_gone(world: Followed) -> None:
    world.look()
    world.put("a/c/new.pdf")
    world.put("a/1.pdf", b"another")
    world.take("a/b/2.pdf")
    world.put("other/4.pdf")
    assert world.look() == [("changed", "a/1.pdf"), ("gone", "a/b/2.pdf"), ("new", "a/c/new.pdf")]
    assert world.look() == []


def test_a_look_without_news_is_one_list(world: Followed) -> None:
    world.look()
    world.s3.calls.clear()
    world.look()
    assert world.s3.calls == ["list_objects_v2"]


def test_a_rebuild_that_changes_nothing_is_no_news(world: Followed) -> None:
    world.look()
    world.rebuild(ROOT)
    assert world.look() == []
    world.s3.remove("a/1.pdf")
    world.rebuild(ROOT)
    assert world.look() == [("gone", "a/1.pdf")]


def test_a_manifest_that_vanishes_takes_its_documents_along(world: Followed) -> None:
    world.look()
    world.s3.remove(manifest_of("a/b/"))
    assert world.look() == [("gone", "a/b/2.pdf")]
    assert world.following.manifests == 1


def test_what_is_archived_is_gone_until_it_is_restored(world: Followed) -> None:
    world.look()
    world.s3.archive("a/1.pdf")
    world.commit("a/1.pdf")
    assert world.look() == [("gone", "a/1.pdf")]
    world.s3.unarchive("a/1.pdf")
    world.commit("a/1.pdf")
    assert world.look() == [("new", "a/1.pdf")]


def test_a_damaged_manifest_is_named_once_and_the_others_are_followed_on(world: Followed) -> None:
    world.look()
    world.put("a/b/new.pdf")
    world.s3.put_object(Bucket="docs", Key=manifest_of("a/"), Body=b"no line\n", Metadata={}, ContentType="")
    assert world.look() == [("new", "a/b/new.pdf")]
    (trouble,) = world.following.troubles
    assert manifest_of("a/") in trouble
    world.following.troubles.clear()
    assert world.look() == []
    assert not world.following.troubles
    world.s3.remove("a/1.pdf")
    world.rebuild(ROOT)
    assert world.look() == [("gone", "a/1.pdf")]


def test_a_damaged_one_is_named_again_when_it_is_another_and_read_again_when_it_was_written(world: Followed) -> None:
    world.look()
    for body in (b"no line\n", b"none either\n"):
        world.s3.put_object(Bucket="docs", Key=manifest_of("a/"), Body=body, Metadata={}, ContentType="")
        world.look()
    assert len(world.following.troubles) == 2
    calls = len(world.s3.calls)
    world.look()
    assert world.s3.calls[calls:] == ["list_objects_v2"]
    world.s3.tick()
    world.s3.put_object(Bucket="docs", Key=manifest_of("a/"), Body=body, Metadata={}, ContentType="")
    world.look()
    assert "get_object" in world.s3.calls[calls + 1 :]
    assert len(world.following.troubles) == 2


def test_one_of_a_newer_schema_is_named_on_stderr_and_what_else_was_found_is_told(
    world: Followed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = {"schema": "2", "revision": "1", "rebuilt-from": "0", "commit": "x"}
    world.s3.put_object(Bucket="docs", Key=manifest_of("a/b/"), Body=b"{}\n", Metadata=metadata, ContentType="")
    monkeypatch.setattr(time, "sleep", lambda _: signal.raise_signal(signal.SIGINT))
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            follow(world.following, JsonLines())
    printed = capsys.readouterr()
    assert json.loads(printed.out)["key"] == "a/1.pdf"
    assert printed.err.count("\n") == 1
    assert manifest_of("a/b/") in printed.err


def test_a_link_that_was_renewed_is_told_to_programs(world: Followed, capsys: pytest.CaptureFixture[str]) -> None:
    world.look()
    before = world.stored(manifest_of("a/")).body
    world.s3.buckets["docs"][manifest_of("a/")] = replace(
        world.stored(manifest_of("a/")), body=before.replace(b"X-Amz-Date=2026", b"X-Amz-Date=2027"), etag='"other"'
    )
    changes = world.following.look()
    assert [(each.what.value, each.key) for each in changes] == [("renewed", "a/1.pdf")]
    JsonLines().tell(changes, 2, 2)
    assert json.loads(capsys.readouterr().out)["url"].count("X-Amz-Date=2027") == 1
    Lines(ROOT).tell(changes, 2, 2)
    assert "a/1.pdf" not in capsys.readouterr().out


def test_a_look_that_failed_half_way_loses_nothing(world: Followed) -> None:
    world.look()
    world.put("a/new.pdf")
    world.put("a/b/new.pdf")
    world.s3.before = at("get_object", raising(refusal("SlowDown")), manifest_of("a/b/"))
    with pytest.raises(StoreUnavailableError):
        world.look()
    assert world.look() == [("new", "a/b/new.pdf"), ("new", "a/new.pdf")]


def test_a_first_look_that_failed_half_way_is_still_the_first(world: Followed) -> None:
    world.s3.before = at("get_object", raising(refusal("SlowDown")), manifest_of("a/"))
    with pytest.raises(StoreUnavailableError):
        world.look()
    world.take("a/b/2.pdf")  # it was seen, and nobody was told
    assert world.look() == [("there", "a/1.pdf")]


def test_json_and_csv_have_links_and_a_persons_lines_have_none(
    world: Followed, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = [*world.following.look(), Change(What.GONE, "a/x\x1b[2J.pdf", None)]
    JsonLines().tell(changes, 2, 2)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["what"] for each in told] == ["there", "there", "gone"]
    assert told[0]["url"].startswith("https://docs.s3.")
    Csv().tell(changes, 2, 2)
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["what", "key", "url", "size", "last_modified"]
    assert rows[1][:2] == ["there", told[0]["key"]]
    lines = Lines(ROOT)
    lines.tell(changes[:2], 2, 2)
    lines.tell([Change(What.GONE, "a/x\x1b[2J.pdf", None)], 2, 2)
    printed = capsys.readouterr().out
    assert "Signature" not in printed
    assert printed == "s3://docs/a/: 2 documents in 2 manifests\ngone     a/x\ufffd[2J.pdf\n"


def test_of_a_prefix_that_has_none_a_person_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    Lines(ROOT).tell([], 0, 0)
    assert capsys.readouterr().out == "s3://docs/a/: 0 documents in 0 manifests\n"


def test_the_screen_shows_the_latest_changes_that_fit(world: Followed) -> None:
    console = Console(width=80, height=12, file=io.StringIO(), force_terminal=True, color_system=None)
    with Live(console=console, auto_refresh=False) as live:
        screen = Screen(live, ROOT)
        screen.tell(world.following.look(), 2, 2)
        screen.tell([Change(What.NEW, f"a/[b]{number}.pdf", None) for number in range(20)], 22, 2)
        console.file.truncate(0)
        live.refresh()
        shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "22 documents in 2 manifests" in shown
    assert "a/[b]19.pdf" in shown
    assert "a/[b]5.pdf" not in shown


def test_of_long_names_the_screen_shows_the_end() -> None:
    console = Console(width=80, height=12, file=io.StringIO(), force_terminal=True, color_system=None)
    with Live(console=console, auto_refresh=False) as live:
        Screen(live, ROOT).tell([Change(What.NEW, f"a/{'deep/' * 40}契約書 7.pdf", None)], 1, 1)
        shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "deep/契約書 7.pdf" in shown
    assert "a/deep" not in shown


def test_who_is_told_to_end_twice_at_once_ends_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`timeout` tells it, and so does make."""
    ended: list[str] = []

    def begin(*_: object) -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            ended.append("in peace")

    monkeypatch.setattr(following, "bucket", begin)
    monkeypatch.setattr(sys, "argv", ["follow"])
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(SystemExit):
            following.main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert ended == ["in peace"]

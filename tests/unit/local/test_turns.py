"""A scan on a laptop: turn after turn, and they look like one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from local.laptop.context import A_DAY, time_out
from local.laptop.display import Display
from local.laptop.turns import Turns, require_success, told
from shared.config import Settings
from shared.domain.documents import Folder, Layout
from shared.domain.errors import (
    AccessDeniedError,
    ConfigError,
    FolderTooLargeError,
    LinkManifestError,
    NoProgressError,
    PrefixesFailedError,
)
from shared.scan.committing import Watch
from shared.scan.rebuild import Rebuilt
from tests.world import World

SETTINGS = Settings.from_env({"BUCKET_NAME": "docs", "PREFIX": ""})
MORE = {"version": 1, "after": "b/"}


def rebuilt(prefix: str, count: int) -> Rebuilt:
    folder = Folder("docs", prefix)
    return Rebuilt(folder, Layout().manifest_of(folder), count, 0, 7, count, "2099-04-02T08:15:00Z", conflicts=0)


@dataclass
class Handler:
    """Answers one turn after the other: the folders that settle in it, and where to go on."""

    turns: Iterator[tuple[dict[str, int | Exception], Any]]
    events: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    settled: dict[str, int | Exception] = field(default_factory=dict)

    def __call__(self, event: dict[str, Any], context: Any, watch: Watch) -> dict[str, Any]:
        self.events.append(event)
        self.seconds.append(context.get_remaining_time_in_millis() / 1000)
        folders, rest = next(self.turns)
        for prefix, found in folders.items():
            watch.listed(found if isinstance(found, int) else 1)
            watch.settled(Folder("docs", prefix), rebuilt(prefix, found) if isinstance(found, int) else found)
        if isinstance(rest, Exception):
            raise rest
        self.settled |= folders
        counts = [found for found in self.settled.values() if isinstance(found, int)]
        body = {"count": sum(counts), "folders": len(counts), "ignored": len(self.events), "healed": len(counts)}
        body["failures"] = len(self.settled) - len(counts)
        return {"body": json.dumps(body | ({"resume": rest} if rest else {}))}


def taken(*turns: tuple[dict[str, int | Exception], Any], console: Console | None = None) -> tuple[Handler, Turns]:
    handler, display = Handler(iter(turns)), Display(console or Console(file=StringIO()), lambda: 0.0)
    taking = Turns(handler, display, 900)
    with display.shown():
        taking.take()
    return handler, taking


def answer(taking: Turns) -> dict[str, Any]:
    return told(taking.report, SETTINGS, World().links)


def error_of(taking: Turns) -> LinkManifestError:
    with pytest.raises(LinkManifestError) as caught:
        require_success(taking.report, SETTINGS, 900)
    return caught.value


# Turns


def test_it_goes_on_with_what_was_answered_until_nothing_is_left() -> None:
    handler, taking = taken(({"a/": 2}, MORE), ({}, MORE | {"after": "c/"}), ({"d/": 1}, None))
    assert handler.events == [
        {"resumable": True},
        {"resume": MORE, "resumable": True},
        {"resume": MORE | {"after": "c/"}, "resumable": True},
    ]
    require_success(taking.report, SETTINGS, 900)


def test_every_turn_has_the_time_of_an_invocation() -> None:
    handler, _ = taken(({"a/": 2}, MORE), ({"b/": 2}, None))
    assert all(899 < seconds <= 900 for seconds in handler.seconds)


def test_the_answer_is_that_of_a_scan_in_one_turn() -> None:
    _, taking = taken(({"a/": 2, "c/": 1}, MORE), ({"c/": 3, "b/": 5}, None))
    body = answer(taking)
    assert (body["count"], body["ignored"], body["healed"]) == (10, 2, 3)
    assert [(each["prefix"], each["count"]) for each in body["manifests"]] == [("a/", 2), ("b/", 5), ("c/", 3)]
    assert all("X-Amz-Signature" in each["manifest_url"] for each in [body, *body["manifests"]])
    assert body.keys() == {"count", "manifest_key", "ignored", "healed", "manifest_url", "manifests"}


def test_folders_that_fail_do_not_end_it_and_are_named_at_its_end() -> None:
    refused = AccessDeniedError("denied")
    _, taking = taken(({"a/": refused, "b/": 1}, MORE), ({"c/": AccessDeniedError("denied too")}, None))
    body = answer(taking)
    assert body["failed"] == {"a/": "AccessDeniedError: denied", "c/": "AccessDeniedError: denied too"}
    assert (body["failures"], body["count"]) == (2, 1)
    assert str(error_of(taking)).startswith("2 failed: 'a/': AccessDeniedError: denied; 'c/'")


def test_a_folder_that_another_turn_rebuilt_has_not_failed() -> None:
    _, taking = taken(({"c/": AccessDeniedError("denied")}, MORE), ({"c/": 3}, None))
    require_success(taking.report, SETTINGS, 900)


def test_a_turn_that_fails_ends_it_and_is_told_with_the_failures_before() -> None:
    handler, taking = taken(
        ({"a/": AccessDeniedError("denied"), "b/": 1}, MORE), ({"c/": 1}, AccessDeniedError("listing"))
    )
    assert len(handler.events) == 2
    error = error_of(taking)
    assert isinstance(error, PrefixesFailedError)
    assert error.failed.keys() == {"a/", "docs/, the rest after 2 manifests"}


def test_a_turn_that_fails_alone_is_raised_as_itself() -> None:
    _, taking = taken(({}, AccessDeniedError("listing")))
    assert isinstance(error_of(taking), AccessDeniedError)


@pytest.mark.parametrize(
    "turn", [({}, NoProgressError("none")), ({"a/": FolderTooLargeError("too large")}, None)], ids=["none", "too large"]
)
def test_where_more_time_helps_it_is_said_how_to_give_it(turn: Any) -> None:
    _, taking = taken(turn)
    assert "make invoke-full TIMEOUT=1800" in " ".join(error_of(taking).__notes__)


# What is shown


def test_elsewhere_than_on_a_terminal_every_turn_leaves_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    taken(({"a/": 1000, "b/": 500}, MORE), ({"c/": 3, "d/": AccessDeniedError("denied")}, None))
    assert capsys.readouterr().err.splitlines() == [
        "1,500 keys listed, 1,500,000 keys/s, 2 folders settled, turn 1, 0:00:00",
        "1,504 keys listed, 1,504,000 keys/s, 4 folders settled (1 failed), turn 2, 0:00:00",
    ]


def test_on_a_terminal_it_is_one_line_that_stays_when_a_turn_fails(capsys: pytest.CaptureFixture[str]) -> None:
    screen = StringIO()
    taken(
        ({"a/": 10}, MORE),
        ({"b/": 5}, AccessDeniedError("denied")),
        console=Console(file=screen, force_terminal=True, width=120, _environ={"TERM": "xterm"}),
    )
    shown = screen.getvalue()
    assert "15 keys listed, 15,000 keys/s, 2 folders settled, turn 2, 0:00:00\n" in shown
    assert shown.count("\n") == 1
    assert capsys.readouterr().err == ""


def test_a_narrow_terminal_shows_what_fits() -> None:
    screen = StringIO()
    taken(({"a/": 10}, None), console=Console(file=screen, force_terminal=True, width=20, _environ={"TERM": "xterm"}))
    assert screen.getvalue().count("\n") == 1


def test_keys_per_second_are_those_of_all_turns() -> None:
    now = iter([0.0, 60.0, 3725.0])
    display = Display(Console(file=StringIO()), lambda: next(now))
    display.begin_turn()
    display.listed(120_000)
    assert display.line == "120,000 keys listed, 2,000 keys/s, 0 folders settled, turn 1, 0:01:00"
    assert display.line.endswith(" turn 1, 1:02:05")


def test_what_ends_before_the_first_turn_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(Console(file=StringIO())).shown():
        pass
    assert capsys.readouterr().err == ""


# The time of a turn


@pytest.mark.parametrize(("value", "seconds"), [(None, 900), ("", 900), ("3", 3), ("86400", A_DAY)])
def test_a_turn_has_as_long_as_a_lambda_function_or_as_it_is_told(value: str | None, seconds: int) -> None:
    assert time_out({} if value is None else {"TIMEOUT": value}) == seconds


@pytest.mark.parametrize("value", ["0", "2", "-5", "86401", "1e3", "5s", "\u0665", "9" * 5000, " 5"])
def test_a_time_out_that_is_none_is_named(value: str) -> None:
    with pytest.raises(ConfigError, match=r"TIMEOUT is .*from 3 to 86400") as caught:
        time_out({"TIMEOUT": value})
    assert len(str(caught.value)) < 300

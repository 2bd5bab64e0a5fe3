"""Scans in ranges and turns with one rule of theirs taken out."""

# ruff: noqa: SLF001 -- whatever breaks a rule reaches into what holds it

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from shared.domain import ranges
from shared.domain.documents import Folder
from shared.domain.ranges import Range, before
from shared.scan import resume, turn
from shared.scan.committing import Committing
from shared.scan.filing import Filing
from shared.scan.reading import Reading
from shared.scan.rebuild import Postponed
from shared.scan.report import Outcome
from shared.scan.scan import Scan
from shared.scan.spool import Spool
from shared.scan.stage import Stage
from shared.scan.survey import Survey
from shared.scan.turn import Came, Phase, Turn
from shared.store.pages import Page
from shared.store.stored import Stored
from tests.model import legs
from tests.model.broken_commits import Change


def nobodys_boundary() -> list[Change]:
    """A key equal to a boundary is taken for the next range's, whose listing begins after it."""

    def leading(self: Range, keys: Sequence[str]) -> int:
        return sum(self.until is None or before(key, self.until) for key in keys)

    return [(Range, "leading", leading)]


def folder_below() -> list[Change]:
    """A folder that is a boundary is taken for the range's that ends there."""

    def belongs(self: Range, folder: str) -> bool:
        begins = folder.startswith(self.prefix) and (not self.after or before(self.after, folder))
        return begins and not self.is_past(folder)

    return [(Range, "belongs", belongs)]


def nearest_folder() -> list[Change]:
    """A boundary cuts the folder that it lies in, and none above."""

    def straddles(folder: str, boundary: str | None) -> bool:
        return boundary is not None and boundary != folder and boundary[: boundary.rfind("/") + 1] == folder

    return [(ranges, "straddles", straddles), (turn, "straddles", straddles)]


def seal_the_cut() -> list[Change]:
    original = Committing._filing

    def filing(self: Committing, start_of: Any, seal: Any, takes: Any) -> Filing:
        own = getattr(takes, "__self__", None)
        return original(self, start_of, seal, own.meets if isinstance(own, Range) else takes)

    return [(Committing, "_filing", filing)]


def empty_the_cut() -> list[Change]:
    """What a range did not come by is emptied, where an end cuts it too."""

    def vanished(self: Stage, prefixes: Iterable[str]) -> list[str]:
        sealed, own = self.filing.sealed, self.survey.range
        return [prefix for prefix in prefixes if own.meets(prefix) and prefix not in sealed]

    async def settle(self: Stage, prefixes: Iterable[str]) -> None:
        for prefix in sorted(set(self._vanished(prefixes))):
            await self.settle(prefix, Spool.empty())

    return [(Stage, "_vanished", vanished), (Stage, "_settle_vanished", settle)]


def empty_by_a_part() -> list[Change]:
    """A part of a listing is taken for proof."""
    original = Stage._settle_vanished

    async def settle(self: Stage, prefixes: Iterable[str]) -> None:
        self.whole = True
        await original(self, prefixes)

    return [(Stage, "_settle_vanished", settle)]


def survey_late() -> list[Change]:
    """The manifests are listed when the first page of documents is there."""
    original = Reading.documents

    async def documents(self: Reading, survey: Survey, write: Any) -> None:
        looked = False

        async def later(page: Page) -> None:
            nonlocal looked
            if not looked:
                looked = True
                survey.manifests = (await self.survey(survey.range)).manifests
            await write(page)

        await original(self, survey, later)

    return [(Reading, "documents", documents)]


def survey_not_all() -> list[Change]:
    """What a survey did not come to is taken for no manifest."""
    return [(Survey, "end_at", lambda *_: None)]


def forget_what_ends_cut() -> list[Change]:
    return [(Came, "straddlers", property(lambda _: set()))]


def forget_the_others() -> list[Change]:
    """What its ends cut is forgotten where a range has listed its own folders alone."""
    original = Scan._left_alone

    def left_alone(self: Scan, turn: Turn, left: list[str]) -> Turn | None:
        return original(self, replace(turn, alone=tuple(turn.mine)), left)

    return [(Scan, "_left_alone", left_alone)]


def forget_what_the_cut_cuts() -> list[Change]:
    return [(turn, "straddles", lambda *_: False)]


def all_that_ends_cut() -> list[Change]:
    """Every folder above a boundary is listed alone, whether anything was seen of it or not."""

    def above(self: Came) -> set[str]:
        ends = (self.surveyed.after, self.surveyed.until or "")
        cut = {end[: at + 1] for end in ends for at, letter in enumerate(end) if letter == "/"}
        return {folder for folder in cut if folder.startswith(self.surveyed.prefix) and self.surveyed.straddled(folder)}

    return [(Came, "straddlers", property(above))]


def leave_open() -> list[Change]:
    """What is no document passes no folder: it counts as open where the listing is cut."""
    original = Filing._seal_all_but_those_above

    async def seal(self: Filing, key: str) -> None:
        if not key or key.endswith(("/", ".pdf")):
            await original(self, key)

    return [(Filing, "_seal_all_but_those_above", seal)]


def _came(**what: Any) -> list[Change]:
    original = Turn.rest

    def rest(self: Turn, came: Came) -> Turn | None:
        return original(self, replace(came, **what))

    return [(Turn, "rest", rest)]


def forget_the_unsettled() -> list[Change]:
    return _came(unsettled=frozenset())


def forget_the_doubtful() -> list[Change]:
    return _came(doubtful=frozenset())


def forget_the_postponed() -> list[Change]:
    """A folder that was overtaken while the listing of all went on is not listed alone."""
    original = Committing.note

    def note(self: Committing, folder: Folder, outcome: Outcome) -> None:
        if not isinstance(outcome, Postponed):
            original(self, folder, outcome)

    return [(Committing, "note", note)]


def forget_alone() -> list[Change]:
    """A resumed turn begins with no folder to be listed alone."""

    def turn_of(token: Any, layout: Any) -> Turn:
        read = resume.turn_of(token, layout)
        return read if read.phase is not Phase.LISTING else replace(read, alone=())

    return [(legs, "turn_of", turn_of)]


def no_seam() -> list[Change]:
    async def require_seams(*_: Any) -> None:
        pass

    return [(Reading, "require_seams", require_seams)]


def trust_any_start() -> list[Change]:
    """A manifest that has grown large while it was listed begins from whatever is there by then."""

    async def start_of(self: Committing, prefix: str) -> Stored:
        if start := self._starts.get(prefix):
            return start
        place = self._place(prefix)
        return await self._settling.aside(partial(self._tools.store.look, place))

    return [(Committing, "_start_of", start_of)]

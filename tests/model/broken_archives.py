"""Archived documents with one rule of theirs taken out."""

# ruff: noqa: SLF001 -- whatever breaks a rule reaches into what holds it

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from shared.domain import merge
from shared.domain.archive import AT_ONCE
from shared.domain.manifest import Line
from shared.scan import rebuild
from shared.scan.listing import Listing
from tests.model.broken_commits import Change


def sign_the_archived() -> list[Change]:
    """Whoever signs anew, and did not look, makes links for what is archived too."""
    refreshed, resigned = merge._refreshed, merge.resigned

    def refreshed_all(line: Line, signing: Any) -> Line:
        return refreshed(replace(line, access=AT_ONCE), signing)

    def resigned_all(lines: Iterable[Line], signing: Any) -> Iterator[Line]:
        return resigned([replace(line, access=AT_ONCE) for line in lines], signing)

    return [(merge, "_refreshed", refreshed_all), (rebuild, "resigned", resigned_all)]


def list_without_restores() -> list[Change]:
    original = Listing.__init__

    def made(self: Listing, *given: Any, **named: Any) -> None:
        original(self, *given, **named)
        self._request["OptionalObjectAttributes"] = []

    return [(Listing, "__init__", made)]


def outlive_the_copy() -> list[Change]:
    def signed(self: Line, url: str, expires_at: str) -> Line:
        return self if self.deleted or self.access.archived else replace(self, url=url, expires_at=expires_at)

    return [(Line, "signed", signed)]

"""What a scan has done so far, in all its turns and ranges: what one answer tells the next event."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from shared.domain.errors import EventError, quoted
from shared.scan.report import Report

_UNWANTED = ("failures", "unlisted")
FEW = 500  # bytes of JSON, for the failures that are named
_LONGEST = 200  # of one's name, and of its reason


@dataclass(frozen=True, slots=True)
class Totals:
    """`failures` counts what failed; `failed` names the first of it, with reasons, in a few hundred bytes.

    `unlisted`: so many ranges ended with an error. What is in them is not known to be what it should be.
    """

    documents: int = 0
    folders: int = 0
    ignored: int = 0
    healed: int = 0
    failures: int = 0
    unlisted: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report, room: int = FEW) -> "Totals":
        reasons = {name: f"{type(error).__name__}: {error}" for name, error in report.failed.items()}
        return cls(
            report.documents, report.folders, report.ignored, report.healed, report.failures, failed=_few(reasons, room)
        )  # fmt: skip

    @classmethod
    def of_unlisted(cls, after: str, until: str, why: str, folders: int = 0) -> "Totals":
        """A range that ended with an error. Of so many `folders` before, too, of which no names are known."""
        named = f"what comes after {shortened(after)!r}" + (f", up to {shortened(until)!r}" if until else "")
        named = f"{folders} folders before, and {named}" if folders else named
        return cls(failures=1, unlisted=1, failed=_few({named: why}))

    @classmethod
    def sum(cls, totals: Iterable["Totals"], room: int = FEW) -> "Totals":
        """`room`: bytes of the failures that are named."""
        parts = list(totals)
        named = {name: why for part in parts for name, why in part.failed.items()}
        added: dict[str, int] = {name: sum(getattr(part, name) for part in parts) for name in _NUMBERS}
        return cls(**added, failed=_few(named, room))

    @classmethod
    def read(cls, told: object) -> "Totals":
        """Out of an answer, or what goes on from one, through JSON. Raises EventError."""
        if not isinstance(told, dict):
            raise EventError(f"the scan's totals are {quoted(told)}, but must be what an answer told, as it was")
        numbers, failed = {name: told.get(key, 0) for name, key in _NUMBERS.items()}, told.get("failed", {})
        if any(type(number) is not int or number < 0 for number in numbers.values()):
            raise EventError(f"the scan's totals have {quoted(numbers)}, but must have whole numbers")
        if not isinstance(failed, dict) or not all(isinstance(reason, str) for reason in failed.values()):
            raise EventError(f"the scan's totals have 'failed' {quoted(failed)}, but must have reasons by name")
        return cls(**numbers, failed=failed)

    def told(self) -> dict[str, Any]:
        """As an answer has them; of what failed nothing where nothing did."""
        numbers = {key: getattr(self, name) for name, key in _NUMBERS.items()}
        told: dict[str, Any] = {key: number for key, number in numbers.items() if number or key not in _UNWANTED}
        return told | ({"failed": dict(self.failed)} if self.failed else {})


_NUMBERS = {each.name: each.name for each in fields(Totals) if each.name != "failed"} | {"documents": "count"}


def _few(failed: Mapping[str, str], room: int = FEW) -> dict[str, str]:
    """The first of them by name, as many as fit."""
    few: dict[str, str] = {}
    for name, why in sorted(failed.items()):
        few[shortened(name)] = shortened(why)
        if len(json.dumps(few)) > room:
            few.popitem()
            break
    return few


def shortened(text: str, room: int = _LONGEST) -> str:
    """Its beginning, of at most so many bytes of JSON."""
    if len(json.dumps(text)) <= room:
        return text
    while len(json.dumps(f"{text}…")) > room:
        text = text[: len(text) * 3 // 4]
    return f"{text}…"

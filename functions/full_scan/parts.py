"""What the parts of a scan answered to the state machine: brought back together, for the scan that finishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.domain.documents import Folder, Layout
from shared.domain.errors import EventError, quoted
from shared.scan.resume import can_be_alone
from shared.scan.totals import FEW, Totals

ROOM = 16 * 1024  # bytes of JSON, for what failed in any of them


@dataclass(frozen=True, slots=True)
class Parts:
    """`alone`: the folders that none of them has all of."""

    totals: Totals
    alone: tuple[str, ...]


def together(told: object, folder: Folder, layout: Layout) -> Parts:
    """Each part is an answer, or what the machine has put in the place of one that its last turn did not give.

    That has its `error` and `cause`, the `range` it was to go on with, and what it was told: what turns before it had
    `done`, the folders `alone`; or, of those that are too many to be kept, how many are `left`. Raises EventError.
    """
    if not isinstance(told, list) or not all(isinstance(part, dict) for part in told):
        raise EventError(f"the scan's 'parts' are {quoted(told)}, but must be a list of what ranges answered")
    alone = _alone((part.get("alone") or [] for part in told), folder, layout)
    return Parts(Totals.sum(map(_totals, told), ROOM), alone)


def _alone(named: Iterable[object], folder: Folder, layout: Layout) -> tuple[str, ...]:
    united: set[str] = set()
    for names in named:
        if not isinstance(names, list) or not all(can_be_alone(name, folder, layout) for name in names):
            raise EventError(f"the scan's 'parts' have 'alone' {quoted(names)}, but must have folders of {folder}")
        united.update(names)
    return tuple(sorted(united))


def _totals(part: dict[str, Any]) -> Totals:
    if "error" not in part:
        return Totals.read(part)
    ends = part["range"] if isinstance(part.get("range"), dict) else {}
    after, until = (str(ends.get(name) or "") for name in ("after", "until"))
    left = part.get("left") if isinstance(part.get("left"), int) else 0
    unlisted = Totals.of_unlisted(after, until, f"{part['error']}: {part.get('cause')}", left or 0)
    return Totals.sum([Totals.read(part.get("done") or {}), unlisted], 2 * FEW)

"""Where a piece of what a share shows ends, and the next begins: opaque to who reads, and believed in nothing. Pure.

Base64url of JSON, all of it relative to the share's prefix:

    ["acme/"]                 behind that folder
    ["acme/", "q1.pdf"]       in a small manifest, behind that key: as LIST goes on, whatever has changed since
    ["acme/", 17, 5242880]    in a large one, as the rebuild of revision 17 left it, from that byte on
"""

import json
from dataclasses import dataclass
from typing import Any

from shared.domain.documents import LONGEST_KEY
from shared.domain.errors import CursorError
from shared.domain.opaque import encoded, text

_LONGEST = 4 * LONGEST_KEY  # characters: a key, escaped and encoded
_MOST = 10**15  # a byte, a revision: what a manifest's metadata can hold


@dataclass(frozen=True, slots=True)
class Cursor:
    """`folder` is relative to the share's prefix, `after` to the folder."""

    folder: str
    after: str | None = None
    rebuilt_from: int | None = None
    offset: int = 0

    def encode(self) -> str:
        told: list[Any] = [self.folder]
        if self.after is not None:
            told.append(self.after)
        elif self.rebuilt_from is not None:
            told += [self.rebuilt_from, self.offset]
        return encoded(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def parse(cls, cursor: str) -> "Cursor":
        """Raises CursorError for whatever `encode` does not make."""
        try:
            found = _built(json.loads((text(cursor) or "") if len(cursor) <= _LONGEST else ""))
            if found and found.encode() == cursor:
                return found
        except (ValueError, RecursionError):  # no JSON, a lone surrogate
            pass
        raise CursorError("what was asked for begins at no place that a piece of this share ends at")

    @property
    def within(self) -> bool:
        """Whether the folder itself goes on."""
        return self.after is not None or self.rebuilt_from is not None


def _built(told: Any) -> Cursor | None:  # noqa: ANN401 -- what JSON holds
    if type(told) is not list or not told or type(told[0]) is not str or not _is_folder(told[0]):
        return None
    match told[1:]:
        case []:
            return Cursor(told[0])
        case [str(after)]:
            return Cursor(told[0], after)
        case [rebuilt_from, offset] if _is_number(rebuilt_from, -1) and _is_number(offset, 0):
            return Cursor(told[0], None, rebuilt_from, offset)
    return None


def _is_folder(name: str) -> bool:
    return (not name or name.endswith("/")) and len(name.encode()) <= LONGEST_KEY


def _is_number(value: Any, least: int) -> bool:  # noqa: ANN401 -- what JSON holds
    return type(value) is int and least <= value < _MOST

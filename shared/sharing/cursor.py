"""Where a piece of what a share shows ends, and the next begins: opaque to who reads, and believed in nothing. Pure.

All of it is relative to the share's prefix; names are base64url, so that a point is between what is told:

    f<acme/>                    behind that folder
    f<acme/>.<q1.pdf>           in a small manifest, behind that key: as LIST goes on, whatever has changed since
    f<acme/>.17.5242880         in a large one, as the rebuild of revision 17 left it, from that byte on
"""

import re
from dataclasses import dataclass

from shared.domain.documents import LONGEST_KEY
from shared.domain.errors import CursorError
from shared.domain.opaque import encoded, text

_NUMBERS = re.compile(r"(-1|0|[1-9][0-9]{0,14})\.(0|[1-9][0-9]{0,14})").fullmatch  # what a manifest's metadata can hold


@dataclass(frozen=True, slots=True)
class Cursor:
    """`folder` is relative to the share's prefix, `after` to the folder."""

    folder: str
    after: str | None = None
    rebuilt_from: int | None = None
    offset: int = 0

    def encode(self) -> str:
        folder = f"f{encoded(self.folder.encode())}"
        if self.after is not None:
            return f"{folder}.{encoded(self.after.encode())}"
        return folder if self.rebuilt_from is None else f"{folder}.{self.rebuilt_from}.{self.offset}"

    @classmethod
    def parse(cls, cursor: str) -> "Cursor":
        """Raises CursorError for whatever `encode` does not make."""
        named, *rest = cursor.split(".", 1)
        folder = text(named[1:]) if named.startswith("f") else None
        if folder is not None and _is_folder(folder):
            if not rest:
                return cls(folder)
            if numbers := _NUMBERS(rest[0]):
                return cls(folder, None, int(numbers[1]), int(numbers[2]))
            if (after := text(rest[0])) is not None:
                return cls(folder, after)
        raise CursorError("what was asked for begins at no place that a piece of this share ends at")

    @property
    def within(self) -> bool:
        """Whether the folder itself goes on."""
        return self.after is not None or self.rebuilt_from is not None


def _is_folder(name: str) -> bool:
    return (not name or name.endswith("/")) and len(name.encode()) <= LONGEST_KEY

"""Parts of a page that are written by a target of make, each between two comments."""

import re
from dataclasses import dataclass


class PlaceError(Exception):
    """A page has no place for a part; the message says what to put there."""


@dataclass(frozen=True, slots=True)
class Part:
    """`name` as its comments say it, and the target of make that writes it."""

    name: str
    target: str

    def found(self, text: str) -> str:
        """What is there now. Raises PlaceError."""
        return self._match(text)[0]

    def replaced(self, text: str, block: str) -> str:
        """The text with these lines in its place. Raises PlaceError."""
        there = self._match(text)
        return f"{text[: there.start()]}{block}\n{text[there.end() :]}"

    def _match(self, text: str) -> re.Match[str]:
        begin, end = f"<!-- {self.name}: written by `make {self.target}` -->", f"<!-- /{self.name} -->"
        if there := re.search(f"(?s)(?<={re.escape(begin)}\n).*?(?={re.escape(end)})", text):
            return there
        raise PlaceError(f"the page has no place for its {self.name}: put {begin} and {end} on lines of their own")

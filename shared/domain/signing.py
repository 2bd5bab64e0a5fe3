"""What making a link means, whatever the kind of link."""

from typing import Protocol


class Signing(Protocol):
    """Makes links to one bucket's documents, as of one moment."""

    @property
    def expires_at(self) -> str | None:
        """When the links made now stop working, such as "2026-04-02T08:26:50Z"; None: they do not."""

    def link(self, key: str) -> str:
        """Make a link to that key, which is Unicode text without lone surrogates (UnicodeEncodeError)."""

    def keeps(self, key: str, url: str, expires_at: str | None) -> bool:
        """Whether an earlier link to that key may stay as it is: of this kind, fresh, and to the same place."""

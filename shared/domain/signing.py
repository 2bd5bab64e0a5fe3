"""What signing a link means, whatever the kind of link."""

from typing import Protocol


class Signing(Protocol):
    """Makes links to one bucket's documents, as of one moment."""

    @property
    def expires_at(self) -> str:
        """When the links made now stop working, such as "2026-04-02T08:26:50Z"."""

    def link(self, key: str) -> str:
        """Make a link to that key, which is Unicode text without lone surrogates (UnicodeEncodeError)."""

    def keeps(self, url: str, expires_at: str) -> bool:
        """Whether an earlier link may stay as it is: fresh, and to the same place."""

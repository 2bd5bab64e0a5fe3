"""A chapter of the demo: it says what it does, does it, and checks it. Links are shown without what makes them one."""

from collections.abc import Callable

from rich.console import Console

from local.deployed.library import Library, LibraryError
from seed import pdfs
from shared.domain.errors import shown

PREFIX = "2026/04/"
Step = Callable[[], None]


class Chapter:
    """`pdfs`: what is in the bucket by now, by key; all chapters have the same."""

    def __init__(self, screen: Console, library: Library, pdfs: dict[str, bytes]) -> None:
        self.screen, self.library, self.pdfs = screen, library, pdfs

    def title(self, text: str) -> None:
        self.screen.print(f"\n[bold]{text}[/bold]", soft_wrap=True)

    def say(self, text: str) -> None:
        self.screen.print(f"  {text}", markup=False, soft_wrap=True)

    def compare_bytes(self, link: str, found: bytes, key: str) -> None:
        """`link` as it may be shown. Raises LibraryError."""
        if found != self.pdfs[key]:
            raise LibraryError(f"{key}: the link gives other bytes than were uploaded")
        self.say(f"{link}: {len(found):,} bytes, the same that were uploaded")


def samples() -> dict[str, bytes]:
    """What `make seed` uploads where no folder is named, by key."""
    return {PREFIX + sample.name: sample.open().read() for sample in pdfs(None)}


def shortened(url: str) -> str:
    """Where a link leads, without what makes it one: a link is a secret."""
    address, query, _ = url.partition("?")
    return f"{address}?…" if query else shown(url).replace("***", "…")

"""The demo's chapters about shares: links that outlive presigned ones, and end when somebody wants them to."""

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from rich.console import Console

from local.deployed.chapter import PREFIX, Chapter, shortened
from local.deployed.library import Library, LibraryError, fetch, seconds_until, status_of
from local.sharing import actions

if TYPE_CHECKING:
    from shared.domain.manifest import Line

_PATIENCE = 60  # seconds; far more than links of the demo live


class Share(Chapter):
    """One folder, shared."""

    def __init__(self, screen: Console, library: Library, pdfs: dict[str, bytes]) -> None:
        super().__init__(screen, library, pdfs)
        self.target = library.target()
        self.address = ""
        self.twin: Line | None = None

    def share(self) -> None:
        self.title("A folder shared with somebody who has no account: one address, until it is taken back")
        made = actions.make(self.target, {"PREFIX": PREFIX, "LABEL": "April", "DAYS": "30"})
        self.address = made.address
        self.say(f"{shortened(self.address)} shows {len(self.links())} documents, until {made.ends}")
        self.twin = self.library.line(max(self.pdfs))

    def outlive(self) -> None:
        self.title("A link of the share, followed after the one that the manifest had then is dead")
        if self.twin is None or self.twin.url is None:
            raise LibraryError("what was shared had no link in its manifest")
        twin, key = self.twin.url, self.twin.key
        seconds_until(lambda: status_of(twin) == HTTPStatus.FORBIDDEN, f"{shortened(twin)} dead", _PATIENCE)
        self.say(f"{shortened(twin)}: {HTTPStatus.FORBIDDEN.value}, since {self.twin.expires_at}")
        link = self.links()[key.removeprefix(PREFIX)]
        self.compare_bytes(shortened(link), fetch(link), key)

    def take_back(self) -> None:
        self.title("The share taken back")
        links = self.links()
        actions.take_back(self.target, self.address)
        for address in (self.address, *links.values()):
            if (status := status_of(address)) != HTTPStatus.NOT_FOUND:
                raise LibraryError(f"{shortened(address)} answers {status}, though it was taken back")
        self.say(f"{shortened(self.address)}, and each of its {len(links)} links: {HTTPStatus.NOT_FOUND.value}")

    def links(self) -> dict[str, str]:
        """What the share shows, by key below its folder."""
        lines = map(json.loads, fetch(f"{self.address}manifest.jsonl").splitlines())
        return {line["key"]: line["url"] for line in lines}

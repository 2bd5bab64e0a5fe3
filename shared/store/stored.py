"""A manifest as it was at one moment, and what is to take its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.documents import Place
from shared.domain.errors import LinkManifestError, ManifestDamagedError
from shared.domain.head import Head
from shared.domain.manifest import LARGE
from shared.domain.merge import Tally
from shared.store.multipart import Source


class ManifestChanged(Exception):  # noqa: N818 -- no error: how a reader learns to look again
    """The manifest is no longer the one that was looked at."""


class OutOfPatience(Exception):  # noqa: N818 -- no error: how a writer learns to want less at once
    """Others committed first so many times in a row. `conflicts`: how often that cost a write."""

    def __init__(self, conflicts: int) -> None:
        super().__init__()
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True)
class Stored:
    """A manifest as it was at one moment. Without an ETag there was none. `size` in bytes.

    `beginning`: its first bytes, where the look brought some along.
    """

    place: Place
    etag: str | None = None
    size: int = 0
    head: Head = field(default_factory=Head)
    damage: str | None = None
    torn: bool = False
    """Whether its last line has no end: only an earlier tool's."""
    beginning: bytes = field(default=b"", repr=False)

    @property
    def large(self) -> bool:
        """Whether it is appended to, and not rewritten."""
        return self.size >= LARGE

    @property
    def source(self) -> Source:
        assert self.etag is not None
        return Source(self.place, self.etag, self.size)

    def condition(self) -> dict[str, str]:
        return {"IfNoneMatch": "*"} if self.etag is None else {"IfMatch": self.etag}

    def refuse_damage(self) -> None:
        if self.damage:
            raise ManifestDamagedError(f"{self.place} {self.damage}. Run the full scan of its prefix: it is replaced.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be committed: whole, or `tail` joined to what lies in S3 already."""

    head: Head
    tail: bytes
    source: Source | None = None
    tally: Tally = field(default_factory=Tally)
    refused: Mapping[str, LinkManifestError] = field(default_factory=dict)
    """By key, why S3 would not let a document be looked at, of which there is no line then."""


@dataclass(frozen=True, slots=True)
class Committed:
    """`replaced` made way for `draft`, after `conflicts` writes were refused."""

    replaced: Stored
    draft: Draft
    conflicts: int

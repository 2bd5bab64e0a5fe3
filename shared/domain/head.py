"""A manifest's metadata: its head."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.errors import ManifestDamagedError, SchemaTooNewError
from shared.domain.instant import zulu
from shared.domain.manifest import documents, first_expiry, read_lines

SCHEMA = 1
NEVER = "none"  # `first-expiry` of a manifest without links

_NUMBER = re.compile(r"-1|[0-9]{1,15}")  # -1: no rebuild yet; so long that a revision never outgrows it


@dataclass(frozen=True, slots=True)
class Head:
    """A manifest's metadata. The default is that of a manifest that does not exist, or that an earlier tool wrote."""

    revision: int = 0
    rebuilt_from: int = -1
    commit: str = ""
    lines: int = 0
    documents: int = 0
    first_expiry: str | None = None
    versioned: bool = False

    def metadata(self) -> dict[str, str]:
        return {
            "schema": str(SCHEMA),
            "revision": str(self.revision),
            "rebuilt-from": str(self.rebuilt_from),
            "commit": self.commit,
            "lines": str(self.lines),
            "documents": str(self.documents),
            "first-expiry": self.first_expiry or NEVER,
        }

    @classmethod
    def parse(cls, metadata: Mapping[str, str]) -> "Head":
        """Read `x-amz-meta-*` (names in any case).

        Raises SchemaTooNewError and, where a number is none, ManifestDamagedError.
        """
        found = {name.lower(): value for name, value in metadata.items()}
        if not found.keys() & {"schema", "revision", "rebuilt-from", "commit"}:
            return cls()
        if (schema := _number(found, "schema")) > SCHEMA:
            raise SchemaTooNewError(f"has schema {schema}, and this version knows {SCHEMA}: deploy the newer version")
        expiry = found.get("first-expiry", NEVER)
        if expiry != NEVER and zulu(expiry) != expiry:
            raise ManifestDamagedError(f"has metadata first-expiry={expiry[:100]!r}, which is no time")
        return cls(
            revision=_number(found, "revision"),
            rebuilt_from=_number(found, "rebuilt-from"),
            commit=found.get("commit", ""),
            lines=_number(found, "lines"),
            documents=_number(found, "documents"),
            first_expiry=None if expiry == NEVER else expiry,
            versioned=True,
        )

    @classmethod
    def counted(cls, body: bytes) -> "Head":
        """What metadata would tell of an earlier tool's manifest. Raises ManifestDamagedError as `read_lines` does."""
        lines = read_lines(body, versioned=False).values()
        count = sum(bool(raw.strip()) for raw in body.split(b"\n"))
        return cls(lines=count, documents=documents(lines), first_expiry=first_expiry(lines))

    @classmethod
    def salvaged(cls, metadata: Mapping[str, str]) -> "Head":
        """What can be read of damaged metadata. Whatever replaces the manifest counts on from its revision.

        Where that is none, it was greater than the one the last rebuild began from.
        """
        found = {name.lower(): value for name, value in metadata.items() if _NUMBER.fullmatch(value)}
        rebuilt_from = int(found.get("rebuilt-from", -1))
        return cls(revision=max(0, int(found.get("revision", rebuilt_from + 1))), rebuilt_from=rebuilt_from)


def _number(metadata: Mapping[str, str], name: str) -> int:
    value = metadata.get(name, "")
    if not _NUMBER.fullmatch(value):
        raise ManifestDamagedError(f"has metadata {name}={value[:100]!r}, which is no number")
    return int(value)

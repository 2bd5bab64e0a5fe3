"""Which links the secrets that are kept still open, and when they may be replaced. Pure.

A secret that makes links is AWSCURRENT, the one before it still opens them: AWSPREVIOUS. A rotation puts a new one in
the first place, so that links under the last of the three die. Hence no manifest may carry any: a full scan must have
been complete that began when no function could make links under it any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

REPLACED = "ROTATING"  # a stage of ours: of a version that is to be replaced, or was, and the scan is still to come


class RotationError(Exception):
    """The secret is not replaced, or not all of it was done; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Version:
    """The secret under which links are made. `previous`: links under another open; `marked`: which one is REPLACED."""

    id: str
    made: datetime
    previous: str | None = None
    marked: str | None = None

    @classmethod
    def of(cls, versions: list[Mapping[str, Any]]) -> "Version":
        """As Secrets Manager lists them. Raises RotationError where there is no value yet."""
        stages = {stage: each for each in versions for stage in each.get("VersionStages", [])}
        if not (current := stages.get("AWSCURRENT")):
            raise RotationError("The secret has no value. Put one of at least 32 bytes there.")
        previous, marked = (stages.get(each, {}).get("VersionId") for each in ("AWSPREVIOUS", REPLACED))
        return cls(current["VersionId"], current["CreatedDate"].astimezone(UTC), previous, marked)

    @property
    def unfinished(self) -> bool:
        """Whether it has replaced another, and the scan is still to come."""
        return self.marked is not None and self.marked == self.previous

    def forgotten(self, caches: float) -> datetime:
        """When no function makes links under the one before it any more: `caches` are seconds."""
        return self.made + timedelta(seconds=caches)


@dataclass(frozen=True, slots=True)
class LastScan:
    """The scan that is on record, as functions/full_scan/record.py writes it. `whole`: all of it, without a failure."""

    began: datetime
    whole: bool

    @classmethod
    def of(cls, record: Mapping[str, Any], bucket: str) -> "LastScan":
        whole = (record["bucket"], record["prefix"], record["outcome"]) == (bucket, "", "complete")
        return cls(datetime.fromisoformat(record["began"]).astimezone(UTC), whole)


def is_done(version: Version, scan: LastScan | None, caches: float) -> bool:
    """Whether every manifest carries links under this version."""
    return scan is not None and scan.whole and scan.began >= version.forgotten(caches)


def require_possible(version: Version, scan: LastScan | None, caches: float) -> None:
    """Raise RotationError where another rotation now would end links that manifests carry."""
    if not version.previous or is_done(version, scan, caches):
        return
    last = f"The last on record began at {told(scan.began)}" if scan else "None is on record"
    partly = ", and was not of everything, or not without failures" if scan and not scan.whole else ""
    raise RotationError(
        f"The secret was replaced at {told(version.made)}: manifests may still carry links under the one "
        "before it, which would die. It can be replaced again as soon as a full scan of everything is complete that "
        f"began at {told(version.forgotten(caches))} or later. {last}{partly}."
    )


def told(time: datetime) -> str:
    """As people and last-scan.json write it; `time` is UTC."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"

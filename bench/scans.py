"""Refreshes whose requests were counted, and what they would be of other sizes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bench.prices import PRICE_OF

Counted = Mapping[str, Any]
PRESIGNED, STABLE = "presigned", "stable"  # what is not said is presigned
SIZES = (10_000, 1_000_000, 100_000_000)
SHAPES = {"1": 1, "100": 100, "all": None}  # documents a folder
_COUNTED = ("documents", "folders", "requests", "seconds", "manifest_bytes")


class CountError(Exception):
    """What was counted cannot be priced: what, where, and what to do."""


class Scan(NamedTuple):
    """One refresh: what it asks of S3, its seconds on a whole processor, the bytes of all manifests, seconds a LIST."""

    documents: int
    folders: int
    requests: Mapping[str, float]
    seconds: float
    manifest_bytes: float
    a_list: float
    is_counted: bool = True

    def at(self, documents: int) -> "Scan":
        """With so many documents, everything in proportion."""
        times = documents / self.documents
        requests = {kind: count * times for kind, count in self.requests.items()}
        folders = 1 if self.folders == 1 else round(self.folders * times)
        seconds, manifest_bytes = self.seconds * times, self.manifest_bytes * times
        return Scan(documents, folders, requests, seconds, manifest_bytes, self.a_list, times == 1)


def scan_of(results: Counted, documents: int, shape: str, links: str = PRESIGNED) -> Scan:
    """The refresh that was counted at this size, shape and kind of links, else one extrapolated. Raises CountError."""
    a_folder = SHAPES[shape]
    scans = [
        scan for scan in _refreshes(results, links) if scan.folders == scan.documents // (a_folder or scan.documents)
    ]
    fitting = [scan for scan in scans if scan.documents <= documents]
    if not fitting:
        what = f"no refresh (first: false, {links} links) to tell {documents:,} documents, {shape} a folder, from"
        raise CountError(f"counted.scans: {what}: count one of that shape with {SIZES[0]:,}")
    return max(fitting, key=lambda scan: (scan.documents, scan.seconds)).at(documents)  # of equals the slowest


def _refreshes(results: Counted, links: str) -> list[Scan]:
    counted = [row for row in rows(results, "scans", (*_COUNTED, "first")) if row.get("links", PRESIGNED) == links]
    a_list = results["counted"]["delays"]["list"] / 1000
    return [Scan(**{field: row[field] for field in _COUNTED}, a_list=a_list) for row in counted if not row["first"]]


def rows(results: Counted, name: str, fields: tuple[str, ...]) -> list[Counted]:
    """What was counted of one sort, each with all of its fields. Raises CountError."""
    counted: list[Counted] = results.get("counted", {}).get(name, [])
    if not counted:
        raise CountError(f"counted.{name}: nothing is there: count again, and give the file that was written")
    for place, row in enumerate(counted):
        if missing := ", ".join(field for field in fields if field not in row):
            raise CountError(f"counted.{name}[{place}] has no {missing}: count again, or add it")
        if unknown := ", ".join(row["requests"].keys() - PRICE_OF.keys()):
            raise CountError(
                f"counted.{name}[{place}]: no price for {unknown}: give it one in bench/prices.py, PRICE_OF"
            )
    return counted

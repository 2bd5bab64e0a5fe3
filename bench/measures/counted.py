"""What scans and events ask of the store, counted, for what they cost (bench/cost.py)."""

from dataclasses import replace
from typing import Any

from bench.measures.events import BATCHES, delivered
from bench.processes import Fake, fake, here
from bench.size import Size

DELAYS = {"list": 50, "other": 20}  # milliseconds: as S3's own answers take; the seconds rest on them
_EVENTS = 2_000  # at most: the time they take is known from fewer, too
_KINDS = ("LIST", "HEAD", "GET", "PUT", "POST", "DELETE")


def counted(size: Size) -> dict[str, Any]:
    """By shape of the bucket the requests and seconds of a scan whose manifests are there; by batch those of events."""
    return {
        "delays": DELAYS,
        "scans": [_scan(documents, folders, size) for documents, folders in size.counted],
        "events": _events(size) if size.counted else [],
    }


def _scan(documents: int, folders: int, size: Size) -> dict[str, Any]:
    with fake(documents, folders, size.shape) as store:
        here(store, "scan", QUEUE_MAX="50000")
        store.set(**DELAYS)
        store.counts()
        found = here(store, "scan", QUEUE_MAX="50000")
        counts = store.counts()
    return {
        "documents": documents,
        "folders": folders,
        "first": False,
        "requests": _requests(counts),
        "seconds": found["seconds"],
        "manifest_bytes": counts["bytes received"],
    }


def _events(size: Size) -> list[dict[str, Any]]:
    size = replace(size, events=min(size.events, _EVENTS))
    with fake(size.events, size.event_folders, size.shape) as store:
        store.set(**DELAYS)
        return [_delivered(store, size, batch) for batch in BATCHES]


def _delivered(store: Fake, size: Size, batch: int) -> dict[str, Any]:
    found = delivered(store, size, batch)
    requests = _requests(store.counts())
    return {"batch": batch, "events": size.events, "requests": requests, "seconds": found["seconds"]}


def _requests(counts: dict[str, int]) -> dict[str, int]:
    return {kind: counts.get(kind, 0) for kind in _KINDS}

"""What scans and events ask of the store, counted, for what they cost (bench/cost.py)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bench.fake.secrets import SECRET
from bench.measures.events import BATCHES, delivered
from bench.processes import KINDS, SHARES, Fake, fake, here
from bench.size import Size

DELAYS = {"list": 50, "other": 20}  # milliseconds: as S3's own answers take; the seconds rest on them
_EVENTS = 2_000  # at most: the time they take is known from fewer, too
_LARGE = 20_000  # lines, which are far above 5 MiB: what comes is appended
_CLICKS = 200
# A function's keys are a role's, and each link shows their token: one of Lambda's has about so many characters.
TOKEN = {"AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjE" + "x" * 1000}
STABLE = TOKEN | {
    "LINKS": "stable",
    "LINK_BASE_URL": f"https://{'x' * 32}.lambda-url.us-east-1.on.aws",  # as long as a function's own address
    "LINK_SECRET": SECRET,
}
_LINKS = {"presigned": (2, TOKEN), "stable": (1, STABLE)}  # rounds of each scan, of which the slower one counts


def counted(size: Size) -> dict[str, Any]:
    """Requests and seconds: of a scan whose manifests are there, by shape and links; of events, by batch; of clicks."""
    return {
        "delays": DELAYS,
        "scans": [scan for documents, folders in size.counted for scan in _scans(documents, folders, size)],
        "events": [*_events(size), *_appended(size)],
        "clicks": clicks(size),
    }


def _scans(documents: int, folders: int, size: Size) -> list[dict[str, Any]]:
    with fake(documents, folders, size.shape) as store:
        named = {"documents": documents, "folders": folders, "first": False}
        return [named | {"links": links} | scan for links in _LINKS for scan in scans(store, links)]


def scans(store: Fake, links: str) -> list[dict[str, Any]]:
    """Of a bucket whose manifests carry such links already."""
    rounds, env = _LINKS[links]
    store.set(**dict.fromkeys(DELAYS, 0))
    here(store, "scan", QUEUE_MAX="50000", **env)
    store.set(**DELAYS)
    store.counts()
    return [_scan(store, env) for _ in range(rounds)]


def _scan(store: Fake, env: Mapping[str, str]) -> dict[str, Any]:
    seconds = here(store, "scan", QUEUE_MAX="50000", **env)["seconds"]
    counts = store.counts()
    return {"requests": _kinds(counts), "seconds": seconds, "manifest_bytes": counts["bytes received"]}


def _events(size: Size) -> list[dict[str, Any]]:
    size = replace(size, events=min(size.events, _EVENTS))
    with fake(size.events, size.event_folders, size.shape) as store:
        store.set(**DELAYS)
        return [_delivered(store, size, batch) | {"into": f"{size.event_folders} small ones"} for batch in BATCHES]


def _delivered(store: Fake, size: Size, batch: int) -> dict[str, Any]:
    seconds = delivered(store, size, size.events, batch, **TOKEN)["seconds"]
    return {"batch": batch, "events": size.events, "requests": _kinds(store.counts()), "seconds": seconds}


def _appended(size: Size) -> list[dict[str, Any]]:
    """Into one manifest that is large."""
    with fake(_LARGE, 1, size.shape) as store:
        here(store, "scan", QUEUE_MAX="50000", **TOKEN)
        store.set(**DELAYS)
        return [_append(store, size, batch) | {"into": f"one of {_LARGE:,} lines"} for batch in (200, 1)]


def _append(store: Fake, size: Size, batch: int) -> dict[str, Any]:
    told = ["--events", 200, "--folders", 1, "--batch", batch, "--shape", size.shape]
    seconds = here(store, "events", *told, COUNTED="1", **TOKEN)["seconds"]
    return {"batch": batch, "events": 200, "requests": _kinds(store.counts()), "seconds": seconds}


def clicks(size: Size) -> list[dict[str, Any]]:
    """On documents; a role's token is in what they are answered with."""
    with fake(_CLICKS + 1, 1, size.shape) as store:
        store.set(**DELAYS)
        return [_clicked(store, size, "a stable link"), _clicked(store, size, "a share's", "--share")]


def _clicked(store: Fake, size: Size, on: str, *share: str) -> dict[str, Any]:
    told = ["--clicks", _CLICKS, "--shape", size.shape, *share]
    seconds = here(store, "opened", *told, COUNTED="1", SHARE_BUCKET=SHARES, **STABLE)["seconds"]
    return {"clicks": _CLICKS, "on": on, "requests": _kinds(store.counts()), "seconds": seconds}


def _kinds(counts: dict[str, int]) -> dict[str, int]:
    return {kind: counts[kind] for kind in KINDS}

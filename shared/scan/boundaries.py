"""Where to cut a listing, so that each segment is a few pages: guesses, of which none can be wrong.

From the manifests that the survey showed: their folders, by weight, and within a large one keys read here and there.
Where there are no manifests yet: the names of the uppermost folders. A single flat folder without a manifest has no
boundaries, and is listed in one stream.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.domain.documents import Folder, Layout, Place
from shared.domain.ranges import before
from shared.scan.plan import WORTH
from shared.scan.survey import Surveyed
from shared.store.pages import FIELD, FOLDERS, PAGE

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_A_LINE = 470  # bytes, with the links of a long-lived key; a manifest's own metadata tells better
_A_READ = 4096  # bytes, of which at least one is a whole line, most often
_AT_ONCE = 32
_LEVELS = 4  # of folders, that are looked at for the first
_PAGES = 20  # of one folder's
_ENOUGH = 64  # folders, to do without another level


class Known(NamedTuple):
    """A manifest as the survey showed it, and the folder it is of."""

    folder: str
    place: Place
    seen: Surveyed


class Weight(NamedTuple):
    """About so many keys are listed from here on."""

    start: str
    keys: float


def cut(weights: Iterable[Weight], worth: float) -> list[str]:
    """Boundaries between which about `worth` keys lie, as far as the weights are no heavier."""
    starts: list[str] = []
    passed = 0.0
    for weight in sorted(weights):
        if passed and passed + weight.keys > worth:
            starts.append(weight.start)
            passed = 0.0
        passed += weight.keys
    return starts


def known(survey: Mapping[str, Surveyed], layout: Layout, listed: Folder, *, flat: bool) -> list[Known]:
    """The manifests of what a listing comes by. `survey`: every manifest, by the prefix it is of."""
    return [
        Known(prefix, layout.manifest_of(Folder(listed.bucket, prefix)), seen)
        for prefix, seen in survey.items()
        if (prefix == listed.prefix if flat else prefix.startswith(listed.prefix))
    ]


async def boundaries(
    client: "S3Client", place: Place, manifests: Callable[[], Sequence[Known]], page: int
) -> Sequence[str]:
    """Boundaries for a listing of that place, of whose manifests these are known, in pages of so many keys."""
    if surveyed := manifests():
        return await of_manifests(client, surveyed, place.bucket, WORTH * page)
    return await of_folders(client, place)


async def of_manifests(client: "S3Client", manifests: Sequence[Known], bucket: str, worth: float) -> list[str]:
    """Boundaries between documents of manifests, and between the manifests where they lie in the same bucket.

    What cannot be read is no reason to fail: whoever rebuilds that manifest meets the same, and says so.
    """
    largest = max(manifests, key=lambda each: each.seen.size, default=None)
    if largest is None or sum(each.seen.size for each in manifests) < worth * _A_LINE:
        return []
    a_line = await _line_size(client, largest)
    limit = asyncio.Semaphore(_AT_ONCE)
    weights = [Weight(each.place.key, 1) for each in manifests if each.place.bucket == bucket]
    light = [each for each in manifests if each.seen.size <= 2 * worth * a_line]
    heavy = [each for each in manifests if each.seen.size > 2 * worth * a_line]
    weights += [Weight(each.folder, each.seen.size / a_line) for each in light]
    sampled = await asyncio.gather(*(_sampled(client, each, worth * a_line, limit) for each in heavy))
    for manifest, starts in zip(heavy, sampled, strict=True):
        weights += [Weight(start, worth) for start in (manifest.folder, *starts)]
    return cut(weights, worth)


async def of_folders(client: "S3Client", place: Place) -> list[str]:
    """The names of the uppermost folders below, of as many levels as make some dozens."""
    found: list[str] = []
    level = [place]
    for _ in range(_LEVELS):
        names = await asyncio.gather(*(_folders_below(client, each) for each in level))
        level = [Place(place.bucket, name) for below in names for name in below]
        found += [each.key for each in level]
        if not level or len(found) >= _ENOUGH:
            break
    return sorted(found)


async def _folders_below(client: "S3Client", place: Place) -> list[str]:
    """Page after page, as long as they show folders."""
    request: dict[str, Any] = {"Bucket": place.bucket, "Prefix": place.key, "Delimiter": "/", "MaxKeys": PAGE}
    found: list[str] = []
    for _ in range(_PAGES):
        try:
            answer: Any = await client.list_objects_v2(**request)
            names = answer.get(FOLDERS, [])
        except Exception:  # noqa: BLE001 -- it is for speed alone
            break
        found += names
        request["ContinuationToken"] = answer[FIELD][1]
        if not names or not request["ContinuationToken"]:
            break
    return found


async def _line_size(client: "S3Client", manifest: Known) -> float:
    answer = await _read(client, manifest, 0)
    lines = answer[0].get("lines", "") if answer else ""
    return manifest.seen.size / int(lines) if lines.isdecimal() and int(lines) else _A_LINE


async def _sampled(client: "S3Client", manifest: Known, apart: float, limit: asyncio.Semaphore) -> list[str]:
    """Keys out of a sorted manifest, so many bytes apart. What was appended is not in order, and ends it."""

    async def one(offset: int) -> str | None:
        async with limit:
            answer = await _read(client, manifest, offset)
        return _first_key(answer[1]) if answer else None

    offsets = range(int(apart), manifest.seen.size, int(apart))
    return list(_ascending(await asyncio.gather(*map(one, offsets))))


def _ascending(keys: Iterable[str | None]) -> Iterator[str]:
    last = ""
    for key in keys:
        if key is None:
            continue
        if not before(last, key):
            return
        yield key
        last = key


def _first_key(read: bytes) -> str | None:
    """The key of the first line that is whole."""
    lines = read.split(b"\n")[1:-1]
    try:
        key = json.loads(lines[0])["key"]
        key.encode()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return str(key) or None


async def _read(client: "S3Client", manifest: Known, offset: int) -> tuple[dict[str, str], bytes] | None:
    """Metadata and some bytes, of the very manifest that was surveyed; None where they cannot be had."""
    request: Any = {"Bucket": manifest.place.bucket, "Key": manifest.place.key, "IfMatch": f'"{manifest.seen.etag}"'}
    try:
        answer = await client.get_object(**request, Range=f"bytes={offset}-{offset + _A_READ - 1}")
        async with answer["Body"] as body:
            return answer["Metadata"], await body.read()
    except Exception:  # noqa: BLE001 -- it is for speed alone
        return None

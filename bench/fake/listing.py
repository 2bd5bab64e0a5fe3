"""ListObjectsV2, from keys in memory: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from bench.fake.objects import DOCUMENT, Kept

_MODIFIED = "2026-04-02T08:00:00.000Z"
_NAME = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
_REMEMBERED = 2_000_000  # entries; a store is to be quicker than whoever lists it
_AFTER_ALL = "\U0010ffff"


@dataclass(slots=True)
class Page:
    """What is found, and from where the next one goes on; empty: there is none."""

    keys: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    more: str = ""


def listed(keys: list[str], kept: Mapping[str, Kept], query: Mapping[str, str], most: int) -> bytes:
    """The answer to such a query: of sorted `keys`, at most `most` of them."""
    start = unquote(query.get("continuation-token", "")) or query.get("start-after", "")
    wanted = min(most, int(query.get("max-keys", most)))
    page = _page(keys, query.get("prefix", ""), query.get("delimiter", ""), start, wanted)
    written = quote if query.get("encoding-type") == "url" else escape
    return "".join((_NAME, *_head(page, query, most), *_entries(page, kept, written), "</ListBucketResult>")).encode()


def _page(keys: list[str], prefix: str, delimiter: str, start: str, most: int) -> Page:
    at = max(bisect_left(keys, prefix), bisect_right(keys, start))
    if not delimiter:
        return _flat(keys, at, bisect_left(keys, prefix + _AFTER_ALL, at), most)
    page, last = Page(), ""
    while at < len(keys) and keys[at].startswith(prefix):
        if len(page.keys) + len(page.folders) == most:
            page.more = last
            break
        folder, _, rest = keys[at][len(prefix) :].partition(delimiter)
        if rest or keys[at].endswith(delimiter):
            page.folders.append(prefix + folder + delimiter)
            last = page.folders[-1] + _AFTER_ALL
            at = bisect_right(keys, last, at)
        else:
            page.keys.append(last := keys[at])
            at += 1
    return page


def _flat(keys: list[str], first: int, end: int, most: int) -> Page:
    found = keys[first : min(end, first + most)]
    return Page(found, more=found[-1] if found and first + most < end else "")


def _head(page: Page, query: Mapping[str, str], most: int) -> Iterator[str]:
    yield f"<Name>bench</Name><Prefix>{escape(query.get('prefix', ''))}</Prefix><MaxKeys>{most}</MaxKeys>"
    yield f"<KeyCount>{len(page.keys) + len(page.folders)}</KeyCount>"
    yield f"<IsTruncated>{str(bool(page.more)).lower()}</IsTruncated>"
    if page.more:  # what a client makes of it is its own affair: an opaque token
        yield f"<NextContinuationToken>{quote(page.more)}</NextContinuationToken>"
    if encoding := query.get("encoding-type"):
        yield f"<EncodingType>{encoding}</EncodingType>"


def _entries(page: Page, kept: Mapping[str, Kept], written: Callable[[str], str]) -> Iterator[str]:
    for key in page.keys:
        yield _kept(written(key), kept[key]) if key in kept else _document(written, key)
    for each in page.folders:
        yield f"<CommonPrefixes><Prefix>{written(each)}</Prefix></CommonPrefixes>"


@lru_cache(_REMEMBERED)
def _document(written: Callable[[str], str], key: str) -> str:
    return _kept(written(key), DOCUMENT)


def _kept(key: str, kept: Kept) -> str:
    return (
        f"<Contents><Key>{key}</Key><LastModified>{_MODIFIED}</LastModified>"
        f"<ETag>&quot;{kept.etag}&quot;</ETag><Size>{kept.body.size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
    )

"""ListObjectsV2, from keys in memory: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from bench.fake.objects import DOCUMENT, Kept

_MODIFIED = "2026-04-02T08:00:00.000Z"
_NAME = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
_AFTER_ALL = "\U0010ffff"

Query = Mapping[str, str]


@dataclass(slots=True)
class Page:
    """What is found, and from where the next one goes on; empty: there is none."""

    keys: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    more: str = ""


class Listing:
    """Of sorted keys, some of them kept. A page of nothing but documents is written once: the store is to be quick."""

    def __init__(self, keys: list[str], kept: Mapping[str, Kept]) -> None:
        self._keys = keys
        self._kept = kept
        self._written: dict[tuple[tuple[str, str], ...], tuple[str, str, bytes]] = {}

    def answer(self, query: Query, most: int) -> bytes:
        """At most `most` keys, whatever is asked for."""
        asked = (*sorted(query.items()), ("most", str(most)))
        if asked in self._written:
            return self._written[asked][2]
        prefix, start = query.get("prefix", ""), _start(query)
        page = _page(self._keys, prefix, query.get("delimiter", ""), start, min(most, int(query.get("max-keys", most))))
        body = _written(page, query, self._kept)
        if page.keys and not page.folders and self._kept.keys().isdisjoint(page.keys):
            self._written[asked] = (max(prefix, start), page.more or _AFTER_ALL, body)
        return body

    def forget(self, key: str) -> None:
        """A page that this key is new in, or gone from."""
        stale = [asked for asked, (first, last, _) in self._written.items() if first <= key <= last]
        for asked in stale:
            del self._written[asked]


def _start(query: Query) -> str:
    return unquote(query.get("continuation-token", "")) or query.get("start-after", "")


def _page(keys: list[str], prefix: str, delimiter: str, start: str, most: int) -> Page:
    at = max(bisect_left(keys, prefix), bisect_right(keys, start))
    if not delimiter:
        return _flat(keys, at, bisect_left(keys, prefix + _AFTER_ALL, at), most)
    page, last = Page(), ""
    while at < len(keys) and keys[at].startswith(prefix):
        if len(page.keys) + len(page.folders) == most:
            page.more = last
            break
        folder, found, _ = keys[at][len(prefix) :].partition(delimiter)
        if found:
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


def _written(page: Page, query: Query, kept: Mapping[str, Kept]) -> bytes:
    encoded = quote if query.get("encoding-type") == "url" else escape
    return "".join((_NAME, *_head(page, query), *_entries(page, kept, encoded), "</ListBucketResult>")).encode()


def _head(page: Page, query: Query) -> Iterator[str]:
    yield f"<Name>bench</Name><Prefix>{escape(query.get('prefix', ''))}</Prefix>"
    yield f"<KeyCount>{len(page.keys) + len(page.folders)}</KeyCount>"
    yield f"<IsTruncated>{str(bool(page.more)).lower()}</IsTruncated>"
    if page.more:  # what a client makes of it is its own affair: an opaque token
        yield f"<NextContinuationToken>{quote(page.more)}</NextContinuationToken>"
    if encoding := query.get("encoding-type"):
        yield f"<EncodingType>{encoding}</EncodingType>"


def _entries(page: Page, kept: Mapping[str, Kept], encoded: Callable[[str], str]) -> Iterator[str]:
    for key in page.keys:
        yield _entry(encoded(key), kept.get(key, DOCUMENT))
    for each in page.folders:
        yield f"<CommonPrefixes><Prefix>{encoded(each)}</Prefix></CommonPrefixes>"


def _entry(key: str, kept: Kept) -> str:
    return (
        f"<Contents><Key>{key}</Key><LastModified>{_MODIFIED}</LastModified>"
        f"<ETag>&quot;{kept.etag}&quot;</ETag><Size>{kept.body.size}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )

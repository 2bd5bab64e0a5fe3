"""An S3 in memory, in a process of its own: millions of keys, and a LIST as slow as is asked for.

    python bench/fake_s3_server.py --keys 1000000 --folders 100

It prints its port. `PUT /_set?list=50&other=20` sets milliseconds a LIST page and any other request take from then on;
`GET /_counts` answers how many requests of each kind there were, and forgets them. It checks no signature.
"""

import argparse
import asyncio
import hashlib
import json
import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qs, quote, unquote, urlsplit

_MODIFIED = "2026-04-02T08:00:00.000Z"
_DATE = "Thu, 02 Apr 2026 08:00:00 GMT"


@dataclass(slots=True)
class Kept:
    """An object that was put here; the documents are but names."""

    body: bytes
    metadata: dict[str, str]
    etag: str


_DOCUMENT = Kept(b"%PDF" * 12_053, {}, "9b2cf535f27731c974343645a3985328")


@dataclass(slots=True)
class Answer:
    """Of one request."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Asked:
    """One request."""

    method: str
    key: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def refusal(status: int, code: str) -> Answer:
    return Answer(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())


class Store:
    """One bucket, whatever it is called."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.kept: dict[str, Kept] = {}
        self.uploads: dict[str, tuple[dict[str, str], dict[int, tuple[bytes, str]]]] = {}
        self.delays = {"list": 0.0, "other": 0.0}
        self.counts: Counter[str] = Counter()
        self._ids = count(1)

    async def answer(self, asked: Asked) -> Answer:
        if asked.key.startswith("_"):
            return self._admin(asked)
        listing = "list-type" in asked.query
        self.counts["LIST" if listing else asked.method] += 1
        if delay := self.delays["list" if listing else "other"]:
            await asyncio.sleep(delay)
        if listing:
            return self._list(asked.query)
        return getattr(self, f"_{asked.method.lower()}")(asked)  # type: ignore[no-any-return]

    def _admin(self, asked: Asked) -> Answer:
        for name, value in asked.query.items():
            self.delays[name] = float(value) / 1000
        counts, self.counts = self.counts, Counter()
        return Answer(body=json.dumps(counts).encode())

    # LIST

    def _list(self, query: dict[str, str]) -> Answer:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        start = query.get("continuation-token") or query.get("start-after", "")
        found, folders, more = self._page(prefix, delimiter, start, int(query.get("max-keys", 1000)))
        entries = "".join(map(self._entry, found))
        common = "".join(f"<CommonPrefixes><Prefix>{quote(each)}</Prefix></CommonPrefixes>" for each in folders)
        token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
        head = f"<EncodingType>url</EncodingType><IsTruncated>{str(bool(more)).lower()}</IsTruncated>"
        name = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        return Answer(body=f"{name}{head}{token}{entries}{common}</ListBucketResult>".encode())

    def _entry(self, key: str) -> str:
        kept = self.kept.get(key)
        size, etag = (len(kept.body), kept.etag) if kept else (len(_DOCUMENT.body), _DOCUMENT.etag)
        return (
            f"<Contents><Key>{quote(key)}</Key><LastModified>{_MODIFIED}</LastModified>"
            f"<ETag>&quot;{etag}&quot;</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        )

    def _page(self, prefix: str, delimiter: str, start: str, most: int) -> tuple[list[str], list[str], str]:
        at = max(bisect_left(self.keys, prefix), bisect_right(self.keys, start))
        found: list[str] = []
        folders: list[str] = []
        last = ""
        while len(found) + len(folders) < most and at < len(self.keys) and self.keys[at].startswith(prefix):
            key = self.keys[at]
            cut = key.find(delimiter, len(prefix)) if delimiter else -1
            if cut < 0:
                found.append(key)
                last, at = key, at + 1
            else:
                folders.append(key[: cut + 1])
                last = folders[-1] + "\U0010ffff"
                at = bisect_right(self.keys, last)
        more = at < len(self.keys) and self.keys[at].startswith(prefix)
        return found, folders, last if more else ""

    # Objects

    def _head(self, asked: Asked) -> Answer:
        kept = self._found(asked.key)
        return Answer(200, kept.body, self._described(kept)) if kept else Answer(404)

    def _found(self, key: str) -> Kept | None:
        """What was put here, or one of the documents, which all have one body."""
        at = bisect_left(self.keys, key)
        return self.kept.get(key) or (_DOCUMENT if at < len(self.keys) and self.keys[at] == key else None)

    def _get(self, asked: Asked) -> Answer:
        if "uploads" in asked.query:
            return Answer(body=b"<ListMultipartUploadsResult/>")
        kept = self._found(asked.key)
        if kept is None:
            return refusal(404, "NoSuchKey")
        if (wanted := asked.headers.get("if-match")) and wanted.strip('"') != kept.etag:
            return refusal(412, "PreconditionFailed")
        if ranged := asked.headers.get("range"):
            first, _, last = ranged.removeprefix("bytes=").partition("-")
            part = kept.body[int(first) : int(last) + 1 if last else None]
            told = f"bytes {first}-{int(first) + len(part) - 1}/{len(kept.body)}"
            return Answer(206, part, self._described(kept) | {"Content-Range": told})
        return Answer(200, kept.body, self._described(kept))

    def _put(self, asked: Asked) -> Answer:
        if upload := asked.query.get("uploadId"):
            body = self._copied(asked) if "x-amz-copy-source" in asked.headers else asked.body
            etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
            self.uploads[upload][1][int(asked.query["partNumber"])] = (body, etag)
            return Answer(
                200, f"<CopyPartResult><ETag>&quot;{etag}&quot;</ETag></CopyPartResult>".encode(), {"ETag": f'"{etag}"'}
            )
        return self._keep(asked, asked.body, _metadata(asked.headers))

    def _copied(self, asked: Asked) -> bytes:
        source = self.kept[unquote(asked.headers["x-amz-copy-source"]).lstrip("/").partition("/")[2]]
        first, last = asked.headers["x-amz-copy-source-range"].removeprefix("bytes=").split("-")
        return source.body[int(first) : int(last) + 1]

    def _post(self, asked: Asked) -> Answer:
        if "uploads" in asked.query:
            upload = f"u{next(self._ids)}"
            self.uploads[upload] = (_metadata(asked.headers), {})
            result = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            return Answer(body=result.encode())
        metadata, parts = self.uploads.pop(asked.query["uploadId"])
        numbers = map(int, re.findall(rb"<PartNumber>([0-9]+)<", asked.body))
        answer = self._keep(asked, b"".join(parts[number][0] for number in numbers), metadata)
        if answer.status == 200:  # noqa: PLR2004
            etag = answer.headers["ETag"].replace('"', "&quot;")
            answer.body = f"<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>".encode()
        return answer

    def _keep(self, asked: Asked, body: bytes, metadata: dict[str, str]) -> Answer:
        there = self.kept.get(asked.key)
        wanted = asked.headers.get("if-match")
        if (wanted and (there is None or there.etag != wanted.strip('"'))) or (
            there is not None and "if-none-match" in asked.headers
        ):
            return refusal(412, "PreconditionFailed")
        if there is None:
            insort(self.keys, asked.key)
        self.kept[asked.key] = Kept(body, metadata, hashlib.md5(body, usedforsecurity=False).hexdigest())
        return Answer(200, b"", {"ETag": f'"{self.kept[asked.key].etag}"'})

    def _delete(self, asked: Asked) -> Answer:
        if upload := asked.query.get("uploadId"):
            self.uploads.pop(upload, None)
        elif self.kept.pop(asked.key, None):
            self.keys.remove(asked.key)
        return Answer(204)

    def _described(self, kept: Kept) -> dict[str, str]:
        return {"ETag": f'"{kept.etag}"', "Last-Modified": _DATE, **kept.metadata}


def _metadata(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("x-amz-meta-")}


async def serve(store: Store, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            method, target, _ = line.decode().split(" ", 2)
            headers = {}
            while (header := await reader.readline()) not in (b"\r\n", b""):
                name, _, value = header.decode().partition(":")
                headers[name.lower()] = value.strip()
            if headers.get("expect") == "100-continue":
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(int(headers.get("content-length") or 0))
            answer = await store.answer(_asked(method, target, headers, body))
            writer.write(_written(method, answer))
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def _asked(method: str, target: str, headers: dict[str, str], body: bytes) -> Asked:
    url = urlsplit(target)
    path = unquote(url.path)[1:]
    key = path if path.startswith("_") else path.partition("/")[2]
    query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
    return Asked(method, key, query, headers, body)


def _written(method: str, answer: Answer) -> bytes:
    headers = {"Content-Length": str(len(answer.body)), "Date": _DATE, **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} X\r\n{lines}\r\n".encode() + (b"" if method == "HEAD" else answer.body)


def names(keys: int, folders: int) -> list[str]:
    """Documents in so many folders, or in one, in the order of a listing."""
    each = keys // folders
    return [f"docs/team {folder:06}/report {number:07}.pdf" for folder in range(folders) for number in range(each)]


async def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--keys", type=int, default=100_000)
    options.add_argument("--folders", type=int, default=1)
    chosen = options.parse_args()
    store = Store(names(chosen.keys, chosen.folders))
    server = await asyncio.start_server(lambda *ends: serve(store, *ends), "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

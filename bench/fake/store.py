"""One bucket in memory, whatever it is called: millions of documents that are but names, and what was put beside them.

It does what the project and its rivals ask of S3: ListObjectsV2, conditional PutObject, ranged GetObject, multipart
uploads with copied parts. It counts what it is asked, can be as slow as is wanted, and checks no signature. Secrets
Manager is at the same address.
"""

import asyncio
import json
import re
from bisect import bisect_left, insort
from collections import Counter
from itertools import count
from urllib.parse import unquote

from bench.fake import secrets
from bench.fake.listing import Listing
from bench.fake.objects import DOCUMENT, Answer, Asked, Body, Kept, Upload, etag_of, refusal, told

_LAST_MODIFIED = "Thu, 02 Apr 2026 08:00:00 GMT"


class Store:
    """Of these documents, whose keys are sorted. How long it takes, and how much a page holds, is asked of it."""

    def __init__(self, keys: list[str]) -> None:
        self._keys = keys
        self._kept: dict[str, Kept] = {}
        self._listing = Listing(self._keys, self._kept)
        self._uploads: dict[str, Upload] = {}
        self._settings = {"list": 0.0, "other": 0.0, "page": 1000.0}
        self._counts: Counter[str] = Counter()
        self._ids = count(1)

    async def answer(self, asked: Asked) -> Answer:
        """Of S3; or, of a key that begins with an underscore, to whoever measures."""
        if asked.key.startswith("_"):
            return self._admin(asked)
        self._counts[asked.kind] += 1
        self._counts["bytes received"] += len(asked.body)
        if delay := self._settings["list" if asked.kind == "LIST" else "other"]:
            await asyncio.sleep(delay / 1000)
        answer = secrets.answer(asked) if asked.kind == "secret" else self._answered(asked)
        self._counts["bytes sent"] += 0 if asked.method == "HEAD" else answer.body.size
        return answer

    def _admin(self, asked: Asked) -> Answer:
        """GET /_set?list=50&other=20&page=500: milliseconds, and keys of a LIST; GET /_counts, which forgets them."""
        if unknown := asked.query.keys() - self._settings.keys():
            return refusal(400, f"no {', '.join(unknown)} to be set, but {', '.join(self._settings)}")
        self._settings |= {name: float(value) for name, value in asked.query.items()}
        counts, self._counts = self._counts, Counter()
        return told(json.dumps(counts))

    def _answered(self, asked: Asked) -> Answer:
        match asked.kind:
            case "LIST":
                return told(self._listing.answer(asked.query, int(self._settings["page"])))
            case "HEAD" | "GET":
                return self._got(asked)
            case "PUT":
                return self._put_part(asked) if "uploadId" in asked.query else self._put(asked)
            case "POST":
                return self._completed(asked) if "uploadId" in asked.query else self._created(asked)
            case "DELETE":
                return self._deleted(asked)
            case _:
                return refusal(501, "NotImplemented")

    # Reading

    def _got(self, asked: Asked) -> Answer:
        if "uploads" in asked.query:
            return told("<ListMultipartUploadsResult/>")
        kept = self._found(asked.key)
        if kept is None:
            return refusal(404, "NoSuchKey")
        if (wanted := asked.headers.get("if-match")) and wanted.strip('"') != kept.etag:
            return refusal(412, "PreconditionFailed")
        described = {"ETag": f'"{kept.etag}"', "Last-Modified": _LAST_MODIFIED, **kept.metadata}
        if ranged := asked.headers.get("range"):
            return _ranged(kept, ranged, described)
        return Answer(200, kept.body, described)

    def _found(self, key: str) -> Kept | None:
        """What was put here, or one of the documents, which all have one body."""
        at = bisect_left(self._keys, key)
        return self._kept.get(key) or (DOCUMENT if at < len(self._keys) and self._keys[at] == key else None)

    # Writing

    def _put(self, asked: Asked) -> Answer:
        return self._keep(asked, Kept(Body([asked.body]), etag_of(asked.body), asked.metadata))

    def _keep(self, asked: Asked, new: Kept) -> Answer:
        there = self._found(asked.key)
        wanted = asked.headers.get("if-match")
        if wanted and (there is None or there.etag != wanted.strip('"')):
            return refusal(412, "PreconditionFailed")
        if there and "if-none-match" in asked.headers:
            return refusal(412, "PreconditionFailed")
        if there is None:
            insort(self._keys, asked.key)
            self._listing.forget(asked.key)
        self._kept[asked.key] = new
        return Answer(headers={"ETag": f'"{new.etag}"'})

    def _deleted(self, asked: Asked) -> Answer:
        if upload := asked.query.get("uploadId"):
            self._uploads.pop(upload, None)
        elif self._kept.pop(asked.key, None):
            self._keys.remove(asked.key)
            self._listing.forget(asked.key)
        return Answer(204)

    # In parts

    def _created(self, asked: Asked) -> Answer:
        upload = f"u{next(self._ids)}"
        self._uploads[upload] = Upload(asked.metadata)
        return told(f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>")

    def _put_part(self, asked: Asked) -> Answer:
        if "x-amz-copy-source" in asked.headers:
            part = self._copied(asked.headers)
        else:
            part = Kept(Body([asked.body]), etag_of(asked.body))
        self._uploads[asked.query["uploadId"]].parts[int(asked.query["partNumber"])] = part
        answer = told(f"<CopyPartResult><ETag>&quot;{part.etag}&quot;</ETag></CopyPartResult>")
        answer.headers["ETag"] = f'"{part.etag}"'
        return answer

    def _copied(self, headers: dict[str, str]) -> Kept:
        source = self._kept[unquote(headers["x-amz-copy-source"]).lstrip("/").partition("/")[2]]
        first, last = headers["x-amz-copy-source-range"].removeprefix("bytes=").split("-")
        return Kept(source.body.part(int(first), int(last) + 1), etag_of(source.etag.encode(), first.encode()))

    def _completed(self, asked: Asked) -> Answer:
        upload = self._uploads.pop(asked.query["uploadId"])
        parts = [upload.parts[int(number)] for number in re.findall(rb"<PartNumber>([0-9]+)<", asked.body)]
        etag = f"{etag_of(*(part.etag.encode() for part in parts))}-{len(parts)}"
        body = Body(piece for part in parts for piece in part.body.pieces)
        answer = self._keep(asked, Kept(body, etag, upload.metadata))
        if answer.status != 200:  # noqa: PLR2004 -- refused by its condition
            return answer
        return told(f"<CompleteMultipartUploadResult><ETag>&quot;{etag}&quot;</ETag></CompleteMultipartUploadResult>")


def _ranged(kept: Kept, ranged: str, described: dict[str, str]) -> Answer:
    """https://datatracker.ietf.org/doc/html/rfc9110#section-14.1.2: first-last, first-, or -suffix."""
    first, _, last = ranged.removeprefix("bytes=").partition("-")
    start = int(first) if first else max(0, kept.body.size - int(last))
    if start >= kept.body.size:
        return refusal(416, "InvalidRange")
    part = kept.body.part(start, int(last) + 1 if first and last else kept.body.size)
    described["Content-Range"] = f"bytes {start}-{start + part.size - 1}/{kept.body.size}"
    return Answer(206, part, described)

"""The store with one rule of the protocol taken out."""

from collections.abc import Iterator
from typing import Any

from shared.domain.documents import Place
from shared.store import looks, manifests, multipart, staging
from shared.store.attempts import Attempts
from shared.store.manifests import ManifestStore
from shared.store.stored import Stored

Change = tuple[Any, str, Any]
"""A module or class, the name of what is replaced in it, and what takes its place."""


def without_conditions() -> list[Change]:
    return [(Stored, "condition", lambda _self: {})]


def create_without_condition() -> list[Change]:
    return [(Stored, "condition", lambda self: {} if self.etag is None else {"IfMatch": self.etag})]


def complete_without_condition() -> list[Change]:
    original = multipart.Upload.complete

    def complete(self: multipart.Upload, parts: Any, _condition: Any) -> str:
        return original(self, parts, {})

    return [(multipart.Upload, "complete", complete)]


def unknown_commit() -> list[Change]:
    def landed(self: Attempts, _stored: Stored) -> None:
        if self._final:
            raise self._final

    return [(Attempts, "landed", landed)]


def read_unpinned() -> list[Change]:
    def chunks(self: ManifestStore, stored: Stored, start: int, _end: None = None) -> Iterator[bytes]:
        known = stored.beginning[start:]
        yield known
        start += len(known)
        if stored.etag is not None and start < stored.size:
            answer = self._client.get_object(Bucket=stored.place.bucket, Key=stored.place.key, Range=f"bytes={start}-")
            yield answer["Body"].read()

    return [(ManifestStore, "_chunks", chunks)]


def read_before_the_look() -> list[Change]:
    def look_inside(client: Any, place: Place, most: int) -> Any:
        begun, found = looks.look_inside(client, place, most), looks.look(client, place)
        return (found, begun[1] if begun else b"") if found else None

    return [(manifests, "look_inside", look_inside)]


def copy_unpinned() -> list[Change]:
    def copy(self: multipart.Upload, number: int, source: Any, first: int, last: int) -> Any:
        answer = self.client.upload_part_copy(
            Bucket=self.place.bucket,
            Key=self.place.key,
            UploadId=self.id,
            PartNumber=number,
            CopySource={"Bucket": source.place.bucket, "Key": source.place.key},
            CopySourceRange=f"bytes={first}-{last}",
        )
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    return [(multipart.Upload, "copy", copy)]


def leave_uploads() -> list[Change]:
    return [(module, "abort", lambda _upload: None) for module in (multipart, staging)]


def leave_staged() -> list[Change]:
    return [(multipart.Multipart, "discard", lambda *_: None)]


def no_sweep() -> list[Change]:
    return [(multipart.Multipart, "_sweep", lambda *_: None)]

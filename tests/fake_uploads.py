"""Multipart uploads of an S3 in memory."""

# ruff: noqa: N803, ARG002 -- S3's names, and some that do not matter here

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.fake_objects import Stored, Upload, etag_of, refusal


class Uploads:
    """A part of FakeS3, which has the rest."""

    buckets: dict[str, dict[str, Stored]]
    uploads: dict[str, Upload]
    now: datetime
    _ids: Iterator[int]

    def _find(self, bucket: str, key: str) -> Stored:
        raise NotImplementedError

    def _check(self, bucket: str, key: str, IfMatch: str | None = None, IfNoneMatch: str | None = None) -> None:
        raise NotImplementedError

    def _create_multipart_upload(
        self,
        Bucket: str,
        Key: str,
        Metadata: dict[str, str],
        ContentType: str,
    ) -> dict[str, Any]:
        if Bucket not in self.buckets:
            raise refusal("NoSuchBucket")
        upload_id = f"upload-{next(self._ids)}"
        self.uploads[upload_id] = Upload(Bucket, Key, dict(Metadata), self.now)
        return {"UploadId": upload_id, "ResponseMetadata": {"RetryAttempts": 0}}

    def _upload_part(
        self,
        Bucket: str,
        Key: str,
        UploadId: str,
        PartNumber: int,
        Body: bytes,
    ) -> dict[str, Any]:
        self._upload(UploadId).parts[PartNumber] = (Body, etag_of(Body))
        return {"ETag": etag_of(Body)}

    def _upload_part_copy(
        self,
        UploadId: str,
        PartNumber: int,
        CopySource: dict[str, str],
        CopySourceIfMatch: str,
        CopySourceRange: str,
        **_: str,
    ) -> dict[str, Any]:
        upload = self._upload(UploadId)
        source = self._find(CopySource["Bucket"], CopySource["Key"])
        if source.etag != CopySourceIfMatch:
            raise refusal("PreconditionFailed")
        first, last = map(int, CopySourceRange.removeprefix("bytes=").split("-"))
        body = source.body[first : last + 1]
        assert len(body) == last - first + 1
        upload.parts[PartNumber] = (body, etag_of(body))
        return {"CopyPartResult": {"ETag": etag_of(body)}}

    def _complete_multipart_upload(
        self,
        Bucket: str,
        Key: str,
        UploadId: str,
        MultipartUpload: dict[str, Any],
        **condition: str,
    ) -> dict[str, Any]:
        upload = self._upload(UploadId)
        self._check(Bucket, Key, **condition)
        numbers = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        assert numbers == sorted(upload.parts), "every part that was sent is named, in order"
        body = b"".join(upload.parts[number][0] for number in numbers)
        digests = b"".join(bytes.fromhex(upload.parts[number][1].strip('"')) for number in numbers)
        etag = f'{etag_of(digests)[:-1]}-{len(numbers)}"'
        del self.uploads[UploadId]
        self.buckets[Bucket][Key] = Stored(body, etag, self.now, upload.metadata)
        return {"ETag": etag}

    def _abort_multipart_upload(self, Bucket: str, Key: str, UploadId: str) -> dict[str, Any]:
        self._upload(UploadId)
        del self.uploads[UploadId]
        return {}

    def _upload(self, upload_id: str) -> Upload:
        if upload_id not in self.uploads:
            raise refusal("NoSuchUpload")
        return self.uploads[upload_id]

    def _list_multipart_uploads(self, Bucket: str, Prefix: str) -> dict[str, Any]:
        found = [
            {"Key": upload.key, "UploadId": name, "Initiated": upload.began}
            for name, upload in self.uploads.items()
            if upload.bucket == Bucket and upload.key.startswith(Prefix)
        ]
        date = f"{self.now:%a, %d %b %Y %H:%M:%S} GMT"
        return {"Uploads": found, "ResponseMetadata": {"HTTPHeaders": {"date": date}}}

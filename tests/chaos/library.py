"""What is really in a store: seen past the proxy, and past the project's own code."""

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError

from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

SMALL = 5 * 1024 * 1024  # bytes; below, a manifest has one line a key
STAGING = "manifests/.staging/"

View = dict[str, tuple[int, str, str]]
"""What is said of the documents of a folder: size, ETag and time of the last change, by key."""


@dataclass(frozen=True)
class Manifest:
    """The bytes and the metadata one GET answered with; none where there is no manifest."""

    body: bytes = b""
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        return bool(self.metadata)

    @property
    def revision(self) -> int:
        return int(self.metadata.get("revision", 0))

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Raises ValueError where it holds something else than JSON Lines."""
        return [json.loads(line) for line in self.body.splitlines()]

    @cached_property
    def view(self) -> View:
        """What its readers see: the last line for a key wins, `deleted` ones and those without `url` are skipped.

        Nothing where it is torn.
        """
        if self._torn():
            return {}
        last = {line["key"]: line for line in self.lines}
        return {
            key: (line["size"], line["etag"], line["last_modified"])
            for key, line in last.items()
            if not line.get("deleted") and "url" in line
        }

    def flaws(self) -> list[str]:
        """Why this can be no complete manifest; empty where it can."""
        if not self.exists:
            return []
        if torn := self._torn():
            return [torn]
        return [flaw for flaw in (self._miscounted(), self._doubled(), self._linkless()) if flaw]

    def _torn(self) -> str | None:
        try:
            return None if self.lines and self.body.endswith(b"\n") else "does not end with a whole line"
        except ValueError:
            return "has a line that is no JSON"

    def _miscounted(self) -> str | None:
        told = int(self.metadata["lines"]), int(self.metadata["documents"])
        found = len(self.lines), len(self.view)
        if told[0] != found[0] or (len(self.body) < SMALL and told[1] != found[1]):
            return f"tells {told} lines and documents, but has {found}"
        return None

    def _doubled(self) -> str | None:
        repeated = [key for key, count in Counter(line["key"] for line in self.lines).items() if count > 1]
        return f"has several lines for {repeated[:5]}" if repeated and len(self.body) < SMALL else None

    def _linkless(self) -> str | None:
        present = (line for line in self.lines if not line.get("deleted"))
        lacking = [line["key"] for line in present if "X-Amz-Signature=" not in line.get("url", "")]
        return f"has no link for {lacking[:5]}" if lacking else None


@dataclass(frozen=True)
class Library:
    """One bucket of documents and their manifests."""

    server: Server
    bucket: str

    @cached_property
    def client(self) -> "S3Client":
        return self.server.client(Config(max_pool_connections=32))

    def __reduce__(self) -> tuple[type["Library"], tuple[Server, str]]:
        """Without its client, which no other process can use."""
        return Library, (self.server, self.bucket)

    def upload(self, *keys: str, body: bytes = b"%PDF-") -> None:
        for key in keys:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def remove(self, *keys: str) -> None:
        for key in keys:
            self.client.delete_object(Bucket=self.bucket, Key=key)

    def manifest(self, prefix: str) -> Manifest:
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=manifest_key(prefix))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return Manifest()
            raise
        with answer["Body"] as body:
            return Manifest(body.read(), answer["Metadata"])

    def documents(self, prefix: str) -> View:
        """Every document in the folder itself."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix, Delimiter="/")
        return {
            found["Key"]: (found["Size"], found["ETag"].strip('"'), f"{found['LastModified']:%Y-%m-%dT%H:%M:%SZ}")
            for page in pages
            for found in page.get("Contents", [])
            if found["Key"].endswith(".pdf")  # SeaweedFS shows an emptied folder as well
        }

    def disagreement(self, prefix: str) -> list[str]:
        """Keys of the folder that manifest and bucket say different things about."""
        return differing(self.manifest(prefix).view, self.documents(prefix))

    def leftovers(self) -> list[str]:
        """Unfinished uploads and staged objects."""
        uploads = self.client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])
        staged = self.client.list_objects_v2(Bucket=self.bucket, Prefix=STAGING).get("Contents", [])
        return [f"upload of {each['Key']}" for each in uploads] + [f"staged {each['Key']}" for each in staged]

    def sweep(self) -> None:
        """Remove leftovers, as the template's lifecycle rules do."""
        for upload in self.client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", []):
            self.client.abort_multipart_upload(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        for each in self.client.list_objects_v2(Bucket=self.bucket, Prefix=STAGING).get("Contents", []):
            self.remove(each["Key"])


def differing(one: View, other: View) -> list[str]:
    """Keys that the two say different things about."""
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def manifest_key(prefix: str) -> str:
    return f"manifests/{prefix}manifest.jsonl"

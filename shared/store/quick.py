"""The three requests that an event makes, without what the SDK does around each.

The SDK takes three times as long as the sending itself to find out, again for every request, where a bucket is and what
to say of itself. Here a request is signed and sent over the SDK's own connections: its proxies, its authorities, its
time-outs. Whatever is not plainly answered is asked again by the SDK, which knows about retries, regions and errors: by
a client that tries once less than it would, so that no request takes longer for it.
"""

# ruff: noqa: N803 -- S3's names

import os
import random
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

from shared.store.failures import BROKEN

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_OK, _PART, _MISSING, _REFUSED, _FAILED = 200, 206, 404, 412, 500
_NO_SUCH_KEY = b"<Code>NoSuchKey</Code>"  # it alone: a 404 may be the bucket's
_METADATA = "x-amz-meta-"
_ALSO_TOLD = {  # headers, as S3's models name them
    "ContentRange": "content-range",
    "StorageClass": "x-amz-storage-class",
    "ArchiveStatus": "x-amz-archive-status",
    "Restore": "x-amz-restore",
}
_CONDITIONS = {"IfMatch": "if-match", "IfNoneMatch": "if-none-match"}
_WRITTEN = {"ContentType", "Metadata", *_CONDITIONS}

Sdk = Callable[[], Any]


class Authorizes(Protocol):
    """What signs a request."""

    def address(self, bucket: str) -> str:
        """What a percent-encoded key is appended to."""

    def signed(
        self, method: str, bucket: str, key: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[str, dict[str, str]]:
        """The URL, and all headers."""


class QuickClient:
    """An S3 client as boto3's, and in its place, for HEAD, a GET of so many bytes, and PUT; all else is boto3's.

    `again` makes the one that is asked where an answer is not plain; `pause` waits so many seconds before.
    """

    def __init__(
        self, client: "S3Client", authorizer: Authorizes, again: Sdk, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client: Any = client
        self._authorizer = authorizer
        self._again = again
        self._pause = pause
        self._same: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever boto3's client has
        return getattr(self._client, name)

    def head_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: ANN401 -- boto3's answer
        answer, sdk = self._send("HEAD", Bucket, Key, {})
        if answer and answer.status_code == _OK and (described := _described(answer)):
            return described
        if answer and answer.status_code == _MISSING:
            raise _error("404", _MISSING, "HeadObject")
        return sdk().head_object(Bucket=Bucket, Key=Key)

    def get_object(self, *, Bucket: str, Key: str, **how: str) -> Any:  # noqa: ANN401 -- boto3's answer
        """A range with an end is held in memory; what has none, the SDK streams."""
        if how.keys() != {"Range"} or how["Range"].endswith("-"):
            return self._client.get_object(Bucket=Bucket, Key=Key, **how)
        answer, sdk = self._send("GET", Bucket, Key, {"range": how["Range"]})
        described = _described(answer) if answer and answer.status_code == _PART else None
        if described and "ContentRange" in described:
            return described | {"Body": BytesIO(answer.content)}
        if answer and answer.status_code == _MISSING and _NO_SUCH_KEY in answer.content:
            raise _error("NoSuchKey", _MISSING, "GetObject")
        return sdk().get_object(Bucket=Bucket, Key=Key, **how)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **how: Any) -> Any:  # noqa: ANN401 -- boto3's answer
        """An answer that was lost, or is another than yes and no, has the SDK try again: under the same condition."""
        if how.keys() - _WRITTEN:
            return self._client.put_object(Bucket=Bucket, Key=Key, Body=Body, **how)
        answer, sdk = self._send("PUT", Bucket, Key, _headers(how), Body)
        etag = answer.headers.get("etag") if answer and answer.status_code == _OK else None
        if etag and not answer.content:  # a yes that has something to say is none: the SDK takes it for a 500, too
            return {"ETag": etag}
        if answer and answer.status_code == _REFUSED:
            raise _error("PreconditionFailed", _REFUSED, "PutObject")
        return sdk().put_object(Bucket=Bucket, Key=Key, Body=Body, **how)

    def _send(self, method: str, bucket: str, key: str, headers: Mapping[str, str], body: bytes = b"") -> Any:  # noqa: ANN401 -- botocore's answer
        """An answer, or none; and who is to be asked where that does not do."""
        answer = None
        try:
            if not self._is_same(bucket):
                return None, lambda: self._client
            url, signed = self._authorizer.signed(method, bucket, key, headers, body)
            answer = self._sent(method, url, signed | self._told_besides(), body)
        except UnicodeEncodeError:
            return None, lambda: self._client
        except BROKEN:
            pass
        if answer is None or answer.status_code >= _FAILED:
            self._pause(_jitter())
        return answer, self._again

    def _sent(self, method: str, url: str, headers: Any, body: bytes) -> Any:  # noqa: ANN401 -- headers as they are: the SDK's own kind of dictionary takes longer than signing
        """What has come is read; not all of an object, of which only a part was asked for."""
        request = AWSPreparedRequest(method, url, headers, body or None, stream_output=True)
        answer = self._client._endpoint.http_session.send(request)  # noqa: SLF001 -- botocore shows it nowhere else
        if method == "GET" and answer.status_code == _OK:
            answer.raw.close()
        else:
            answer.content  # noqa: B018 -- a property that reads
        return answer

    def _told_besides(self) -> dict[str, str]:
        """Of who asks, as the SDK does: the trace by which Lambda notices a function that calls itself, too."""
        besides = {"user-agent": self._client.meta.config.user_agent}
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ and (trace := os.environ.get("_X_AMZN_TRACE_ID")):
            besides["x-amzn-trace-id"] = quote(trace, safe="-=;:+&[]{}\"',")
        return besides

    def _is_same(self, bucket: str) -> bool:
        """Whether the SDK sends this bucket's requests there too: it may have been told of FIPS, or of dual stack."""
        if bucket not in self._same:
            url = self._client.generate_presigned_url("head_object", Params={"Bucket": bucket, "Key": "key"})
            self._same[bucket] = url.startswith(f"{self._authorizer.address(bucket)}key?")
        return self._same[bucket]


def _jitter() -> float:
    """Seconds before another try: the SDK's own before its second."""
    return random.random()


def _headers(how: Mapping[str, Any]) -> dict[str, str]:
    metadata = {f"{_METADATA}{name}": value for name, value in how.get("Metadata", {}).items()}
    conditions = {header: how[name] for name, header in _CONDITIONS.items() if name in how}
    kind = {"content-type": how["ContentType"]} if "ContentType" in how else {}
    return {**kind, **metadata, **conditions}


def _error(code: str, status: int, operation: str) -> ClientError:
    """As much of boto3's as is read of it."""
    told: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, operation)


def _described(answer: Any) -> dict[str, Any] | None:  # noqa: ANN401 -- botocore's answer
    """As boto3 tells it; None where a header that every object has is missing, or is none."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        size, modified = int(headers["content-length"]), parsedate_to_datetime(headers["last-modified"])
    except (KeyError, ValueError):
        return None
    metadata = {name[len(_METADATA) :]: value for name, value in headers.items() if name.startswith(_METADATA)}
    also = {name: headers[header] for name, header in _ALSO_TOLD.items() if header in headers}
    return {"ETag": headers.get("etag"), "ContentLength": size, "LastModified": modified, "Metadata": metadata, **also}

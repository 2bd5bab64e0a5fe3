"""What is asked directly is answered as by the SDK: on every store, for keys of every kind."""

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

from shared.links.authorization import Authorizer
from shared.links.signature import SigningKey
from shared.store.client import make_client
from shared.store.quick import QuickClient
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

KEYS = ["a/q1.pdf", "a b/März 50%+1 ~(x)'.pdf", "日本語/📄 e\u0301.pdf", "a/..c/&=?#;d.pdf"]
WRITTEN: dict[str, Any] = {
    "Body": b"0123456789",
    "ContentType": "text/plain",
    "Metadata": {"commit": "x-1", "lines": "2"},
}


class Unasked:
    """The SDK's client, of which an object may not be asked."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        assert not name.endswith("_object"), f"{name} was left to the SDK"
        return getattr(self._client, name)


@pytest.fixture
def sdk(store_server: Server) -> "S3Client":
    keys = (store_server.access_key_id, store_server.secret_access_key)
    return make_client(boto3.Session(*keys, region_name=store_server.region), store_server.endpoint_url)


@pytest.fixture
def quick(store_server: Server, sdk: Any) -> Any:
    key = SigningKey(store_server.access_key_id, store_server.secret_access_key)
    authorizer = Authorizer(store_server.region, store_server.endpoint_url, lambda: key)
    unasked = Unasked(sdk)
    return QuickClient(cast("S3Client", unasked), authorizer, lambda: unasked)


def told(answer: Any) -> dict[str, Any]:
    """What is used of an answer."""
    names = ("ETag", "ContentLength", "LastModified", "Metadata", "StorageClass", "Restore", "ContentRange")
    return {name: answer[name] for name in names if name in answer}


@pytest.mark.parametrize("key", KEYS)
def test_an_object_is_written_looked_at_and_read(sdk: Any, quick: Any, bucket: str, key: str) -> None:
    named = {"Bucket": bucket, "Key": key}
    written = quick.put_object(**named, **WRITTEN, IfNoneMatch="*")
    by_sdk = sdk.head_object(**named)
    assert written["ETag"] == by_sdk["ETag"]
    assert by_sdk["Metadata"] == WRITTEN["Metadata"]
    assert by_sdk["ContentType"] == "text/plain"
    assert told(quick.head_object(**named)) == told(by_sdk)
    found, by_sdk_found = (client.get_object(**named, Range="bytes=0-3") for client in (quick, sdk))
    assert told(found) == told(by_sdk_found)
    assert found["Body"].read() == by_sdk_found["Body"].read() == b"0123"


@pytest.mark.parametrize("condition", [{"IfNoneMatch": "*"}, {"IfMatch": '"another"'}])
def test_a_condition_holds_or_the_write_is_refused(quick: Any, bucket: str, condition: dict[str, str]) -> None:
    """The refusal comes last: a server may close the connection of what it refuses, and then the SDK is asked."""
    named = {"Bucket": bucket, "Key": KEYS[0]}
    etag = quick.put_object(**named, **WRITTEN, IfNoneMatch="*")["ETag"]
    assert quick.put_object(**named, **WRITTEN | {"Body": b"new"}, IfMatch=etag)["ETag"] != etag
    with pytest.raises(ClientError) as refused:
        quick.put_object(**named, **WRITTEN, **condition)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412

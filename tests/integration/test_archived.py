"""Archived documents on real servers: on moto, which keeps an archive, and on those that do not know of any."""

from typing import TYPE_CHECKING

import pytest

from tests.integration.deployment import deployed, documents, manifest, shown
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

KEY = "a/1.pdf"


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
def test_an_archived_document_has_no_link_until_it_is_restored(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"%PDF-", StorageClass="GLACIER")
    with deployed(store_server, bucket) as functions:
        functions.scan("a/")
        assert (shown(manifest(s3, bucket, "a/")), manifest(s3, bucket, "a/")[KEY].access.archived) == ({}, True)
        s3.restore_object(Bucket=bucket, Key=KEY, RestoreRequest={"Days": 1})
        functions.notify(KEY)
        assert shown(manifest(s3, bucket, "a/")) == documents(s3, bucket)
        assert manifest(s3, bucket, "a/")[KEY].access.restored_until


def test_every_server_is_listed_whether_or_not_it_knows_of_restores(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"%PDF-")
    with deployed(store_server, bucket) as functions:
        answer = functions.scan("")
    assert answer.body["count"] == 1
    assert shown(manifest(s3, bucket, "a/")) == documents(s3, bucket)

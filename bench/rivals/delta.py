"""A Delta table of the links, appended to: {"events": …, "seconds": …}.

    python -m bench.rivals.delta --events 200 --batch 1

Every `--batch` events are one append, which is one commit of the table, with the condition that nobody else has made
it. The seconds are those of signing and appending; the table is new, made before, and of this process alone.
"""

import argparse
import os
import uuid
from typing import TYPE_CHECKING

from bench.fake.keys import document
from bench.rivals.common import BUCKET, ENDPOINT_URL, EXPIRY_SECONDS, client, timed

if TYPE_CHECKING:
    from arro3.core import Table
    from deltalake import DeltaTable
    from types_boto3_s3 import S3Client


def new_table(s3: "S3Client", shape: str) -> "DeltaTable":
    """One with a first line in it; the handle stays, so that no append reads the log from its beginning."""
    from deltalake import DeltaTable, write_deltalake  # noqa: PLC0415 -- only what runs this has it

    settings = {
        "AWS_ENDPOINT_URL": ENDPOINT_URL,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": os.environ["AWS_DEFAULT_REGION"],
        "aws_conditional_put": "etag",
    }
    place = f"s3://{BUCKET}/tables/{uuid.uuid4().hex}"
    write_deltalake(place, _lines(s3, range(1), shape), storage_options=settings)
    return DeltaTable(place, storage_options=settings)


def appended(s3: "S3Client", table: "DeltaTable", events: int, batch: int, shape: str) -> int:
    from deltalake import PostCommitHookProperties, write_deltalake  # noqa: PLC0415

    # A log as young as this one has nothing to clean up, except on a store whose objects all look old.
    hooks = PostCommitHookProperties(cleanup_expired_logs=False)
    for first in range(0, events, batch):
        lines = _lines(s3, range(first, min(first + batch, events)), shape)
        write_deltalake(table, lines, mode="append", post_commithook_properties=hooks)
    return events


def _lines(s3: "S3Client", numbers: range, shape: str) -> "Table":
    from arro3.core import Array, DataType, Table  # noqa: PLC0415

    keys = [document(0, number, shape) for number in numbers]
    links = [
        s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=EXPIRY_SECONDS)
        for key in keys
    ]
    return Table.from_pydict({"key": Array(keys, DataType.string()), "url": Array(links, DataType.string())})


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=200)
    options.add_argument("--batch", type=int, default=1, help="events an append")
    options.add_argument("--shape", default="spaces")
    chosen = options.parse_args()
    s3 = client()
    table = new_table(s3, chosen.shape)
    timed("events", lambda: appended(s3, table, chosen.events, chosen.batch, chosen.shape))

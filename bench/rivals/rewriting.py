"""An incremental update that reads the index, adds to it and writes it back, as s3pypi and its kin do theirs.

    python -m bench.rivals.rewriting --events 500 --folders 100

{"events": …, "seconds": …}: one event after the other; the seconds are theirs, with a client that is there. Two
requests an event, and no condition: where two do this at once, a line is lost (s3pypi has a lock in DynamoDB for those
who ask for one). An event that comes twice makes a line twice.
"""

import argparse
import json
from typing import TYPE_CHECKING

from bench.fake.keys import document
from bench.rivals.common import BUCKET, EXPIRY_SECONDS, MANIFESTS, client, timed

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def rewritten(s3: "S3Client", events: int, folders: int, shape: str) -> int:
    """Add a document a time, in turn to each folder."""
    for number in range(events):
        key = document(number % folders, number // folders, shape)
        _add(s3, f"{MANIFESTS}{key.rpartition('/')[0]}/manifest.jsonl", key)
    return events


def _add(s3: "S3Client", manifest: str, key: str) -> None:
    link = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=EXPIRY_SECONDS)
    line = json.dumps({"key": key, "url": link}, ensure_ascii=False).encode() + b"\n"
    s3.put_object(Bucket=BUCKET, Key=manifest, Body=_read(s3, manifest) + line)


def _read(s3: "S3Client", manifest: str) -> bytes:
    try:
        return s3.get_object(Bucket=BUCKET, Key=manifest)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return b""


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=500)
    options.add_argument("--folders", type=int, default=100)
    options.add_argument("--shape", default="spaces")
    chosen = options.parse_args()
    s3 = client()
    timed("events", lambda: rewritten(s3, chosen.events, chosen.folders, chosen.shape))

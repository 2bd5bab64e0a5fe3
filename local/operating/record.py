"""The last complete scan, as functions/full_scan/record.py has put it on record."""

import json
from typing import Any

from local.deployed.aws import Aws
from local.deployed.reached import Reached


def on_record(aws: Aws, stack: Reached) -> dict[str, Any] | None:
    """None: no scan was complete yet."""
    place = stack.layout.last_scan(stack.bucket)
    try:
        found = aws.s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    except aws.s3.exceptions.NoSuchKey:
        return None
    told: dict[str, Any] = json.loads(found)
    return told

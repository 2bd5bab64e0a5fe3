"""What the store in memory has counted."""

import os
import urllib.request


def forget_counts() -> None:
    """Of the store in memory; another has no such address, and counts nothing."""
    if os.environ.get("COUNTED"):
        urllib.request.urlopen(f"{os.environ['S3_ENDPOINT_URL']}/_counts").close()  # noqa: S310 -- our own, over http

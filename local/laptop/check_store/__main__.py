"""Can a store be trusted with manifests? One that ignores a condition, or holds to it only now and then, loses updates.

    make check-store S3_ENDPOINT_URL=… BUCKET_NAME=…

It works on objects of its own below the manifests' staging folder, which it deletes again. Exit code: 0 fit, also with
limits; 1 not fit; 2 it could not be examined.
"""

import os
import sys

import boto3
from rich.console import Console

from local.laptop.check_store.examination import examine
from local.laptop.check_store.findings import Verdict, verdict
from local.laptop.check_store.table import table
from shared.config import Settings
from shared.domain.errors import LinkManifestError
from shared.store.endpoint import followed


def main() -> int:
    """Print what was found, and what follows."""
    try:
        session = boto3.Session()
        settings = followed(Settings.from_env(os.environ), session)
        print(
            f"Examining {settings.endpoint_url or 'AWS'}, bucket {settings.bucket_name}: some ten seconds.", flush=True
        )
        findings = examine(session, settings)
    except LinkManifestError as error:
        print(f"Not examined. {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    Console().print(table(findings))
    found = verdict(findings)
    print(found.value)
    return 1 if found is Verdict.UNFIT else 0


if __name__ == "__main__":
    sys.exit(main())

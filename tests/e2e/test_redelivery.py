"""What becomes of a message that failed, with the time-out of six minutes that its queue has."""

from functools import partial

import pytest

from local.deployed.library import Library, seconds_until
from shared.domain.retry import FIRST
from tests.e2e.events import settle

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


def failed(library: Library, prefix: str) -> bool:
    log = library.log_of(library.stack.on_created_function)
    return any("update failed" in line and prefix in line for line in log)


def test_a_message_that_failed_comes_again_after_seconds(library: Library, prefix: str) -> None:
    s3, bucket, manifest = library.aws.s3, library.stack.bucket, library.place(prefix).key
    s3.put_object(Bucket=bucket, Key=manifest, Body=b"no JSON\n")
    library.upload(f"{prefix}report.pdf", PDF)
    seconds_until(partial(failed, library, prefix), "the update failed")
    s3.delete_object(Bucket=bucket, Key=manifest)
    waited = seconds_until(partial(library.shows, f"{prefix}report.pdf"), "the document listed", at_most=FIRST + 15)
    assert waited > FIRST - 5
    settle(library)

"""What the incremental function answers, logs and counts."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from logging import DEBUG
from typing import Any

from shared.domain.documents import Layout
from shared.domain.errors import raise_failures
from shared.domain.events import Batch, Notice
from shared.domain.merge import Tally
from shared.telemetry import count, expires_in, failed_here, logger, milliseconds, shrunk
from shared.update.deliver import Delivery, Router
from shared.update.publish import Published


def heard(batch: Batch) -> None:
    """Log which documents each message speaks of, for who follows one through the log."""
    for notice in batch.notices if logger.log_level <= DEBUG else ():
        keys = [change.key for change in notice.changes]
        logger.debug("message taken", message_id=notice.message_id, keys=keys, ignored=notice.ignored)


def failed(batch: Batch, delivery: Delivery, layout: Layout) -> list[Notice]:
    """The notices whose documents are not all in their manifests."""
    router = Router(layout)
    return [notice for notice in batch.notices if router.failure_of(notice, delivery)]


def for_queue(failing: Sequence[Notice]) -> dict[str, Any]:
    """`{"batchItemFailures": [{"itemIdentifier": …}]}`: the messages that failed, which are counted.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    count("MessagesFailed", len(failing))
    failed_here(len(failing))
    return {"batchItemFailures": [{"itemIdentifier": notice.message_id} for notice in failing]}


@contextmanager
def failure_counted() -> Iterator[None]:
    """Count what is raised as one message that failed: an event that is no queue's, or a batch that is none."""
    try:
        yield
    except Exception:
        count("MessagesFailed", 1)
        raise


def for_caller(batch: Batch, delivery: Delivery) -> dict[str, Any]:
    """Raise what failed, or say what was done."""
    failed = _named(delivery)
    for notice in batch.notices:
        if notice.error:
            failed["the event"] = notice.error
    raise_failures(failed)
    manifests = [_described(each) for each in sorted(delivery.published, key=lambda each: each.folder)]
    return {"statusCode": 200, "body": json.dumps({"manifests": manifests, "ignored": delivery.ignored})}


def _named(delivery: Delivery) -> dict[str, Exception]:
    """Failures by their folder; where it has several, by the first document of each."""
    named = {}
    for folder, keys, error in delivery.reasons():
        alone = len(set(delivery.failed[folder].values())) == 1
        named[f"{folder.bucket}/{folder.prefix if alone else keys[0]}"] = error
    return named


def _described(published: Published) -> dict[str, Any]:
    return {
        "bucket": published.folder.bucket,
        "prefix": published.folder.prefix,
        "manifest_key": published.manifest.key,
        "revision": published.revision,
        "added": published.tally.added,
        "removed": published.tally.removed,
        "unchanged": published.tally.unchanged,
    }


def tell(batch: Batch, delivery: Delivery) -> None:
    """Log every manifest, message and folder, and count."""
    for published in delivery.published:
        logger.info(
            "manifest updated",
            **_described(published),
            conflicts=published.conflicts,
            lines=published.lines,
        )
        expires_in(published.first_expiry)
        shrunk(published.before, published.lost)
        if since := delivery.since.get(published.folder):
            milliseconds("EventToCommit", max(0.0, (published.at - since).total_seconds() * 1000))
    for folder, keys, error in delivery.reasons():
        logger.error(
            "update failed",
            bucket=folder.bucket,
            prefix=folder.prefix,
            documents=len(keys),
            error=type(error).__name__,
            why=str(error),
        )
    for notice in batch.notices:
        if notice.error:
            logger.error("message not understood", message_id=notice.message_id, why=str(notice.error))
    _count(delivery)


def _count(delivery: Delivery) -> None:
    total = sum((each.tally for each in delivery.published), Tally())
    count("DocumentsAdded", total.added)
    count("DocumentsRemoved", total.removed)
    count("DocumentsUnchanged", total.unchanged)
    count("DocumentsIgnored", delivery.ignored)
    count("CommitConflicts", sum(each.conflicts for each in delivery.published))
    for each in delivery.published:
        count("ManifestLines", each.lines)

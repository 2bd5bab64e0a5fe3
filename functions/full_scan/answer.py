"""What the full scan answers, logs and counts."""

import json
from typing import Any

from functions.full_scan.request import Request
from shared.domain.documents import Folder, Layout
from shared.domain.errors import raise_failures
from shared.links.credentials import Links
from shared.scan.rebuild import Rebuilt
from shared.scan.scan import Report
from shared.telemetry import count, expires_in, logger, seconds

_LARGEST = 200 * 1024  # bytes: a state machine takes 256 KiB,
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html


def of(request: Request, report: Report, layout: Layout, links: Links) -> dict[str, Any]:
    """`{"statusCode": 200, "body": "<json>"}`; its list of manifests is cut where it would grow too large."""
    own = layout.manifest_of(request.folder)
    signing = links.signing(own.bucket)
    signed = {"manifest_url": signing.link(own.key)} if request.links else {}
    body: dict[str, Any] = {
        "count": sum(each.count for each in report.rebuilt.values()),
        "manifest_key": own.key,
        **signed,
        "ignored": report.ignored,
        "manifests": [],
    }
    room = _LARGEST - _size(body) - 1000
    for _, rebuilt in sorted(report.rebuilt.items()):
        entry = _described(rebuilt, signing.link(rebuilt.manifest.key) if request.links else None)
        room -= _size(entry)
        if room < 0:
            body["truncated"] = True
            break
        body["manifests"].append(entry)
    return {"statusCode": 200, "body": json.dumps(body)}


def _size(value: dict[str, Any]) -> int:
    """Bytes in the answer, where the body is text and so every quote in it is escaped once more."""
    return len(json.dumps(json.dumps(value))) + 2


def _described(rebuilt: Rebuilt, manifest_url: str | None = None) -> dict[str, Any]:
    return {
        "prefix": rebuilt.folder.prefix,
        "manifest_key": rebuilt.manifest.key,
        **({"manifest_url": manifest_url} if manifest_url else {}),
        "count": rebuilt.count,
        "previous_count": rebuilt.previous_count,
        "revision": rebuilt.revision,
        "superseded": rebuilt.superseded,
    }


def raise_failures_of(request: Request, report: Report) -> None:
    """Raise where anything was not rebuilt; what was committed stays."""
    failed = dict(report.failed)
    if report.interrupted:
        rest = f"{request.folder.bucket}/{request.folder.prefix}, the rest after {len(report.rebuilt)} manifests"
        failed[rest] = report.interrupted
    raise_failures(failed)


def tell_settled(folder: Folder, outcome: Rebuilt | Exception) -> None:
    """Log and count one prefix, as it settles: at a scan's end there may be no time for all of them."""
    if isinstance(outcome, Exception):
        _tell_failure("rebuild failed", folder, outcome)
    else:
        logger.info("manifest rebuilt", bucket=folder.bucket, **_described(outcome), conflicts=outcome.conflicts)
        expires_in(outcome.first_expiry)
        count("ManifestLines", outcome.lines)


def tell(request: Request, report: Report) -> None:
    """Log why the scan ended early, if it did, and count what it did."""
    if report.interrupted:
        _tell_failure("listing ended early", request.folder, report.interrupted)
    count("DocumentsListed", sum(each.count for each in report.rebuilt.values()))
    count("DocumentsIgnored", report.ignored)
    if report.oldest_manifest is not None:
        seconds("OldestManifestAge", report.oldest_manifest)
    count("CommitConflicts", sum(each.conflicts for each in report.rebuilt.values()))


def _tell_failure(what: str, folder: Folder, error: Exception) -> None:
    logger.error(what, bucket=folder.bucket, prefix=folder.prefix, error=type(error).__name__, why=str(error))

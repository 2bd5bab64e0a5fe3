"""What the full scan answers, logs and counts."""

import json
from typing import Any

from functions.full_scan.request import Request
from shared.domain.documents import Folder, Layout, Place
from shared.domain.errors import raise_failures
from shared.links.credentials import Links
from shared.scan.dividing import Division
from shared.scan.rebuild import Rebuilt
from shared.scan.report import Report
from shared.scan.resume import token_of
from shared.scan.totals import Totals
from shared.telemetry import count, expires_in, logger, seconds, shrunk

_LARGEST = 200 * 1024  # bytes: a state machine takes 256 KiB,
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html


def of(request: Request, report: Report, layout: Layout, links: Links) -> dict[str, Any]:
    """`{"statusCode": 200, "body": "<json>"}`; small where it is one of many: its caller keeps them all."""
    own = layout.manifest_of(request.folder)
    if request.tells_manifests:
        told = Totals.of(report).told() | _manifests(request, report, own, links)
        del told["folders"]  # it names them
    else:
        told = request.totals(report).told() | _left(request, report, layout)
    named = {"manifest_key": own.key} if request.turn.is_whole else {}
    return _answered(named | told)


def of_plan(request: Request, plan: Division, layout: Layout) -> dict[str, Any]:
    """The ranges to scan and, under `resume`, what comes after them, when all that they answered is sent as `parts`."""
    ends = [{"after": turn.begin, "until": turn.range.until} for turn in plan.ranges]
    told = [{name: end for name, end in each.items() if end} for each in ends]
    return _answered({"ranges": told, "resume": token_of(plan.rest, layout, request.done, after_ranges=True)})


def of_another(execution: str) -> dict[str, Any]:
    """Nothing was scanned: an older execution does it."""
    logger.info("left to an older execution of the same input", execution=execution)
    return _answered({"left_to": execution})


def _answered(body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(body)}


def _left(request: Request, report: Report, layout: Layout) -> dict[str, Any]:
    """What is not done, and where to go on; each field only where there is something to say."""
    if report.rest:
        return {"resume": token_of(report.rest, layout, request.totals(report))}
    return {"alone": list(report.alone)} if report.alone else {}


def _manifests(request: Request, report: Report, own: Place, links: Links) -> dict[str, Any]:
    """Every manifest; the list is cut where the answer would grow too large."""
    signing = links.signing(own.bucket)
    told: dict[str, Any] = {"manifest_url": signing.link(own.key)} if request.links else {}
    listed: list[dict[str, Any]] = []
    room = _LARGEST - _size(told) - 2000
    for _, rebuilt in sorted(report.rebuilt.items()):
        entry = _described(rebuilt, signing.link(rebuilt.manifest.key) if request.links else None)
        room -= _size(entry)
        if room < 0:
            break
        listed.append(entry)
    cut = {"truncated": True} if len(listed) < report.folders else {}
    return told | {"manifests": listed} | cut


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
    """Raise where anything was not rebuilt; what was committed stays. A scan that goes on answers what failed."""
    failed = {} if request.resumable else dict(report.failed)
    unnamed = max(0, report.failures - len(failed)) if failed else 0
    if report.interrupted:
        rest = f"{request.folder.bucket}/{request.folder.prefix}, the rest after {report.folders} manifests"
        failed[rest] = report.interrupted
    raise_failures(failed, unnamed)


def tell_settled(folder: Folder, outcome: Rebuilt | Exception) -> None:
    """Log and count one prefix, as it settles: at a scan's end there may be no time for all of them."""
    if isinstance(outcome, Exception):
        _tell_failure("rebuild failed", folder, outcome)
    else:
        logger.info("manifest rebuilt", bucket=folder.bucket, **_described(outcome), conflicts=outcome.conflicts)
        expires_in(outcome.first_expiry)
        count("ManifestLines", outcome.lines)
        shrunk(outcome.previous_count, outcome.previous_count - outcome.count)


def tell(request: Request, report: Report) -> None:
    """Log why the scan ended early, if it did, and count what it did."""
    if report.interrupted:
        _tell_failure("listing ended early", request.folder, report.interrupted)
    count("DocumentsListed", report.documents)
    count("DocumentsIgnored", report.ignored)
    count("LinesHealed", report.healed)  # of this turn: over all of them each is counted once
    if report.oldest_manifest is not None:
        seconds("OldestManifestAge", report.oldest_manifest)
    count("CommitConflicts", report.conflicts)


def _tell_failure(what: str, folder: Folder, error: Exception) -> None:
    logger.error(what, bucket=folder.bucket, prefix=folder.prefix, error=type(error).__name__, why=str(error))

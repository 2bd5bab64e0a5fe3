"""The last complete scan, on record in S3: for people, and for whoever must know that one has ended."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from functions.full_scan.request import Request
from shared.domain.documents import Folder, Layout
from shared.scan.report import Report
from shared.scan.totals import Totals
from shared.store.failures import BROKEN, explain

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Record:
    """`outcome`: `complete`, or `failures`: all was listed, but so many folders are not what they should be."""

    folder: Folder
    began: str
    totals: Totals

    @classmethod
    def of(cls, request: Request, report: Report) -> "Record | None":
        """None where it is not the end of an execution, or not of all that there is."""
        totals = request.totals(report)
        if not request.execution or report.rest or totals.unlisted:
            return None
        return cls(request.folder, request.execution.began, totals)

    def told(self) -> dict[str, Any]:
        totals = self.totals
        return {
            "bucket": self.folder.bucket,
            "prefix": self.folder.prefix,
            "began": self.began,
            "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "documents": totals.documents,
            "folders": totals.folders,
            "healed": totals.healed,
            "failures": totals.failures,
            "outcome": "failures" if totals.failures else "complete",
        }


def keep(client: "S3Client", layout: Layout, record: Record) -> None:
    """In the place of the one before. Raises what S3's answer means."""
    place = layout.last_scan(record.folder.bucket)
    body = json.dumps(record.told(), ensure_ascii=False, indent=2) + "\n"
    try:
        client.put_object(Bucket=place.bucket, Key=place.key, Body=body.encode(), ContentType="application/json")
    except BROKEN as error:
        raise explain(error, "PUT", place) from error

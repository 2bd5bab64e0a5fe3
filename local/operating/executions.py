"""Of the full scans that did not succeed the one that needs a person: the last that no later one has made good."""

import json
from functools import cache
from typing import TYPE_CHECKING

from local.deployed.aws import Aws
from local.deployed.reached import Reached
from local.operating.health import Failed
from local.operating.machine import why
from shared.domain.documents import Folder
from shared.domain.instant import stamped

if TYPE_CHECKING:
    from types_boto3_stepfunctions.literals import ExecutionStatusType
    from types_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef, ExecutionListItemTypeDef

_FAILED = 20  # looked at, the latest: each is a request
_SUCCEEDED = 100
_ENDED_BADLY: "tuple[ExecutionStatusType, ...]" = ("FAILED", "TIMED_OUT", "ABORTED")


class Executions:
    """One stack's. A scan is made good by one that ended later, well, and covers its folder."""

    def __init__(self, aws: Aws, stack: Reached) -> None:
        self._states, self._stack = aws.states, stack
        self._described = cache(lambda arn: self._states.describe_execution(executionArn=arn))

    def running(self) -> int:
        """How many."""
        pages = self._states.get_paginator("list_executions").paginate(
            stateMachineArn=self._stack.outputs["FullScanMachineArn"], statusFilter="RUNNING"
        )
        return sum(len(page["executions"]) for page in pages)

    def failed(self) -> Failed | None:
        """The last that is not mended; the last of all where each is; None: none has failed."""
        found = [each for status in _ENDED_BADLY for each in self._last(status, _FAILED)]
        failed = sorted(found, key=lambda each: each["stopDate"], reverse=True)[:_FAILED]
        if not failed:
            return None
        well = self._last("SUCCEEDED", _SUCCEEDED)
        open_ = next((each for each in failed if not self._is_mended(each, well)), None)
        last = open_ or failed[0]
        return Failed(
            last["executionArn"],
            stamped(last["stopDate"]) or "",
            why(self._described(last["executionArn"])),
            mended=open_ is None,
        )

    def _is_mended(self, failed: "ExecutionListItemTypeDef", well: "list[ExecutionListItemTypeDef]") -> bool:
        of = self._folder(self._described(failed["executionArn"]))
        later = (self._described(each["executionArn"]) for each in well if each["stopDate"] > failed["stopDate"])
        return any(_covers(self._folder(each), of) for each in later if not _left(each))

    def _folder(self, execution: "DescribeExecutionOutputTypeDef") -> Folder:
        """What it was to scan; where that is no folder at all, as much as the stack covers."""
        asked = json.loads(execution.get("input") or "{}")
        wish = asked if isinstance(asked, dict) else {}
        bucket, prefix = wish.get("bucket"), wish.get("prefix")
        prefix = prefix if isinstance(prefix, str) else self._stack.parameters.get("Prefix", "")
        return Folder(bucket if isinstance(bucket, str) else self._stack.bucket, self._stack.layout.widened(prefix))

    def _last(self, status: "ExecutionStatusType", most: int) -> "list[ExecutionListItemTypeDef]":
        """What is listed comes with the latest first."""
        machine = self._stack.outputs["FullScanMachineArn"]
        found = self._states.list_executions(stateMachineArn=machine, statusFilter=status, maxResults=most)
        return found["executions"]


def _covers(wide: Folder, narrow: Folder) -> bool:
    return wide.bucket == narrow.bucket and narrow.prefix.startswith(wide.prefix)


def _left(execution: "DescribeExecutionOutputTypeDef") -> bool:
    """Whether it did nothing, for an older one was at it."""
    return "left_to" in json.loads(execution.get("output") or "{}")

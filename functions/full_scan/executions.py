"""Executions of the state machine that runs full scans: of those that would scan the same, the oldest goes on.

That saves work, and nothing rests on it: what Step Functions lists may be some moments old
(https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html), scans that meet lose nothing,
and one that cannot ask goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import EventError, quoted
from shared.domain.instant import zulu
from shared.telemetry import logger

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
_REMEDY = "Allow states:ListExecutions and states:DescribeExecution in the role."


@dataclass(frozen=True, slots=True)
class Execution:
    """Which execution asks, of which machine: both by ARN. `began` is a time as Step Functions writes it."""

    id: str
    machine: str
    began: str

    @classmethod
    def parse(cls, told: object) -> "Execution":
        """Raises EventError."""
        if not isinstance(told, dict) or told.keys() != {"id", "machine", "began"}:
            raise EventError(f"the scan's 'execution' is {quoted(told)}, but must have 'id', 'machine' and 'began'")
        if not isinstance(told["began"], str) or not zulu(told["began"]):
            raise EventError(f"the scan's 'execution' began at {quoted(told['began'])}, which is no time")
        return cls(str(told["id"]), str(told["machine"]), told["began"])


def client() -> "SFNClient":
    """Made when it is needed: once a scan."""
    return boto3.Session().client("stepfunctions", config=_CONFIG)


def older(asked: "SFNClient", own: Execution, is_same: Callable[[str], bool]) -> str | None:
    """An older execution that still runs and whose input is the same; None: there is none, or nobody can tell."""
    try:
        return next((each for each in _older(asked, own) if is_same(_input(asked, each))), None)
    except (BotoCoreError, ClientError) as error:
        _warn(error, own.machine)
        return None


def _older(asked: "SFNClient", own: Execution) -> list[str]:
    pages = asked.get_paginator("list_executions").paginate(stateMachineArn=own.machine, statusFilter="RUNNING")
    running = [each for page in pages for each in page["executions"]]
    began = next((_age(each) for each in running if each["executionArn"] == own.id), None)
    began = began or (datetime.fromisoformat(own.began), own.id)
    return [each["executionArn"] for each in sorted(running, key=_age) if _age(each) < began]


def _age(listed: "ExecutionListItemTypeDef") -> tuple[datetime, str]:
    return listed["startDate"], listed["executionArn"]


def _input(asked: "SFNClient", execution: str) -> str:
    """Nothing where it has ended since it was listed."""
    found = asked.describe_execution(executionArn=execution)
    return found.get("input", "") if found["status"] == "RUNNING" else ""


def _warn(error: Exception, machine: str) -> None:
    code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else type(error).__name__
    why = f"{code}. {_REMEDY}" if code.startswith("AccessDenied") else code
    logger.warning("not known whether an older execution does the same", machine=machine, why=why)

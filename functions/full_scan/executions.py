"""Executions of the state machine that runs full scans: of those that would scan the same, the oldest goes on.

That saves work, and nothing rests on it: what Step Functions lists may be some moments old
(https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html), and scans that meet lose
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import AccessDeniedError, EventError, LinkManifestError, StoreUnavailableError, quoted
from shared.domain.instant import zulu

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})


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
    """An older execution that still runs and whose input is the same; None: there is none. Raises what went wrong."""
    try:
        return next((each for each in _older(asked, own) if is_same(_input(asked, each))), None)
    except (BotoCoreError, ClientError) as error:
        raise _explained(error, own.machine) from error


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


def _explained(error: Exception, machine: str) -> LinkManifestError:
    code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else type(error).__name__
    if code.startswith("AccessDenied"):
        return AccessDeniedError(
            f"executions of {machine}: {code}. Allow states:ListExecutions and states:DescribeExecution in the role."
        )
    return StoreUnavailableError(f"executions of {machine}: {code}. Step Functions is to be asked again.")

"""A bucket and a prefix → the manifests of every prefix below rebuilt from one listing → the answer.

Invoked by the state machine, for all of it, one of its ranges, or what they left; or by a person.
"""

import json
import os
from functools import partial
from typing import Any

import aioboto3

from functions.full_scan import answer, executions, record
from functions.full_scan.executions import older
from functions.full_scan.record import Record
from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.errors import LinkManifestError
from shared.scan import loop
from shared.scan.committing import Watch
from shared.scan.dividing import Division, divided
from shared.scan.reading import Tools
from shared.scan.report import Outcome, Report
from shared.scan.scan import scan
from shared.scan.turn import Turn
from shared.store.client import async_configuration, stay_in_region
from shared.store.pages import read_pages_fast
from shared.telemetry import count, invocation, logger
from shared.wiring import wire

wiring = wire(Settings.from_env(os.environ))
settings = wiring.settings

_NOBODY = Watch()


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 -- Lambda's own types
    """Rebuild, and say what was rebuilt."""
    return run(event, context)


def run(event: Any, context: Any, watch: Watch = _NOBODY) -> dict[str, Any]:  # noqa: ANN401
    """The same, while somebody watches."""
    with invocation(context):
        wiring.warn()
        request = Request.parse(event, settings)
        logger.append_keys(bucket=request.folder.bucket, prefix=request.folder.prefix)
        wiring.signing(request.folder.bucket)  # raises where that bucket's documents can have no links
        if other := _older(request):
            return answer.of_another(other)
        done = loop.run(_done(request, Deadline.of(context), _logging(watch)))
        return _answer(request, done) if isinstance(done, Report) else answer.of_plan(request, done, settings.layout)


def _answer(request: Request, report: Report) -> dict[str, Any]:
    answer.tell(request, report)
    answer.raise_failures_of(request, report)
    if complete := Record.of(request, report):
        record.keep(wiring.client, settings.layout, complete)
    if request.execution and request.covers(settings):  # of one folder it says nothing of the others
        count("ScansCompleted", 1 if complete else 0)
    return answer.of(request, report, settings.layout, wiring.links)


def _older(request: Request) -> str | None:
    """The execution that does this already, if there is one."""
    if not request.execution or not request.turn.is_first:
        return None
    return older(executions.client(), request.execution, partial(_is_of, request.turn))


def _is_of(turn: Turn, event: str) -> bool:
    try:
        return Request.parse(json.loads(event), settings).turn == turn
    except (LinkManifestError, ValueError):
        return False


def _logging(watch: Watch) -> Watch:
    def settled(folder: Folder, outcome: Outcome) -> None:
        answer.tell_settled(folder, outcome)
        watch.settled(folder, outcome)

    return Watch(watch.listed, settled)


async def _done(request: Request, deadline: Deadline, watch: Watch) -> Report | Division:
    """What became of it; or how it is to be divided."""
    configuration = async_configuration(settings.endpoint_url)
    session = aioboto3.Session()
    async with session.client("s3", endpoint_url=settings.endpoint_url, config=configuration) as client:
        read_pages_fast(client)
        stay_in_region(client)
        tools = Tools(client, wiring.store, settings.layout, wiring.signing, settings.queue_max)
        if request.is_planned and (division := await _planned(tools, request, deadline)):
            return division
        return await scan(tools, request.turn, deadline, watch, resumable=request.resumable)


async def _planned(tools: Tools, request: Request, deadline: Deadline) -> Division | None:
    return await divided(tools, request.turn, deadline, request.ranges, after_ranges=request.after_ranges)

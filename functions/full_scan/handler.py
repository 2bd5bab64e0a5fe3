"""A bucket and a prefix → the manifests of every prefix below rebuilt from one listing → the answer.

Invoked by EventBridge Scheduler with `{"prefix": ""}`, by a state machine's Map with one item, or by a person.
"""

import os
from typing import Any

import aioboto3

from functions.full_scan import answer
from functions.full_scan.request import Request
from shared.config import Settings
from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.scan import loop
from shared.scan.committing import Watch
from shared.scan.listing import read_pages_fast
from shared.scan.reading import Tools
from shared.scan.report import Outcome, Report
from shared.scan.scan import scan
from shared.store.client import async_configuration, stay_in_region
from shared.telemetry import invocation, logger
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
        request = Request.parse(event, settings)
        logger.append_keys(bucket=request.folder.bucket, prefix=request.folder.prefix)
        report = loop.run(_scan(request, Deadline.of(context), _logging(watch)))
        answer.tell(request, report)
        answer.raise_failures_of(request, report)
        return answer.of(request, report, settings.layout, wiring.links)


def _logging(watch: Watch) -> Watch:
    def settled(folder: Folder, outcome: Outcome) -> None:
        answer.tell_settled(folder, outcome)
        watch.settled(folder, outcome)

    return Watch(watch.listed, settled)


async def _scan(request: Request, deadline: Deadline, watch: Watch) -> Report:
    configuration = async_configuration(settings.endpoint_url)
    session = aioboto3.Session()
    async with session.client("s3", endpoint_url=settings.endpoint_url, config=configuration) as client:
        read_pages_fast(client)
        stay_in_region(client)
        tools = Tools(client, wiring.store, settings.layout, wiring.links.signing, settings.queue_max)
        return await scan(tools, request.turn, deadline, watch, resumable=request.resumable)

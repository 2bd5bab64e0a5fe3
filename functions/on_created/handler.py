"""ObjectCreated and its kin, in any envelope → manifests brought up to date → the answer AWS expects.

Every document a message speaks of is in its manifest before the message counts as done. From SQS the messages that
failed are named (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html), and come again after a
wait that grows with their failures; a failure of any other event is raised, for Lambda's own retries and destination.
"""

import os
from typing import Any

from functions.on_created import answer
from shared.config import Settings
from shared.domain.deadline import Deadline
from shared.domain.events import parse
from shared.telemetry import invocation
from shared.update.deliver import deliver
from shared.wiring import wire

settings = Settings.from_env(os.environ)
wiring = wire(settings)
publisher = wiring.publisher()
retries = wiring.retries()


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 -- Lambda's own types
    """Publish every document the event speaks of."""
    with invocation(context), answer.failure_counted():
        wiring.warn()
        batch = parse(event)
        answer.heard(batch)
        deadline = Deadline.of(context)
        delivery = deliver(batch, publisher, settings.layout, deadline)
        answer.tell(batch, delivery)
        if not batch.from_queue:
            return answer.for_caller(batch, delivery)
        failing = answer.failed(batch, delivery, settings.layout)
        retries.postpone(failing, deadline)
        return answer.for_queue(failing)

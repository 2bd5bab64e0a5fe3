"""ObjectCreated and its kin, in any envelope → manifests brought up to date → the answer AWS expects.

Every document a message speaks of is in its manifest before the message counts as done. From SQS the messages that
failed are named (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html); a failure of any other
event is raised, for Lambda's own retries and destination.
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
publisher = wire(settings).publisher()


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 -- Lambda's own types
    """Publish every document the event speaks of."""
    with invocation(context):
        batch = parse(event)
        delivery = deliver(batch, publisher, settings.layout, Deadline.of(context))
        answer.tell(batch, delivery)
        if batch.from_queue:
            return answer.for_queue(event, batch, delivery, settings.layout)
        return answer.for_caller(batch, delivery)

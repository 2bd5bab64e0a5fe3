"""A click on a link of ours → a redirect to a fresh presigned one; on a share → what it shows.

Behind a function URL, or whatever else speaks payload 2.0. The links are all the right there is: whoever has one may
read, nobody may do anything else.
"""

import os
from typing import Any

from functions.open_link.opener import Opener
from functions.open_link.share import sharing
from shared.config import Settings
from shared.telemetry import invocation
from shared.wiring import wire

settings = Settings.from_env(os.environ)
wiring = wire(settings)
opener = Opener(wiring.settings, wiring.client, wiring.links, wiring.opens(), sharing(wiring))


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 -- Lambda's own types
    """Answer one request."""
    with invocation(context):
        return opener.respond(event)

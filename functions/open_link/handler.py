"""A click on a link of ours → a redirect to a fresh presigned one; on a share → what it shows.

Behind a function URL, or whatever else speaks payload 2.0. The links are all the right there is: whoever has one may
read, nobody may do anything else.
"""

import hashlib
import os
from http import HTTPStatus
from typing import Any

from functions.open_link.answer import Answer, refused
from functions.open_link.opener import Opener
from functions.open_link.request import Request
from functions.open_link.share import sharing
from shared.config import Settings
from shared.domain.errors import EventError
from shared.telemetry import count, invocation, logger
from shared.wiring import wire

settings = Settings.from_env(os.environ)
wiring = wire(settings)
opener = Opener(wiring.settings, wiring.client, wiring.links, wiring.opens(), sharing(wiring))

_REFUSED = (400, 404, 405, 414)


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 -- Lambda's own types
    """Answer one request."""
    with invocation(context):
        try:
            request = Request.parse(event, settings.links.base_url)
        except EventError as error:
            logger.error("no request", why=str(error))
            return refused(HTTPStatus.BAD_REQUEST, str(error)).encode(Request.NONE)
        answer = opener.answer(request)
        _tell(request, answer)
        return answer.encode(request)


def _tell(request: Request, answer: Answer) -> None:
    """Of which link, by a digest of what makes it one: who has the link finds it, who has the log learns none."""
    kind, named = request.path[0], "".join(request.path[1:2])
    link = hashlib.sha256(named.encode(errors="surrogatepass")).hexdigest()[:16]
    logger.info("answered", status=int(answer.status), kind=kind if kind in ("d", "s") else "other", link=link)
    if answer.status in _REFUSED:
        count("LinksRefused", 1)
    elif answer.status == HTTPStatus.FOUND:
        count("LinksOpened", 1)
    elif kind == "s" and answer.status == HTTPStatus.OK:
        count("SharesOpened", 1)

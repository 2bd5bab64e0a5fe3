"""A gateway that holds to conditions itself: it looks, and then has the store write without one.

That is right as long as one writer comes after the other, and loses updates as soon as two meet; unless nobody else
may write between its look and its write.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from threading import Lock
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from tests.chaos.messages import Reply
from tests.chaos.proxy import Exchange, proxy_for
from tests.servers import Server

_CONDITION = re.compile(rb"(?im)^if-(none-)?match:[^\r\n]*\r\n")
_REFUSED = b"<Error><Code>PreconditionFailed</Code><Message>looked</Message></Error>"


@contextmanager
def gateway(server: Server, *, atomic: bool) -> Iterator[Server]:
    """One in front of a server that does not mind altered requests (moto)."""
    client = server.client()
    turn: AbstractContextManager[object] = Lock() if atomic else nullcontext()

    def conditional(exchange: Exchange) -> None:
        with turn:
            if _holds(exchange):
                request = exchange.request
                exchange.request = replace(request, head=_CONDITION.sub(b"", request.head))
                exchange.answer(exchange.forward())
            else:
                headers = (("Content-Type", "application/xml"),)
                exchange.answer(Reply(412, "Precondition Failed", headers, _REFUSED, len(_REFUSED)))

    def _holds(exchange: Exchange) -> bool:
        bucket, _, key = unquote(urlsplit(exchange.request.target).path).lstrip("/").partition("/")
        try:
            etag = client.head_object(Bucket=bucket, Key=key)["ETag"]
        except ClientError:
            etag = None
        wanted = exchange.request.header("if-match")
        return etag == wanted if wanted else etag is None

    def act(exchange: Exchange) -> None:
        is_conditional = exchange.request.method in ("PUT", "POST") and _CONDITION.search(exchange.request.head)
        conditional(exchange) if is_conditional else exchange.answer(exchange.forward())

    with proxy_for(server.endpoint_url) as proxy, proxy.watch(lambda _: act):
        yield replace(server, endpoint_url=proxy.endpoint_url)

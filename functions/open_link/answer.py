"""What a click is answered with, and the headers that are on everything.

Errors are a short page for a browser, `application/problem+json` (https://www.rfc-editor.org/rfc/rfc9457) for a tool.
None holds a key, a bucket or anything of the request.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from functions.open_link import page
from functions.open_link.request import Request

_ON_EVERYTHING = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "strict-transport-security": "max-age=31536000",  # a browser heeds it over https alone
}
_WORTH_PACKING = 1024  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by names in lower case. `detail`: what a page, or a problem, is to say; there is no body then.

    `reason`: a word that a program tells this problem by, where its status does not.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    detail: str = ""
    reason: str | None = None

    def encode(self, request: Request) -> dict[str, Any]:
        """As Lambda hands it on: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads."""
        told = _explained(self, request) if self.detail else self
        headers, body = {**_ON_EVERYTHING, **told.headers}, told.body
        if request.accepts_gzip and len(body) >= _WORTH_PACKING:
            headers, body = headers | {"content-encoding": "gzip"}, gzip.compress(body, 5, mtime=0)
        answer = {"statusCode": told.status, "headers": headers | {"vary": "accept, accept-encoding"}}
        return answer | (_sent(body) if request.wants_body else {"body": ""})


def _sent(body: bytes) -> dict[str, Any]:
    try:
        return {"body": body.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": b64encode(body).decode(), "isBase64Encoded": True}


def redirect(url: str, status: int = HTTPStatus.FOUND) -> Answer:
    """Sent elsewhere; nothing of `url` is the client's but a key, which is encoded."""
    return Answer(status, {"location": url, "content-type": "text/plain"})  # else a function URL says application/json


def not_there() -> Answer:
    """The same for what never was, has ended, was taken back or is no link at all: nobody learns which."""
    return refused(HTTPStatus.NOT_FOUND, "This link does not exist or has ended.")


def refused(status: int, detail: str, headers: Mapping[str, str] | None = None, reason: str | None = None) -> Answer:
    return Answer(status, headers or {}, detail=detail, reason=reason)


def html(body: str, title: str, status: int = HTTPStatus.OK) -> Answer:
    """A page; what is in `body` is encoded by whoever makes it."""
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": page.POLICY}
    return Answer(status, headers, page.page(title, body).encode())


def _explained(answer: Answer, request: Request) -> Answer:
    title = HTTPStatus(answer.status).phrase
    if request.wants_page:
        shown = html(page.paragraph(answer.detail), title, answer.status)
        return Answer(answer.status, {**shown.headers, **answer.headers}, shown.body)
    problem = {"type": "about:blank", "title": title, "status": int(answer.status), "detail": answer.detail}
    problem |= {"reason": answer.reason} if answer.reason else {}
    headers = {"content-type": "application/problem+json", **answer.headers}
    return Answer(answer.status, headers, json.dumps(problem).encode() + b"\n")

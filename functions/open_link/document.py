"""A document that somebody has a right to → a fresh presigned link to it, or why there is none."""

import unicodedata
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from functions.open_link.answer import Answer, not_there, redirect, refused
from functions.open_link.request import Request
from shared.domain.documents import Place, has_dot_segments
from shared.domain.opaque import name_of
from shared.links.credentials import Links, Terms
from shared.links.presigned import Parameters
from shared.store.bucket import access_to

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_UNSEEN = ("C", "Zl", "Zp")  # controls, marks that turn the direction of text, ends of lines


def refusal(place: Place, client: "S3Client") -> Answer | None:
    """Why it cannot be opened, if it cannot. One request to S3."""
    if not place.fits:
        return not_there()
    if has_dot_segments(place.key):
        return refused(
            HTTPStatus.CONFLICT,
            "This document's name has a '.' or '..' between slashes, which browsers and tools resolve before they ask: "
            "it cannot be opened by a link. Ask for it under another name.",
        )
    access = access_to(client, place)
    if access is None:
        return refused(HTTPStatus.GONE, "This document is no longer there.")
    if access.archived:
        return refused(HTTPStatus.CONFLICT, "This document is in an archive. It has to be restored before it opens.")
    return None


def opened(request: Request, place: Place, links: Links, seconds: int) -> Answer:
    """A redirect to a link that lives so many seconds, for the method that was asked."""
    return redirect(links.opening(place, Terms(seconds, request.method, _shown_as(request, place.key))))


def _shown_as(request: Request, key: str) -> Parameters:
    """Always as a PDF: what was uploaded as one, and is HTML, must not run where documents are.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Overriding response header values".
    """
    kind = "attachment" if "download" in request.query else "inline"
    return (
        ("response-cache-control", "private, no-store"),
        ("response-content-disposition", disposition(kind, key)),
        ("response-content-type", "application/pdf"),
    )


def disposition(kind: str, key: str) -> str:
    """The header as https://www.rfc-editor.org/rfc/rfc6266 has it, with a name for those who read ASCII only."""
    name = "".join(each for each in name_of(key) if not unicodedata.category(each).startswith(_UNSEEN))
    plain = "".join(each if each.isascii() and each not in '"\\%/' else "_" for each in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

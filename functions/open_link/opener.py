"""What each address answers: the one place that tells which there are.

/d/<mac>/<key>/<name>                          a document, for ever
/s/<id>/ and what is below it                  a share (share.py)
"""

import hashlib
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from functions.open_link import document
from functions.open_link.answer import Answer, not_there, refused
from functions.open_link.request import NONE, Request
from functions.open_link.share import Sharing
from shared.config import Settings
from shared.domain.documents import Place
from shared.domain.errors import EventError, LinkManifestError, ManifestDamagedError
from shared.links.credentials import Links
from shared.links.stable import StableLinks
from shared.telemetry import count, failed_here, logger

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_REFUSED = (400, 404, 405, 414)  # what is no link, or none any more
_ALLOWED = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens what an address gives a right to."""

    settings: Settings
    client: "S3Client"
    links: Links
    stable: StableLinks
    sharing: Sharing | None = None

    def respond(self, event: Any) -> dict[str, Any]:  # noqa: ANN401 -- Lambda's own types
        """An event in payload 2.0 → what Lambda is given back; told to the log and the metrics."""
        try:
            request = Request.parse(event, self.settings.links.base_url)
        except EventError as error:
            logger.error("no request", why=str(error))
            return refused(HTTPStatus.BAD_REQUEST, str(error)).encode(NONE)
        answer = self._answer(request)
        _tell(request, answer)
        return answer.encode(request)

    def _answer(self, request: Request) -> Answer:
        """Always one, in words that tell nothing of what is inside.

        What fails is told to who operates this; what nobody foresaw by its place in the code alone, for a message might
        hold a link.
        """
        try:
            return self._answered(request)
        except ManifestDamagedError as error:
            logger.error("damaged", error=type(error).__name__, why=str(error))
            return refused(HTTPStatus.INTERNAL_SERVER_ERROR, "A part of this list is damaged.", reason="damaged")
        except LinkManifestError as error:
            logger.error("cannot be opened", error=type(error).__name__, why=str(error))
            wait = {"retry-after": "60"}
            return refused(HTTPStatus.SERVICE_UNAVAILABLE, "This cannot be opened just now. Try again later.", wait)
        except Exception as error:  # noqa: BLE001 -- no click ends in a stack trace
            frames = traceback.extract_tb(error.__traceback__)[-8:]
            where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            logger.error("unexpected", error=type(error).__name__, where=where)
            return refused(HTTPStatus.INTERNAL_SERVER_ERROR, "This went wrong on our side.")

    def _answered(self, request: Request) -> Answer:
        if request.method not in _ALLOWED:
            allowed = {"allow": ", ".join(_ALLOWED)}
            return refused(HTTPStatus.METHOD_NOT_ALLOWED, "Links can be opened, and nothing else.", allowed)
        if request.is_too_long:
            return refused(HTTPStatus.REQUEST_URI_TOO_LONG, "This address is longer than any of ours.")
        match request.path:
            case ("d", mac, key, *_):
                return self._document(request, self.stable.key_of(mac, key))
            case ("s", *_) if self.sharing:
                return self.sharing.answer(request)
        return not_there()

    def _document(self, request: Request, key: str | None) -> Answer:
        """A key that is no document is refused even under a right mac: manifests are never given out this way."""
        bucket, layout = self.settings.bucket_name, self.settings.layout
        if key is None or not layout.is_document(bucket, key):
            return not_there()
        logger.append_keys(prefix=layout.prefix_of(key))
        place, lifetime = Place(bucket, key), self.settings.links.open_expiry_seconds
        return document.refusal(place, self.client) or document.opened(request, place, self.links, lifetime)


def _tell(request: Request, answer: Answer) -> None:
    """Of which link, by a digest of what makes it one: who has the link finds it, who has the log learns none."""
    kind, named = request.path[0], "".join(request.path[1:2])
    link = hashlib.sha256(named.encode(errors="surrogatepass")).hexdigest()[:16]
    logger.info("answered", status=int(answer.status), kind=kind if kind in ("d", "s") else "other", link=link)
    failed_here(int(answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR))
    if answer.status in _REFUSED:
        count("LinksRefused", 1)
        count("LinksOpened", 0)  # an alarm looks at their rate, which there is none of where one has no count at all
        count("SharesOpened", 0)
    elif answer.status == HTTPStatus.FOUND:
        count("LinksOpened", 1)
    elif kind == "s" and answer.status == HTTPStatus.OK:
        count("SharesOpened", 1)

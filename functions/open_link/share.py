"""What the address of a share answers; its record is read at every request, and opening changes nothing.

/s/<id>/                                       the page, which fetches what it shows
/s/<id>/share.json                             its label, when it ends, how many folders it has
/s/<id>/manifest.jsonl, /s/<id>/links.txt      what it shows, a line a document; in pieces, each of which names the next
/s/<id>/feed.atom                              its newest documents
/s/<id>/d/<key>/<name>                         a document
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.open_link import document, views
from functions.open_link.answer import Answer, not_there, redirect, refused
from functions.open_link.feed import FORMAT, NEWEST, Feed
from functions.open_link.request import Request
from functions.open_link.share_page import share_page
from functions.open_link.views import VIEWS, View
from shared.config import Settings
from shared.domain.documents import Place
from shared.domain.errors import ConfigError, CursorError, ShareDamagedError, StartOverError
from shared.domain.opaque import text
from shared.domain.sharing import Share, digest, is_id
from shared.links.credentials import Links
from shared.sharing.contents import Reader
from shared.sharing.folders import Folders
from shared.sharing.newest import Newest
from shared.sharing.pieces import Shown
from shared.store.pages import read_pages_fast
from shared.store.shares import Shares
from shared.store.walk import Walk
from shared.telemetry import logger
from shared.wiring import Wiring

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_ONE = ("", "share.json", "feed.atom")  # what is in one piece
_PERMANENT = HTTPStatus.PERMANENT_REDIRECT
_TAG = re.compile(r'(?:W/)?"([^"]*)"')  # weak or not: the comparison is the weak one
_SIDE_BY_SIDE = 16  # manifests read at once


def _now() -> datetime:
    return datetime.now(UTC)


def sharing(wiring: Wiring) -> "Sharing | None":
    """What opens shares, where there is a bucket for them."""
    if not (bucket := wiring.settings.links.share_bucket):
        return None
    read_pages_fast(wiring.client)
    pool = ThreadPoolExecutor(_SIDE_BY_SIDE, "manifest")
    layout = wiring.settings.layout
    folders, reader = Folders(Walk(wiring.client), layout), Reader(wiring.store, pool)
    shown, newest = Shown(folders, reader, layout), Newest(folders, reader, layout)
    return Sharing(wiring.settings, wiring.client, wiring.links, Shares(wiring.client, bucket), shown, newest)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Opens shares."""

    settings: Settings
    client: "S3Client"
    links: Links
    shares: Shares
    shown: Shown
    newest: Newest
    now: Callable[[], datetime] = _now

    def answer(self, request: Request) -> Answer:
        """`path` begins with "s". A path that is none of a share's costs no request."""
        share_id, *rest = request.path[1:] or ("",)
        if not is_id(share_id):
            return not_there()
        match rest:
            case []:
                return redirect(f"{request.base_url}/s/{share_id}/" if request.base_url else f"{share_id}/", _PERMANENT)
            case ["d", key, *_] if below := text(key):
                return self._document(request, share_id, below)
            case [name] if name in _ONE or name in VIEWS:
                return self._view(request, share_id, name)
        return not_there()

    def _view(self, request: Request, share_id: str, name: str) -> Answer:
        if (share := self._find(share_id)) is None:
            return not_there()
        match name:
            case "":
                return share_page(self.links.origin(share.bucket))
            case "share.json":
                return views.about(share, self.shown.overview(share))
            case "feed.atom":
                return self._feed(request, share, share_id)
        return self._piece(request, share, f"{_base(request)}/s/{share_id}", VIEWS[name])

    def _feed(self, request: Request, share: Share, share_id: str) -> Answer:
        base = f"{_base(request)}/s/{share_id}"
        look = self.newest.look(share, base)
        feed = Feed(share, share_id, base)
        return _unless_known(request, f"{look.etag}-{FORMAT}", lambda etag: feed.answer(look.entries(NEWEST), etag))

    def _piece(self, request: Request, share: Share, base: str, view: View) -> Answer:
        try:
            packing = self.shown.begin(share, base, request.query.get("after"), view.most)
            return _unless_known(request, packing.etag, lambda etag: view.answer(packing.piece(), etag))
        except CursorError:
            return refused(HTTPStatus.BAD_REQUEST, "Ask for what comes next as the piece before it says.")
        except StartOverError:
            return refused(HTTPStatus.CONFLICT, "This has changed while it was read. Start over, without 'after'.")

    def _find(self, share_id: str) -> Share | None:
        """The share, where it is open."""
        try:
            share = self.shares.find(share_id)
        except ShareDamagedError as error:
            logger.error("a share is closed: its record is damaged", share=digest(share_id), why=str(error))
            return None
        if share and share.bucket != self.settings.bucket_name:
            logger.error("a share is closed: it is of another bucket than BUCKET_NAME", share=digest(share_id))
            return None
        return share if share and share.is_open(self.now()) else None

    def _document(self, request: Request, share_id: str, below: str) -> Answer:
        """A link that lives no longer than the share."""
        share = self._find(share_id)
        if share is None or not share.shows(self.settings.layout, share.prefix + below):
            return not_there()
        logger.append_keys(prefix=share.prefix)
        place = Place(share.bucket, share.prefix + below)
        if refusal := document.refusal(place, self.client):
            return refusal
        seconds = self._lifetime(share)  # as of now: S3 may have taken its time
        return document.opened(request, place, self.links, seconds) if seconds else not_there()

    def _lifetime(self, share: Share) -> int:
        """Seconds that a link may live; 0: the share has ended."""
        left, lifetime = share.seconds_left(self.now()), self.settings.links.open_expiry_seconds
        return lifetime if left is None else max(0, min(lifetime, int(left)))


def _unless_known(request: Request, listed: str, answer: Callable[[str], Answer]) -> Answer:
    """Where nothing has changed no manifest is read: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2."""
    etag = f'W/"{listed}"'
    asked = request.headers.get("if-none-match", "")
    if asked.strip() == "*" or listed in _TAG.findall(asked):
        return Answer(HTTPStatus.NOT_MODIFIED, {"etag": etag})
    return answer(etag)


def _base(request: Request) -> str:
    if request.base_url:
        return request.base_url
    raise ConfigError("LINK_BASE_URL is not set, and this is no function URL: a share's links have to begin with one.")

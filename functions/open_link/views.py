"""The ways in which a piece of a share is shown: its lines, an address a line, a page."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from html import escape
from http import HTTPStatus

from functions.open_link.answer import Answer, html
from shared.domain.manifest import CONTENT_TYPE
from shared.domain.sharing import Share, is_unseen
from shared.sharing.entries import Entry, latest
from shared.sharing.pieces import MOST, Overview, Piece

_PAGE = 256 * 1024  # bytes of a page's lines: some 800 documents


@dataclass(frozen=True, slots=True)
class View:
    """`name`: what it is called below the share's address. `most`: bytes of lines in a piece."""

    name: str
    most: int
    show: Callable[[Share, Piece], Answer]

    def answer(self, share: Share, piece: Piece, etag: str) -> Answer:
        """With the address of the piece after it: https://www.rfc-editor.org/rfc/rfc8288."""
        shown = self.show(share, piece)
        after = {"link": f'<{self.following(piece)}>; rel="next"'} if piece.next else {}
        return Answer(shown.status, {**shown.headers, "etag": etag, **after}, shown.body)

    def following(self, piece: Piece) -> str:
        return f"{self.name or './'}?after={piece.next}"


def _text(content_type: str, body: bytes) -> Answer:
    return Answer(HTTPStatus.OK, {"content-type": content_type}, body)


def _lines(_share: Share, piece: Piece) -> Answer:
    return _text(CONTENT_TYPE, piece.body)


def _addresses(_share: Share, piece: Piece) -> Answer:
    urls = [entry.url for entry in latest(piece.entries) if entry.url]
    return _text("text/plain; charset=utf-8", "".join(f"{url}\n" for url in urls).encode())


def _page(share: Share, piece: Piece) -> Answer:
    until = f"Open until {share.ends}." if share.ends else "Open until it is taken back."
    items = "".join(map(_item, latest(piece.entries)))
    shown = f"<ul>\n{items}</ul>" if items else "<p>There are no documents here.</p>"
    more = f'\n<p><a rel="next" href="./?after={escape(piece.next)}">More</a></p>' if piece.next else ""
    return html(f"<p>{until}</p>\n{shown}{more}", seen(share.label) or "Shared documents")


def _item(entry: Entry) -> str:
    """Names are isolated: whichever way one is written, it does not turn what stands beside it."""
    name = f"<bdi>{escape(seen(entry.key))}</bdi>"
    shown = f'<a href="{escape(entry.url)}">{name}</a>' if entry.url else name
    size = "" if entry.size is None else f", {entry.size:,} bytes"
    state = ", archived" if entry.archived else ""
    return f"<li>{shown}{size}{state}</li>\n"


def seen(name: str) -> str:
    """Text as a page may show it: what cannot be seen has a sign in its place."""
    return "".join("\ufffd" if is_unseen(each) else each for each in name)


def about(share: Share, overview: Overview) -> Answer:
    """What there is, without a document's name."""
    told = {"label": share.label, "created": share.created, "ends": share.ends, **asdict(overview)}
    return _text("application/json", json.dumps(told).encode() + b"\n")


def _by_name(views: Iterable[View]) -> dict[str, View]:
    return {view.name: view for view in views}


VIEWS = _by_name([View("", _PAGE, _page), View("manifest.jsonl", MOST, _lines), View("links.txt", MOST, _addresses)])

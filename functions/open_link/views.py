"""The ways in which a piece of a share is shown: its lines, an address a line."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus

from functions.open_link.answer import Answer
from shared.domain.manifest import CONTENT_TYPE
from shared.domain.sharing import Share
from shared.sharing.entries import latest
from shared.sharing.pieces import MOST, Overview, Piece


@dataclass(frozen=True, slots=True)
class View:
    """`name`: what it is called below the share's address. `most`: bytes of lines in a piece."""

    name: str
    most: int
    show: Callable[[Piece], Answer]

    def answer(self, piece: Piece, etag: str) -> Answer:
        """With the address of the piece after it: https://www.rfc-editor.org/rfc/rfc8288."""
        shown = self.show(piece)
        after = {"link": f'<{self.name}?after={piece.next}>; rel="next"'} if piece.next else {}
        return Answer(shown.status, {**shown.headers, "etag": etag, **after}, shown.body)


def _text(content_type: str, body: bytes) -> Answer:
    return Answer(HTTPStatus.OK, {"content-type": content_type}, body)


def _lines(piece: Piece) -> Answer:
    return _text(CONTENT_TYPE, piece.body)


def _addresses(piece: Piece) -> Answer:
    urls = [entry.url for entry in latest(piece.entries) if entry.url]
    return _text("text/plain; charset=utf-8", "".join(f"{url}\n" for url in urls).encode())


def about(share: Share, overview: Overview) -> Answer:
    """What there is, without a document's name."""
    told = {"label": share.label, "created": share.created, "ends": share.ends, **asdict(overview)}
    return _text("application/json", json.dumps(told).encode() + b"\n")


def _by_name(views: Iterable[View]) -> dict[str, View]:
    return {view.name: view for view in views}


VIEWS = _by_name([View("manifest.jsonl", MOST, _lines), View("links.txt", MOST, _addresses)])

"""A share's newest documents as a feed: https://www.rfc-editor.org/rfc/rfc4287.

Each content of a document is an entry of its own, with an id that is the same at every asking: a feed reader shows one
that was replaced once more. Nothing in an id tells the share's address.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from xml.etree import ElementTree as ET

from functions.open_link.answer import Answer
from shared.domain.instant import zulu
from shared.domain.sharing import Share, digest, seen
from shared.sharing.entries import Entry

NEWEST = 50
FORMAT = 1  # whoever has another one is not told that nothing has changed
CONTENT_TYPE = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[\ufffe\uffff]")  # https://www.w3.org/TR/xml/#charsets; what nobody sees is replaced already


@dataclass(frozen=True, slots=True)
class Feed:
    """Of one share. `base`: its address, without a slash at its end."""

    share: Share
    share_id: str
    base: str

    def answer(self, newest: Sequence[Entry], etag: str) -> Answer:
        """`newest`: the newest first."""
        root = ET.Element("feed", xmlns=_ATOM)
        label = self.share.label or "Shared documents"
        _text(root, "id", self._urn())
        _text(root, "title", label)
        _text(root, "updated", max(map(self._time, newest), default=self.share.created))
        _text(ET.SubElement(root, "author"), "name", label)
        ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{self.base}/feed.atom")
        ET.SubElement(root, "link", rel="alternate", type="text/html", href=f"{self.base}/")
        for document in newest:
            self._add(root, document)
        body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return Answer(HTTPStatus.OK, {"content-type": CONTENT_TYPE, "etag": etag}, body + b"\n")

    def _add(self, root: ET.Element, document: Entry) -> None:
        entry, modified = ET.SubElement(root, "entry"), self._time(document)
        size = {} if document.size is None or document.size < 0 else {"length": str(document.size)}
        _text(entry, "id", self._urn(document.key, document.etag or modified))
        _text(entry, "title", document.key.rsplit("/", 1)[-1] or document.key)
        _text(entry, "updated", modified)
        url = document.url or ""  # the alternate link has no type: feed readers pass over one that is no page's
        ET.SubElement(entry, "link", {"rel": "alternate", "href": url})
        ET.SubElement(entry, "link", {"rel": "enclosure", "type": "application/pdf", "href": url, **size})
        _text(entry, "summary", document.key)

    def _time(self, document: Entry) -> str:
        """https://www.rfc-editor.org/rfc/rfc4287#section-3.3."""
        return zulu(document.last_modified) or self.share.created

    def _urn(self, *of: str) -> str:
        """https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5."""
        name = "\0".join((digest(self.share_id), *of)).encode(errors="backslashreplace").decode()
        return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NO_XML.sub("\ufffd", seen(text))

"""The page that shows a share, put together from web/share: one document, the same for every share.

Its sources are modules that a browser runs as they are. Together they are one inline script, which the policy names by
its hash, as it does the style (https://www.w3.org/TR/CSP3/#script-src). What it shows it fetches.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path

from functions.open_link.answer import Answer

SOURCES = Path(__file__).parents[2] / "web" / "share"
_STYLE = '<link rel="stylesheet" href="share.css">'
_SCRIPT = '<script type="module" src="main.js"></script>'
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z]+\.js)";\n', re.MULTILINE)
_COMMENT = re.compile(r"/\*\*.*?\*/ ?|^ *// [^\n]*", re.DOTALL | re.MULTILINE)
_BLANK = re.compile(r"^\s*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def share_page(documents: str) -> Answer:
    """`documents`: the origin that links of documents lead to, which the page may fetch from, besides its own."""
    document, policy = _assembled()
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": f"{policy} {documents}"}
    return Answer(HTTPStatus.OK, headers, document)


@cache
def _assembled() -> tuple[bytes, str]:
    """The document, and its policy up to where it may connect to."""
    style, script = _text("share.css"), "".join(modules(SOURCES, "main.js", set()))
    shell = _text("index.html")
    document = shell.replace(_STYLE, f"<style>{style}</style>").replace(
        _SCRIPT, f'<script type="module">{script}</script>'
    )
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'"
    )
    return document.encode(), policy


def modules(sources: Path, name: str, done: set[str]) -> Iterator[str]:
    """A module behind all that it imports, without what binds it to them, and without comments."""
    done.add(name)
    source = (sources / name).read_text(encoding="utf-8")
    for imported in _IMPORT.findall(source):
        if imported not in done:
            yield from modules(sources, imported, done)
    yield _EXPORT.sub("", _BLANK.sub("", _COMMENT.sub("", _IMPORT.sub("", source))))


def _text(name: str) -> str:
    return (SOURCES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

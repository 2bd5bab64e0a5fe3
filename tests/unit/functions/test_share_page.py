"""The page of a share as it is sent: one document, small, and its policy."""

import gzip
import hashlib
import re
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from functions.open_link.share_page import SOURCES, share_page
from local.deployed.packed import code
from tests.opened import AT, Opened

ORIGIN = "https://docs.s3.eu-west-1.amazonaws.com"


@pytest.fixture
def document() -> str:
    return share_page(ORIGIN).body.decode()


def hashed(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def inside(document: str, tag: str) -> str:
    (found,) = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", document, re.DOTALL)
    return str(found)


def test_its_policy_allows_its_own_script_and_style_and_two_addresses_and_nothing_else(document: str) -> None:
    assert share_page(ORIGIN).headers["content-security-policy"] == (
        f"default-src 'none'; script-src {hashed(inside(document, 'script'))}; "
        f"style-src {hashed(inside(document, 'style'))}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; connect-src 'self' {ORIGIN}"
    )


def test_it_is_smaller_than_25_kb_as_it_is_sent() -> None:
    opened = Opened()
    answer = opened.click(f"{AT}/", accept="text/html", accept_encoding="gzip")
    assert answer["isBase64Encoded"]
    assert len(answer["body"]) * 3 / 4 < 25_000
    assert len(gzip.compress(share_page(ORIGIN).body, 5)) < 25_000


def test_it_is_the_same_for_every_share() -> None:
    opened = Opened()
    first = opened.click(f"{AT}/")["body"]
    opened.share("other/", "another <label>")
    assert opened.click(f"{AT}/")["body"] == first
    assert "acme" not in first


def test_opening_it_costs_one_request() -> None:
    opened = Opened()
    opened.click(f"{AT}/")
    assert opened.s3.calls == ["get_object"]


def test_nothing_in_it_comes_from_elsewhere(document: str) -> None:
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", document)
    assert "import " not in re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`", "", inside(document, "script"))
    assert not re.search(r"\b(?:eval|Function)\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write", document)


def test_no_two_modules_have_a_name_in_common() -> None:
    """They become one script."""
    named = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
    names = [name for file in sorted(SOURCES.glob("*.js")) for name in named.findall(file.read_text())]
    assert sorted(names) == sorted(set(names))


def test_every_module_is_in_it(document: str) -> None:
    script = inside(document, "script")
    for file in SOURCES.glob("*.js"):
        for name in re.findall(r"^export (?:async )?(?:function\*?|const|class) (\w+)", file.read_text(), re.MULTILINE):
            assert re.search(rf"^(?:async )?(?:function\*?|const|class) {name}\b", script, re.MULTILINE), (file, name)


def test_no_comment_is_sent_and_no_line_that_is_one_inside_a_text(document: str) -> None:
    assert "/**" not in document
    assert "url) => url !== undefined && /^https?:\\/\\//.test(url)" in document


def test_its_sources_are_utf_8_wherever_it_is_put_together() -> None:
    code = "from functions.open_link.share_page import share_page; share_page('https://x')"
    command = [sys.executable, "-X", "warn_default_encoding", "-c", code]
    done = subprocess.run(command, cwd=SOURCES.parents[1], capture_output=True, text=True, check=True)
    assert "share_page.py" not in done.stderr


def test_its_sources_are_in_the_functions_zip() -> None:
    names = {name for name in code() if name.startswith("web/")}
    assert names == {f"web/share/{file.name}" for file in SOURCES.iterdir()}
    assert all(Path(name).suffix in {".js", ".css", ".html"} for name in names)


def test_who_has_no_javascript_gets_a_sentence_and_a_link(document: str) -> None:
    noscript = inside(document, "noscript")
    assert noscript.count('href="links.txt"') == 2
    assert 'lang="de"' in noscript

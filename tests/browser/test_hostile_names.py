"""Whatever a document is called, on the page it is text."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Route

from tests.browser.conftest import Laptop
from tests.browser.recipient import Recipient

pytestmark = pytest.mark.xdist_group("browser")

MARKUP = [
    "<img src=x onerror=document.title='owned'>.pdf",
    "</bdi></a></span><script>document.title='owned'</script>.pdf",
    "&lt;b&gt;&amp;.pdf",
    "\"' onmouseover=alert(1) x='.pdf",
    "javascript:alert(1).pdf",
    "${document.title='owned'}.pdf",
    "\u202egnp.pdf",
    "a\u2028b\u2029c\u0085d.pdf",
    "line\nbreak\ttab\x07bell.pdf",
    "../../etc/passwd.pdf",
    "__proto__",
    "constructor.pdf",
    "\u2066isolate\u2069\u200f\u200e.pdf",
    "zero\u200bwidth.pdf",
    f"{'x' * 1000}.pdf",
    " .pdf",
    "/.pdf",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
NAMES = st.lists(TEXT, min_size=1, max_size=20, unique=True)
# What a person would see of each row, and what there is to it.
ROWS = r"""() => [...document.querySelectorAll("#rows .row")].map((row) => ({
  key: row.dataset.key,
  name: row.querySelector("bdi").textContent,
  link: row.querySelector("a").href,
  elements: row.querySelectorAll("*").length,
  hidden: [...row.querySelectorAll("bdi")].some((each) =>
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(each.textContent)),
}))"""


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("hostile/", {"a.pdf": b"%PDF"})
    return laptop.share("hostile/")


@pytest.fixture(scope="module")
def somebody(browser: Browser) -> Iterator[Recipient]:
    """A page that asks something, or asks for something by itself, is a failure."""
    with Recipient.at(browser) as recipient:
        recipient.page.on("dialog", lambda dialog: recipient.complaints.append(dialog.message))
        recipient.page.route("https://x.example/**", lambda route: recipient.complaints.append(route.request.url))
        yield recipient


def show(somebody: Recipient, address: str, answer: Callable[[Route], object]) -> None:
    somebody.page.unroute("**/manifest.jsonl*")
    somebody.page.route("**/manifest.jsonl*", answer)
    somebody.page.goto("about:blank")
    somebody.open(f"{address}#grouped=no")


def shown(somebody: Recipient, address: str, names: list[str]) -> list[dict[str, Any]]:
    """What is on the page of documents of these names."""
    lines = [{"key": name, "url": f"https://x.example/{number}", "size": 1} for number, name in enumerate(names)]
    body = "".join(json.dumps(line) + "\n" for line in lines)
    show(somebody, address, lambda route: route.fulfill(body=body))
    found: list[dict[str, Any]] = somebody.page.evaluate(ROWS)
    return found


def require_text(somebody: Recipient, rows: list[dict[str, Any]], names: list[str]) -> None:
    assert {row["key"] for row in rows} == set(names)
    assert {row["elements"] for row in rows} == {13}
    assert not any(row["hidden"] for row in rows)
    assert {row["link"] for row in rows} == {f"https://x.example/{number}" for number in range(len(names))}
    assert somebody.page.title() == "Shared documents"


def test_markup_in_a_name_is_text(somebody: Recipient, address: str) -> None:
    rows = shown(somebody, address, MARKUP)
    require_text(somebody, rows, MARKUP)
    assert MARKUP[0] in {row["name"] for row in rows}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=NAMES)
def test_any_name_is_text(somebody: Recipient, address: str, names: list[str]) -> None:
    require_text(somebody, shown(somebody, address, names), names)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example/", "file:///etc/x", 7, None])
def test_a_line_whose_link_is_none_shows_none(somebody: Recipient, address: str, url: Any) -> None:
    line = json.dumps({"key": "a.pdf", "url": url})
    show(somebody, address, lambda route: route.fulfill(body=f"{line}\n"))
    assert not somebody.page.locator("#rows a[href]").count()
    assert "no link" in somebody.page.locator("#rows").inner_text()

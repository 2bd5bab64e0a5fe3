"""The page of a share, by the deployed function, in a real browser: its documents lie at another address."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from playwright.sync_api import Browser, expect

from local.deployed.deployment import STACK_NAME
from local.deployed.library import Library, fetch, seconds_until
from tests.browser.chromium import launched
from tests.browser.recipient import Recipient
from tests.shell import Shell

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def address(library: Library, shell: Shell, prefix: str) -> str:
    for key in (f"{prefix}acme/q1 ü.pdf", f"{prefix}q2.pdf"):
        library.upload(key, PDF + key.encode())
        seconds_until(lambda key=key: library.shows(key), f"{key} in its manifest")  # type: ignore[misc]
    made = shell.answer("share", f"PREFIX={prefix}", JSON="1", STACK=STACK_NAME, LABEL="<April>")
    return str(made["address"])


def test_a_recipient_finds_opens_and_takes_along(library: Library, browser: Browser, address: str, prefix: str) -> None:
    with Recipient.at(browser) as somebody:
        page = somebody.page
        page.add_init_script("delete window.showSaveFilePicker")
        somebody.open(address)
        assert page.title() == "<April>"
        assert somebody.names == ["q2.pdf", "q1 ü.pdf"]
        link = somebody.row("q1 ü.pdf").locator("a").first.get_attribute("href")
        assert somebody.context.request.get(link).body() == PDF + f"{prefix}acme/q1 ü.pdf".encode()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        page.get_by_label("Select all that are shown").check()
        with page.expect_download() as started:
            page.get_by_role("button", name="Download as zip").click()
        archive = zipfile.ZipFile(io.BytesIO(Path(started.value.path()).read_bytes()))
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "q2.pdf": PDF + f"{prefix}q2.pdf".encode(),
            "acme/q1 ü.pdf": PDF + f"{prefix}acme/q1 ü.pdf".encode(),
        }
        assert any(path.startswith(f"/{library.stack.bucket}/") for path in asked)  # each was a redirect away


def test_a_feed_reader_subscribes_to_the_page(browser: Browser, address: str) -> None:
    with Recipient.at(browser) as somebody:
        somebody.open(address)
        feed = somebody.page.get_by_role("link", name="Feed").evaluate("link => link.href")
    told = feedparser.parse(fetch(feed))
    assert not told.bozo
    assert sorted(entry.title for entry in told.entries) == ["q1 ü.pdf", "q2.pdf"]
    assert fetch(told.entries[0].link).startswith(PDF)


def test_a_share_that_is_taken_back_says_so(shell: Shell, browser: Browser, address: str) -> None:
    with Recipient.at(browser) as somebody:
        somebody.page.clock.install()
        somebody.open(address)
        assert shell.make("unshare", STACK=STACK_NAME, SHARE=address).returncode == 0
        somebody.page.clock.fast_forward(61_000)
        expect(somebody.page.locator("#state")).to_contain_text("does not exist or has ended")

"""A hundred thousand documents, in one manifest and in a thousand: measured in the browser, as a person waits."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from shared.domain.head import Head
from tests.browser.conftest import BUCKET, Laptop
from tests.browser.recipient import PHONE, Recipient

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]

MANY = 100_000
SCREENS: dict[str, Any] = {"one folder": {}, "a thousand folders": PHONE}
NAMES = ("statement", "Übersicht", "invoice", "März & April", "契約書", "تقرير", "🎉 party")
FIRST_ROW = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("#rows .row")) return;
  window.firstRow = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
FIRST_PIECE = (
    "() => performance.getEntriesByType('resource').find((each) => each.name.endsWith('manifest.jsonl')).responseEnd"
)
LAST_PIECE = "() => performance.getEntriesByType('resource').at(-1).responseEnd"
# From a key's event to the frame after it, in which the first screen of results stands.
TYPED = """
window.typed = [];
addEventListener("input", (event) => {
  const began = event.timeStamp;
  requestAnimationFrame(() => setTimeout(() => window.typed.push(performance.now() - began)));
}, true);
"""
# Twenty screens a second for three seconds: at each frame there is a row in every fifth of the screen below the tools.
SCROLL = """async () => {
  const found = { frames: 0, empty: 0 };
  const from = scrollY;
  for (const began = performance.now(); performance.now() - began < 3000; ) {
    scrollTo(0, from + (20 * innerHeight * (performance.now() - began)) / 1000);
    await new Promise(requestAnimationFrame);
    found.frames++;
    const at = (part) => document.elementFromPoint(300, part * innerHeight)?.closest(".row");
    if (![0.2, 0.4, 0.6, 0.8, 0.99].every(at)) found.empty++;
  }
  return found;
}"""


def line(key: str, number: int) -> str:
    known = {"key": key, "url": "https://x.example/", "size": number, "etag": f"{number:032x}"}
    return json.dumps(known | {"last_modified": f"2026-{number % 12 + 1:02}-02T08:11:43Z", "revision": 1}) + "\n"


def put_manifest(laptop: Laptop, folder: str, keys: list[str]) -> None:
    body = "".join(line(key, number) for number, key in enumerate(keys)).encode()
    head = Head(1, 0, "x", len(keys), len(keys), versioned=True)
    where = f"manifests/{folder}manifest.jsonl"
    laptop.s3.put_object(Bucket=BUCKET, Key=where, Body=body, Metadata=head.metadata())


def name(number: int) -> str:
    return f"{NAMES[number % len(NAMES)]} {number}.pdf"


@pytest.fixture(scope="module", params=SCREENS)
def address(request: pytest.FixtureRequest, laptop: Laptop) -> str:
    if request.param == "one folder":
        put_manifest(laptop, "many/one/", [f"many/one/{name(number)}" for number in range(MANY)])
        return laptop.share("many/one/")
    folders = {f"many/all/{folder:04}/": range(folder * 100, folder * 100 + 100) for folder in range(MANY // 100)}
    with ThreadPoolExecutor(16) as pool:
        put = [
            pool.submit(put_manifest, laptop, folder, [f"{folder}{name(number)}" for number in numbers])
            for folder, numbers in folders.items()
        ]
    assert all(each.result() is None for each in put)
    return laptop.share("many/all/")


@pytest.fixture
def reader(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Recipient]:
    """On a desktop one folder, on a phone a thousand."""
    with Recipient.at(browser, **SCREENS[request.node.callspec.params["address"]]) as somebody:
        somebody.page.add_init_script(FIRST_ROW + TYPED)
        somebody.page.goto(address)
        expect(somebody.page.locator("#state")).to_have_text("100,000 documents", timeout=60_000)
        yield somebody


@pytest.mark.alone
def test_the_first_rows_are_there_a_second_after_the_first_piece_at_most(reader: Recipient) -> None:
    first, piece = reader.page.evaluate("() => window.firstRow"), reader.page.evaluate(FIRST_PIECE)
    everything = reader.page.evaluate(LAST_PIECE)
    told = f"the first piece {piece:.0f} ms, rows {first:.0f} ms, the last piece {everything:.0f} ms"
    sys.stdout.write(f"after the page was asked for: {told}\n")
    assert first - piece < 1000


@pytest.mark.alone
def test_a_key_stroke_in_the_search_is_answered_in_a_tenth_of_a_second(reader: Recipient) -> None:
    """Of each of them; the slowest of a dozen may have met the browser's own work."""
    page = reader.page
    for key in ("u", "b", "e", "r", "Space", "7", "Backspace", "Backspace", "Backspace", "r", "Space", "9"):
        page.locator("#search").press(key)
        page.wait_for_timeout(50)
    expect(page.locator("#state")).to_contain_text("of 100,000")
    *usual, slowest = sorted(page.evaluate("() => window.typed"))
    sys.stdout.write(f"a key stroke: {usual[0]:.0f} to {usual[-1]:.0f} ms, the slowest {slowest:.0f} ms\n")
    assert usual[-1] < 100, usual


@pytest.mark.alone
def test_scrolling_shows_no_empty_screen(reader: Recipient) -> None:
    reader.scroll(1000)
    found = reader.page.evaluate(SCROLL)
    assert found["frames"] > 30
    assert found["empty"] == 0, found


def test_the_end_key_leads_to_the_last_document(reader: Recipient) -> None:
    page = reader.page
    page.keyboard.press("End")
    rows = page.locator("#table").get_attribute("aria-rowcount")
    expect(page.locator("#rows .row").last).to_have_attribute("aria-rowindex", str(rows))
    page.wait_for_function(
        "() => [...document.querySelectorAll('#rows .row')].at(-1).getBoundingClientRect().bottom <= innerHeight"
    )
    assert page.locator("#rows .row").count() < 200


def test_the_browsers_search_gives_way_to_the_pages_own_and_is_told_why(reader: Recipient) -> None:
    page = reader.page
    page.keyboard.press("Control+f")
    assert page.evaluate("() => document.activeElement.id") == "search"
    expect(page.locator("#hint")).to_contain_text("This one sees all of them.")
    reader.search("invoice 99990")
    expect(page.locator("#state")).to_have_text("1 of 100,000 documents")
    page.keyboard.press("Tab")
    page.evaluate(
        "() => { window.prevented = null; addEventListener('keydown', (event) =>"
        " setTimeout(() => { window.prevented = event.defaultPrevented; })); }"
    )
    page.keyboard.press("Control+f")
    page.wait_for_function("() => window.prevented !== null")
    assert page.evaluate("() => window.prevented") is False  # one row stands in the document: its own search finds it


def test_all_of_them_are_selected_and_let_go_again(reader: Recipient) -> None:
    page = reader.page
    page.evaluate("() => document.querySelector('#all').click()")
    expect(page.locator("#selected")).to_contain_text("100,000 selected")
    reader.scroll(1_000_000)
    assert page.locator("#rows .row input").last.is_checked()
    page.evaluate("() => document.querySelector('#clear').click()")
    expect(page.locator("#bar")).to_be_hidden()


def test_paper_gets_the_first_of_them_and_says_so(reader: Recipient) -> None:
    page = reader.page
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#rows .row").count() == 2000
    assert "The first 2,000 of" in str(page.locator("#printed").text_content())
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator("#rows .row").count() < 200


def test_a_row_that_has_the_focus_keeps_it_while_others_pass(reader: Recipient) -> None:
    page = reader.page
    page.locator("#rows .row input").nth(2).focus()
    key = page.evaluate("() => document.activeElement.closest('[data-key]').dataset.key")
    reader.scroll(200_000)
    assert page.evaluate("() => document.activeElement.closest('[data-key]').dataset.key") == key


def test_a_slow_network_shows_what_there_is_already(browser: Browser, address: str) -> None:
    """Of a phone in a train: 200 kB a second."""
    with Recipient.at(browser, **PHONE) as somebody:
        slow(somebody.page)
        somebody.page.goto(address)
        somebody.page.locator("#rows .row").first.wait_for(timeout=10_000)
        expect(somebody.page.locator("#state")).to_contain_text("so far")
        somebody.search("invoice")
        expect(somebody.page.locator("#rows .row:not(.group)").first).to_contain_text("invoice")


def slow(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    session.send("Network.emulateNetworkConditions", limits)


def test_a_million_lines_end_in_a_sentence_and_not_in_a_dead_phone(browser: Browser, address: str) -> None:
    """Lines that no store holds, so that a test may have a million: the page asks on until it has enough."""
    with Recipient.at(browser, **PHONE) as somebody:
        page = somebody.page
        asked = 0

        def answer(route: Route) -> None:
            nonlocal asked
            asked += 1
            first = asked * 10_000
            body = "".join(line(f"{number:07}.pdf", number) for number in range(first, first + 10_000))
            route.fulfill(body=body, headers={"link": f'<manifest.jsonl?after={asked}>; rel="next"'})

        page.route("**/manifest.jsonl*", answer)
        page.goto(address)
        expect(page.locator("#state")).to_contain_text("the first 250,000", timeout=120_000)
        assert asked == 25
        somebody.search("0123456")
        assert somebody.names == ["0123456.pdf"]

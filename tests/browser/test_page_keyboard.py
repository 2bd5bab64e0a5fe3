"""Everything is there for a keyboard alone."""

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Laptop
from tests.browser.recipient import Recipient

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("keys/", {f"q{number}.pdf": b"%PDF" for number in range(1, 6)})
    return laptop.share("keys/")


@pytest.fixture
def reader(recipient: Recipient, address: str) -> Recipient:
    return recipient.open(address)


def focused(reader: Recipient) -> str:
    """What has the focus: of a row its document and the kind of control."""
    return str(
        reader.page.evaluate(
            "() => { const at = document.activeElement; const row = at.closest('[data-key]');"
            " return row ? `${row.dataset.key} ${at.localName}` : at.id || at.localName; }"
        )
    )


def test_the_tab_key_leads_through_the_page_and_into_the_rows(reader: Recipient) -> None:
    way = []
    for _ in range(12):
        reader.page.keyboard.press("Tab")
        way.append(focused(reader))
    assert way[:6] == ["feed", "search", "sort", "grouped", "csv", "all"]
    assert "q1.pdf input" in way


def test_arrows_lead_from_row_to_row_and_the_shift_key_selects(reader: Recipient) -> None:
    keyboard = reader.page.keyboard
    reader.row("q1.pdf").locator("input").focus()
    keyboard.press("ArrowDown")
    assert focused(reader) == "q2.pdf input"
    keyboard.press("Space")
    keyboard.press("Shift+ArrowDown")
    keyboard.press("ArrowUp")
    assert focused(reader) == "q2.pdf input"
    expect(reader.page.locator("#selected")).to_have_text("2 selected, 8 bytes")
    keyboard.press("Enter")
    assert focused(reader) == "zip"
    reader.row("q1.pdf").locator("input").focus()
    keyboard.press("Control+a")
    expect(reader.page.locator("#selected")).to_have_text("5 selected, 20 bytes")
    keyboard.press("Escape")
    expect(reader.page.locator("#bar")).to_be_hidden()


def test_all_that_are_between_two_are_selected_with_the_shift_key(reader: Recipient) -> None:
    reader.row("q2.pdf").locator("input").click()
    reader.row("q5.pdf").locator("input").click(modifiers=["Shift"])
    expect(reader.page.locator("#selected")).to_have_text("4 selected, 16 bytes")
    assert reader.page.evaluate("() => document.querySelector('#all').indeterminate")


def test_a_selection_outlives_a_search(reader: Recipient) -> None:
    reader.select("q2.pdf")
    reader.search("q4")
    reader.select("q4.pdf")
    reader.search("")
    expect(reader.page.locator("#selected")).to_have_text("2 selected, 8 bytes")
    reader.page.get_by_role("button", name="Clear selection").click()
    assert focused(reader) == "all"


def test_a_slash_in_the_rows_leads_to_the_search(reader: Recipient) -> None:
    reader.row("q3.pdf").locator("input").focus()
    reader.page.keyboard.press("/")
    assert focused(reader) == "search"
    assert reader.page.locator("#search").input_value() == ""


def test_what_has_the_focus_is_seen(reader: Recipient) -> None:
    for _ in range(10):
        reader.page.keyboard.press("Tab")
        width = reader.page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px", focused(reader)


def test_where_somebody_is_stays_when_the_rows_are_drawn_anew(recipient: Recipient, address: str) -> None:
    """While more comes in: the control that has the focus, and how far the page is scrolled."""
    page = recipient.page
    pieces = [lines(range(200), more="x"), lines(range(200, 400), more="y"), lines(range(400, 600))]
    page.route("**/manifest.jsonl*", lambda route: slowly(route, pieces))
    page.goto(f"{address}#grouped=no")
    page.locator("#rows .row").nth(150).locator("input").focus()
    at = page.evaluate("() => scrollY")
    assert at > 0
    expect(page.locator("#state")).to_have_text("600 documents", timeout=8000)
    assert focused(recipient) == "0150.pdf input"
    assert page.evaluate("() => scrollY") == at


def test_who_is_at_the_name_of_a_folder_stays_there_too(recipient: Recipient, address: str) -> None:
    page = recipient.page
    pieces = [lines(range(3), more="x"), lines(range(3, 6), more="y"), lines(range(6, 9))]
    page.route("**/manifest.jsonl*", lambda route: slowly(route, pieces))
    page.goto(address)
    page.locator("#rows .group button").focus()
    expect(page.locator("#state")).to_have_text("9 documents", timeout=8000)
    assert page.evaluate("() => document.activeElement.dataset.folder") == ""


def lines(numbers: range, more: str = "") -> dict[str, Any]:
    told = ({"key": f"{number:04}.pdf", "url": "https://x.example/", "size": 1} for number in numbers)
    headers = {"link": f'<manifest.jsonl?after={more}>; rel="next"'} if more else {}
    return {"body": "".join(json.dumps(line) + "\n" for line in told), "headers": headers}


def slowly(route: Route, pieces: list[dict[str, Any]]) -> None:
    if len(pieces) < 3:
        route.request.frame.page.wait_for_timeout(1200)
    route.fulfill(**pieces.pop(0))

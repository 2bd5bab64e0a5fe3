"""Where somebody is on the page, how far it is scrolled and what has the focus: only they themselves change it."""

import json

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.answering import LINES, fails
from tests.browser.conftest import Laptop
from tests.browser.recipient import PHONE, Recipient

pytestmark = [pytest.mark.campaign, pytest.mark.xdist_group("browser")]

WINDOWED = 6000
FOCUSED = """() => { const at = document.activeElement; const row = at.closest('[data-key]');
  return row ? `${row.dataset.key} ${at.localName}` : at.id || at.textContent || at.localName; }"""
PLACE = "() => Math.round(document.activeElement.getBoundingClientRect().y)"


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("places/", {"a.pdf": b"%PDF"})
    return laptop.share("places/")


def show(somebody: Recipient, address: str, number: int, fragment: str = "#grouped=no") -> Page:
    """So many documents, ten a folder."""
    told = [{"key": f"{each // 10:03}/{each:05}.pdf", "url": "https://x.example/", "size": 1} for each in range(number)]
    body = "".join(json.dumps(each) + "\n" for each in told)

    def answer(route: Route) -> None:
        route.fulfill(body=body, headers={"etag": '"1"'})

    somebody.page.route(LINES, answer)
    somebody.page.goto(address + fragment)
    expect(somebody.page.locator("#state")).to_have_text(f"{number:,} documents")
    return somebody.page


def scrolled(page: Page) -> int:
    return int(page.evaluate("() => Math.round(scrollY)"))


@pytest.mark.parametrize("number", [4000, WINDOWED])
def test_trouble_does_not_move_the_page(recipient: Recipient, address: str, number: int) -> None:
    page = recipient.page
    page.clock.install()
    show(recipient, address, number)
    expect(page.locator("#rows .row")).to_have_count(number) if number < WINDOWED else None
    page.evaluate("() => scrollTo(0, 100000)")
    page.wait_for_timeout(200)
    page.locator("#rows .row input").nth(-20).focus()
    place, focused = page.evaluate(PLACE), page.evaluate(FOCUSED)
    page.unroute(LINES)
    page.route(LINES, fails(503))
    page.clock.fast_forward(61_000)
    expect(page.locator("#state")).to_contain_text("cannot be read just now")
    assert page.evaluate(FOCUSED) == focused
    assert page.evaluate(PLACE) == place
    assert scrolled(page) > 50_000


def test_a_window_of_another_size_shows_the_same_place(browser: Browser, address: str) -> None:
    with Recipient.at(browser, **PHONE) as somebody:
        page = show(somebody, address, WINDOWED)
        page.evaluate("() => scrollTo(0, 50000)")
        page.set_viewport_size({"width": 390, "height": 780})  # as a phone's bars come
        somebody.drawn()
        assert scrolled(page) == 50_000
        assert page.evaluate("() => document.elementFromPoint(200, 400).closest('.row') !== null")


def test_who_has_printed_is_where_they_were(recipient: Recipient, address: str) -> None:
    page = show(recipient, address, WINDOWED)
    page.evaluate("() => scrollTo(0, 200000)")
    page.pdf()
    recipient.drawn()
    assert scrolled(page) == 200_000


def test_the_way_back_leads_out_of_a_folder_to_where_the_page_was(recipient: Recipient, address: str) -> None:
    page = show(recipient, address, 3000, "")
    expect(page.locator("#rows .row")).to_have_count(3300)
    page.locator("#rows .group button", has_text="200/").click()
    assert page.evaluate(FOCUSED) == "200"
    expect(page.locator("#state")).to_have_text("10 of 3,000 documents")
    page.go_back()
    expect(page.locator("#rows .row")).to_have_count(3300)
    page.wait_for_function("() => scrollY > 50000")
    row = page.locator("#rows .group", has_text="200/").bounding_box()
    assert row is not None
    assert 0 < row["y"] < 800
    page.go_forward()
    expect(page.locator("#state")).to_have_text("10 of 3,000 documents")
    assert scrolled(page) == 0


def test_a_search_is_not_forgotten_by_who_enters_a_folder_at_once(recipient: Recipient, address: str) -> None:
    page = show(recipient, address, 300, "")
    recipient.search("0012")
    page.locator("#rows .group button").first.click()
    page.go_back()
    expect(page.locator("#search")).to_have_value("0012")


def test_arrows_lead_on_from_a_row_that_is_far_from_the_screen(recipient: Recipient, address: str) -> None:
    page = show(recipient, address, WINDOWED)
    page.locator("#rows .row input").nth(9).focus()
    recipient.scroll(1_000_000)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == "001/00010.pdf input"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == "000/00009.pdf input"


def test_from_a_row_that_a_search_hides_nothing_is_selected_up_to_another(recipient: Recipient, address: str) -> None:
    page = show(recipient, address, 300)
    recipient.select("00003.pdf")
    recipient.search("0021")
    recipient.row("00215.pdf").locator("input").click(modifiers=["Shift"])
    expect(page.locator("#selected")).to_contain_text("2 selected")


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (1280, 800), (640, 320)])
def test_what_has_the_focus_is_under_no_bar(browser: Browser, address: str, size: tuple[int, int]) -> None:
    """https://www.w3.org/TR/WCAG22/#focus-not-obscured-minimum."""
    with Recipient.at(browser, viewport={"width": size[0], "height": size[1]}) as somebody:
        page = show(somebody, address, 12)
        somebody.select("00003.pdf")
        for key in ["Tab"] * 40 + ["Shift+Tab"] * 40:
            page.keyboard.press(key)
            assert page.evaluate(
                "() => { const at = document.activeElement; if (at === document.body) return true;"
                " const box = at.getBoundingClientRect();"
                " const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];"
                " const found = document.elementFromPoint(x, y); return at.contains(found) || !!found?.contains(at); }"
            ), page.evaluate(FOCUSED)
        page.evaluate("() => scrollTo(0, 1000000)")
        last, bar = page.locator("#rows .row").last.bounding_box(), page.locator("#bar").bounding_box()
        assert last is not None
        assert bar is not None
        assert last["y"] + last["height"] <= bar["y"]
        assert bar["y"] >= size[1] / 2 - 1


def test_the_hint_and_the_news_are_seen_wherever_the_page_is_scrolled_to(browser: Browser, address: str) -> None:
    for screen in ({}, PHONE):
        with Recipient.at(browser, **screen) as somebody:
            page = show(somebody, address, WINDOWED)
            page.evaluate("() => scrollTo(0, 100000)")
            page.locator("#rows .row a").nth(30).focus()
            page.keyboard.press("Control+f")
            somebody.drawn()
            box = page.locator("#hint").bounding_box()
            assert box is not None
            assert 0 <= box["y"] < 300

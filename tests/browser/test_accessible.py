"""Who cannot see, or sees little; paper; whoever wants no motion: axe, and what it does not look at.

https://www.w3.org/TR/WCAG22/; axe judges what is on the screen, so every state is shown to it.
"""

import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.answering import LINES, lines
from tests.browser.conftest import Laptop
from tests.browser.recipient import PHONE, Recipient, another

pytestmark = pytest.mark.xdist_group("browser")

RIGHT_TO_LEFT, EMOJI = "تقرير 2026.pdf", "🎉 party.pdf"
DOCUMENTS = {RIGHT_TO_LEFT: b"%PDF r", EMOJI: b"%PDF e", "acme/q1.pdf": b"%PDF one", f"{'long ' * 45}.pdf": b"%PDF l"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active"},
}


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("access/", DOCUMENTS)
    return laptop.share("access/", "April")


def require_no_findings(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_in_any_state(browser: Browser, address: str, screen: str) -> None:
    with Recipient.at(browser, **SCREENS[screen]) as somebody:
        page = somebody.open(address).page
        require_no_findings(page)
        page.add_init_script("delete window.showSaveFilePicker")
        somebody.row("q1.pdf").locator("input").check()
        page.get_by_role("button", name="acme/", exact=True).click()
        require_no_findings(page)
        somebody.search("nothing is called that")
        require_no_findings(page)


@pytest.mark.campaign
@pytest.mark.parametrize("screen", ["light", "phone"])
def test_axe_finds_nothing_in_a_window_of_many_rows(browser: Browser, address: str, screen: str) -> None:
    with Recipient.at(browser, **SCREENS[screen]) as somebody:
        page = somebody.page
        page.route(LINES, lines(*(f"{number // 10:03}/{number:05}.pdf" for number in range(6000))))
        somebody.open(address)
        page.locator("#rows input").nth(2).check()
        somebody.scroll(50_000)
        require_no_findings(page)


def test_axe_finds_nothing_in_trouble_and_in_news(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.route("**/manifest.jsonl*", lambda route: route.fulfill(status=503))
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("cannot be read")
    require_no_findings(page)


def test_axe_finds_nothing_when_a_download_has_ended(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.add_init_script("delete window.showSaveFilePicker")
    recipient.open(address).select("q1.pdf")
    with page.expect_download():
        page.get_by_role("button", name="Download as zip").click()
    expect(page.locator("#progress-text")).to_contain_text("1 file in the zip.")
    require_no_findings(page)


def test_an_error_page_has_nothing_for_axe_either(recipient: Recipient, address: str) -> None:
    recipient.page.goto(another(address))
    require_no_findings(recipient.page)


def test_a_screen_reader_is_told_what_each_control_is_of(recipient: Recipient, address: str) -> None:
    page = recipient.open(address).page
    for role, name in (
        ("checkbox", "q1.pdf"),
        ("link", "Download: q1.pdf"),
        ("button", "Copy link: q1.pdf"),
        ("checkbox", "Select all that are shown"),
        ("searchbox", "Search names and folders"),
        ("combobox", "Sort"),
        ("table", "Documents"),
    ):
        assert page.get_by_role(role, name=name, exact=True).count() == 1, name  # type: ignore[arg-type]
    assert page.get_by_role("row").count() == 1 + 2 + len(DOCUMENTS)
    assert page.get_by_role("columnheader").count() == 5  # the folder is in the rows' heads


def test_the_page_is_as_wide_as_the_smallest_screen(browser: Browser, address: str) -> None:
    with Recipient.at(browser, viewport={"width": 320, "height": 480}) as somebody:
        page = somebody.open(address).page
        somebody.select("q1.pdf")
        assert page.evaluate("() => document.documentElement.scrollWidth") == 320


def test_text_of_twice_the_size_is_cut_off_nowhere(recipient: Recipient, address: str) -> None:
    page = recipient.open(address).page
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1280


def test_names_that_are_written_from_right_to_left_turn_nothing_beside_them(recipient: Recipient, address: str) -> None:
    page = recipient.open(address).page
    row = recipient.row(RIGHT_TO_LEFT)
    assert row.locator("bdi").first.inner_text() == RIGHT_TO_LEFT
    name, size = row.locator(".name").bounding_box(), row.locator(".size").bounding_box()
    assert name["x"] < size["x"]
    assert page.locator("html").get_attribute("dir") is None
    assert recipient.row(EMOJI).locator("a").first.get_attribute("href").endswith("%F0%9F%8E%89%20party.pdf")


def test_who_wants_no_motion_has_none(browser: Browser, address: str) -> None:
    with Recipient.at(browser, reduced_motion="reduce") as somebody:
        page = somebody.open(address).page
        moving = page.evaluate(
            "() => [...document.querySelectorAll('*')].filter((each) => { const style = getComputedStyle(each);"
            " return parseFloat(style.transitionDuration) || style.animationName !== 'none'; }).length"
        )
        assert moving == 0


def test_on_paper_are_all_documents_and_no_controls(recipient: Recipient, address: str) -> None:
    page = recipient.open(address).page
    printed = "".join(each.extract_text() for each in PdfReader(io.BytesIO(page.pdf())).pages)
    assert "q1.pdf" in printed
    assert "April" in printed
    for control in ("Download", "Copy link", "Save as CSV"):
        assert control not in printed

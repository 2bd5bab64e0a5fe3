"""What a recipient sees of a share, and how they find what they look for."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import BUCKET, Laptop
from tests.browser.recipient import PHONE, Recipient

pytestmark = pytest.mark.xdist_group("browser")

DOCUMENTS = {
    "2026/q1.pdf": b"%PDF-1.4 one" + b"." * 1500,
    "2026/q2.pdf": b"%PDF-1.4 two",
    "2026/q10.pdf": b"%PDF-1.4 ten" + b"." * 48_000,
    "2026/acme/Übersicht März.pdf": b"%PDF-1.4 all",
    "summary.pdf": b"%PDF-1.4 sum",
}


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("shown/", DOCUMENTS)
    return laptop.share("shown/", "April für <b>Acme</b>")


@pytest.fixture
def reader(recipient: Recipient, address: str) -> Recipient:
    return recipient.open(address)


def test_documents_are_below_their_folders_each_with_how_many_it_has(reader: Recipient) -> None:
    assert reader.groups == ["(top)\n1 · 12 bytes", "2026/\n3 · 49.5 kB", "2026/acme/\n1 · 12 bytes"]
    assert reader.names == ["summary.pdf", "q1.pdf", "q2.pdf", "q10.pdf", "Übersicht März.pdf"]
    assert reader.state == "5 documents"


def test_its_label_is_text_and_tells_until_when_it_is_open(reader: Recipient) -> None:
    assert reader.page.title() == "April für <b>Acme</b>"
    assert reader.page.locator("h1").inner_text() == "April für <b>Acme</b>"
    assert re.search(r"Open until \d+ \w+ 20\d\d, \d\d:\d\d\.", reader.page.locator("#about").inner_text())


def test_sizes_and_dates_are_as_the_reader_is_used_to_in_their_own_time_zone(
    browser: Browser, address: str, laptop: Laptop
) -> None:
    uploaded = laptop.s3.head_object(Bucket=BUCKET, Key="shown/2026/q10.pdf")["LastModified"]
    for locale, zone, size in (("en-US", "America/New_York", "48 kB"), ("de-DE", "Asia/Tokyo", "48 kB")):
        with Recipient.at(browser, locale=locale, timezone_id=zone) as somebody:
            row = somebody.open(address).row("q10.pdf")
            expected = somebody.page.evaluate(
                "time => new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'}).format(time)",
                uploaded.timestamp() * 1000,
            )
            assert row.locator(".date").inner_text() == expected
            assert row.locator(".size").inner_text() == size


def test_the_page_speaks_german_to_who_prefers_that(browser: Browser, address: str) -> None:
    with Recipient.at(browser, locale="de-DE") as somebody:
        page = somebody.open(address).page
        assert somebody.state == "5 Dokumente"
        assert page.locator("html").get_attribute("lang") == "de"
        assert page.get_by_role("button", name="Als CSV speichern").count()
        somebody.search("q1")
        expect(page.locator("#state")).to_have_text("2 von 5 Dokumenten")


def test_every_word_of_a_search_has_to_be_in_the_name_or_the_folder(reader: Recipient) -> None:
    for words, names in {
        "q1": ["q1.pdf", "q10.pdf"],
        "ACME ubersicht": ["Übersicht März.pdf"],
        "2026 q2": ["q2.pdf"],
        "no such": [],
        "": ["summary.pdf", "q1.pdf", "q2.pdf", "q10.pdf", "Übersicht März.pdf"],
    }.items():
        reader.search(words)
        assert reader.names == names
    reader.search("no such")
    assert reader.state == "Nothing here is called that."


def test_sorting_is_by_name_date_and_size_both_ways(reader: Recipient) -> None:
    page = reader.page
    page.get_by_label("By folder").uncheck()
    assert reader.names == ["q1.pdf", "q2.pdf", "q10.pdf", "summary.pdf", "Übersicht März.pdf"]
    page.get_by_role("button", name="Size").click()
    assert reader.names[:2] == ["q10.pdf", "q1.pdf"]
    assert page.locator("[aria-sort=descending]").inner_text() == "Size"
    page.get_by_role("button", name="Size").click()
    assert reader.names[-2:] == ["q1.pdf", "q10.pdf"]
    page.get_by_label("Sort").select_option("-name")
    assert reader.names[0] == "Übersicht März.pdf"
    assert page.locator("#rows .row").first.locator(".folder").inner_text() == "2026/acme/"


def test_a_folder_is_entered_and_left_again_also_by_the_browsers_way_back(reader: Recipient) -> None:
    page = reader.page
    page.get_by_role("button", name="2026/", exact=True).click()
    assert reader.groups == ["2026/\n3 · 49.5 kB", "2026/acme/\n1 · 12 bytes"]
    page.get_by_role("button", name="2026/acme/", exact=True).click()
    assert reader.names == ["Übersicht März.pdf"]
    page.go_back()
    expect(page.locator("#state")).to_have_text("4 of 5 documents")
    page.get_by_role("button", name="All folders").click()
    expect(page.locator("#state")).to_have_text("5 documents")


def test_an_address_that_is_passed_on_shows_the_same(reader: Recipient, browser: Browser) -> None:
    page = reader.page
    page.get_by_role("button", name="2026/", exact=True).click()
    reader.search("q1")
    page.get_by_label("Sort").select_option("-size")
    page.get_by_label("By folder").uncheck()
    page.wait_for_url("**grouped=no**")
    with Recipient.at(browser) as other:
        other.open(page.url)
        assert other.names == reader.names == ["q1.pdf", "q10.pdf"]
        assert other.page.locator("#search").input_value() == "q1"


@pytest.mark.parametrize("fragment", ["sort=upwards", "%", "search", "folder=none/", "&&&=", "grouped=maybe&x=1"])
def test_a_fragment_that_is_none_of_ours_does_no_harm(recipient: Recipient, address: str, fragment: str) -> None:
    recipient.open(f"{address}#{fragment}")
    assert recipient.page.locator("#search").is_visible()


def test_what_is_new_since_the_last_visit_is_marked_and_nobody_else_is_told(
    browser: Browser, laptop: Laptop, prefix: str
) -> None:
    laptop.upload(prefix, {"old.pdf": b"%PDF old"})
    address = laptop.share(prefix)
    with Recipient.at(browser) as somebody:
        somebody.open(address)
        assert not somebody.page.locator("em:visible").count()
        assert not somebody.page.get_by_label("New ones only").is_visible()
        laptop.s3.get_waiter("object_exists").wait(Bucket=BUCKET, Key=f"{prefix}old.pdf")
        somebody.page.evaluate(  # as it is the day after
            "() => { const [name] = Object.keys(localStorage); const visit = JSON.parse(localStorage[name]);"
            " localStorage[name] = JSON.stringify({...visit, seen: visit.seen - 1000, at: visit.at - 86400000}); }"
        )
        somebody.open(address)
        assert somebody.row("old.pdf").locator("em").inner_text() == "new"
        assert somebody.state == "1 document, 1 new since your last visit"
        asked = []
        somebody.page.on("request", lambda request: asked.append(request.url))
        somebody.page.get_by_label("New ones only").check()
        assert somebody.names == ["old.pdf"]
        assert not asked
        assert somebody.context.cookies() == []


def test_nothing_is_asked_of_anybody_else(browser: Browser, address: str) -> None:
    with Recipient.at(browser) as somebody:
        asked: set[str] = set()
        somebody.page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        somebody.open(address)
        assert asked == {urlsplit(address).netloc}


def test_a_click_opens_the_document(reader: Recipient) -> None:
    answer = reader.context.request.get(reader.row("q2.pdf").locator(".name a").get_attribute("href"))
    assert answer.body() == DOCUMENTS["2026/q2.pdf"]
    assert "inline" in answer.headers["content-disposition"]


def test_a_link_is_copied(reader: Recipient) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = reader.row("q1.pdf").get_by_role("button")
    button.click()
    expect(button).to_have_text("Copied.")
    copied = reader.page.evaluate("() => navigator.clipboard.readText()")
    assert reader.context.request.get(copied).body() == DOCUMENTS["2026/q1.pdf"]
    expect(button).to_have_text("Copy link", timeout=4000)


def test_on_a_phone_nothing_is_cut_off_and_everything_is_there(browser: Browser, address: str) -> None:
    for width in (320, 390):
        with Recipient.at(browser, **PHONE | {"viewport": {"width": width, "height": 700}}) as somebody:
            page = somebody.open(address).page
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
            somebody.row("q1.pdf").locator("input").tap()
            assert page.get_by_role("button", name="Download as zip").is_visible()
            assert somebody.row("q10.pdf").locator(".size").inner_text() == "48 kB"


def test_without_javascript_there_is_a_sentence_and_a_link_to_all_links(browser: Browser, address: str) -> None:
    with Recipient.at(browser, java_script_enabled=False) as somebody:
        somebody.page.goto(address)
        link = somebody.page.get_by_role("link", name="links.txt").first
        assert link.is_visible()
        text = somebody.context.request.get(f"{address}{link.get_attribute('href')}").text()
        assert len(text.splitlines()) == len(DOCUMENTS)


def test_the_browsers_own_search_finds_every_one_of_five_thousand(recipient: Recipient, address: str) -> None:
    """Rows that are not on the screen are not drawn, and found all the same."""
    names = [f"invoice {number}.pdf" for number in range(5000)]
    body = "".join(json.dumps({"key": name, "url": "https://x.example/", "size": 1}) + "\n" for name in names)
    page = recipient.page
    page.route("**/manifest.jsonl*", lambda route: route.fulfill(body=body))
    recipient.open(f"{address}#grouped=no")
    expect(page.locator("#rows .row")).to_have_count(5000)
    assert page.evaluate("() => window.find('invoice 4987.pdf')")
    assert page.evaluate("() => scrollY") > 0
    page.evaluate(
        "() => addEventListener('keydown', (event) => setTimeout(() => { window.prevented = event.defaultPrevented; }))"
    )
    page.keyboard.press("Control+f")
    page.wait_for_function("() => window.prevented === false")

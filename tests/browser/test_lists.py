"""Lists are taken along: a table for spreadsheets, links."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from tests.browser.conftest import Laptop
from tests.browser.recipient import Recipient

pytestmark = pytest.mark.xdist_group("browser")

DOCUMENTS = {
    "acme/q1.pdf": b"%PDF-1.4 another",
    "acme/Übersicht 2026.pdf": b"%PDF-1.4 all of it",
    "acme/empty.pdf": b"",
    "=1+1.pdf": b"%PDF-1.4 no formula",
}


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("lists/", DOCUMENTS)
    return laptop.share("lists/", "April: für Acme")


@pytest.fixture
def reader(recipient: Recipient, address: str) -> Recipient:
    return recipient.open(address)


def body_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_what_is_shown_is_saved_as_csv(reader: Recipient) -> None:
    reader.search("acme")
    with reader.page.expect_download() as started:
        reader.page.locator("#csv").click()
    assert started.value.suggested_filename == "April für Acme.csv"
    rows = list(csv.reader(io.StringIO(body_of(started.value).decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Folder", "Size", "Date", "Link"]
    assert [row[:3] for row in rows[1:]] == [
        ["empty.pdf", "acme/", "0"],
        ["q1.pdf", "acme/", "16"],
        ["Übersicht 2026.pdf", "acme/", "18"],
    ]
    assert reader.context.request.get(rows[2][4]).body() == DOCUMENTS["acme/q1.pdf"]


def test_no_name_is_a_formula_for_a_spreadsheet(reader: Recipient) -> None:
    reader.select("=1+1.pdf")
    with reader.page.expect_download() as started:
        reader.page.locator("#save-csv").click()
    rows = list(csv.reader(io.StringIO(body_of(started.value).decode("utf-8-sig"))))
    assert rows[1][0] == "'=1+1.pdf"


def test_the_links_of_some_are_saved_and_copied(reader: Recipient) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.select("=1+1.pdf", "empty.pdf")
    with reader.page.expect_download() as started:
        reader.page.get_by_role("button", name="Save links").click()
    saved = body_of(started.value).decode()
    reader.page.get_by_role("button", name="Copy links").click()
    expect(reader.page.locator("#copy-links")).to_have_text("Copied.")
    assert reader.page.evaluate("() => navigator.clipboard.readText()") == saved
    bodies = {reader.context.request.get(link).body() for link in saved.split()}
    assert bodies == {DOCUMENTS["=1+1.pdf"], DOCUMENTS["acme/empty.pdf"]}

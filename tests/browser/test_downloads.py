"""Documents are downloaded: one, or several as a zip."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, Route, expect

from tests.browser.conftest import BUCKET, Laptop
from tests.browser.recipient import Recipient

pytestmark = pytest.mark.xdist_group("browser")

DOCUMENTS = {
    "q1.pdf": b"%PDF-1.4 one" + bytes(range(256)) * 400,
    "acme/q1.pdf": b"%PDF-1.4 another",
    "acme/Übersicht 2026.pdf": b"%PDF-1.4 all of it",
    "acme/empty.pdf": b"",
    "=1+1.pdf": b"%PDF-1.4 no formula",
}
# Saves into the page's own file system, which has the same files as the one that a person would choose from.
PICKS = """
window.showSaveFilePicker = async ({ suggestedName }) => {
  window.picked = suggestedName;
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle("picked.zip", { create: true });
};
"""
NO_PICKER = "delete window.showSaveFilePicker;"
# Of acme/q1.pdf come two bytes, and then nothing: a body tells a connection that is cut by a TypeError.
BREAKS = """
const asked = window.fetch;
window.fetch = async (url, how) => {
  const answer = await asked(url, how);
  if (!String(url).includes("d/YWNtZS9xMS5wZGY/")) return answer;
  const half = new ReadableStream({
    start: (sink) => sink.enqueue(new Uint8Array([37, 80])),
    pull: (sink) => sink.error(new TypeError("cut")),
  });
  return new Response(half, { status: 200 });
};
"""
READ_BACK = """async () => {
  const file = await (await (await navigator.storage.getDirectory()).getFileHandle("picked.zip")).getFile();
  const bytes = new Uint8Array(await file.arrayBuffer());
  return Array.from(bytes);
}"""


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("down/", DOCUMENTS)
    return laptop.share("down/", "April: für Acme")


@pytest.fixture
def reader(recipient: Recipient, address: str) -> Recipient:
    """With a browser that lets no page write files."""
    recipient.page.add_init_script(NO_PICKER)
    return recipient.open(address)


def body_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def zipped(page: Page) -> tuple[str, zipfile.ZipFile]:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download as zip").click()
    return started.value.suggested_filename, zipfile.ZipFile(io.BytesIO(body_of(started.value)))


def contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_one_document_is_downloaded_under_its_name(reader: Recipient) -> None:
    with reader.page.expect_download() as started:
        reader.row("Übersicht 2026.pdf").get_by_role("link", name="Download").click()
    assert started.value.suggested_filename == "Übersicht 2026.pdf"
    assert body_of(started.value) == DOCUMENTS["acme/Übersicht 2026.pdf"]


def test_several_come_as_one_zip_with_their_folders(reader: Recipient) -> None:
    reader.page.get_by_label("Select all that are shown").check()
    name, archive = zipped(reader.page)
    assert name == "April für Acme.zip"
    assert contents(archive) == DOCUMENTS
    expect(reader.page.locator("#progress-text")).to_have_text("5 files in the zip.")


def test_a_browser_that_can_write_files_streams_the_zip_into_one(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.add_init_script(PICKS)
    recipient.open(address)
    page.get_by_label("Select all that are shown").check()
    page.get_by_role("button", name="Download as zip").click()
    expect(page.locator("#progress-text")).to_have_text("5 files in the zip.")
    assert page.evaluate("() => window.picked") == "April für Acme.zip"
    assert contents(zipfile.ZipFile(io.BytesIO(bytes(page.evaluate(READ_BACK))))) == DOCUMENTS


def test_a_file_that_fails_is_named_and_the_rest_is_kept(recipient: Recipient, laptop: Laptop, prefix: str) -> None:
    laptop.upload(prefix, {"a.pdf": b"%PDF a", "b.pdf": b"%PDF b", "c.pdf": b"%PDF c"})
    recipient.page.add_init_script(PICKS)
    recipient.open(laptop.share(prefix))
    laptop.s3.delete_object(Bucket=BUCKET, Key=f"{prefix}b.pdf")
    page = recipient.page
    page.get_by_label("Select all that are shown").check()
    page.get_by_role("button", name="Download as zip").click()
    expect(page.locator("#progress-text")).to_have_text("2 files in the zip. 1 file could not be downloaded:")
    assert page.locator("#failures li").all_inner_texts() == ["b.pdf: no longer there"]
    kept = contents(zipfile.ZipFile(io.BytesIO(bytes(page.evaluate(READ_BACK)))))
    assert kept == {"a.pdf": b"%PDF a", "c.pdf": b"%PDF c"}


@pytest.mark.parametrize("picker", [PICKS, NO_PICKER], ids=["streamed", "in memory"])
def test_a_file_that_breaks_off_leaves_nothing_of_itself(recipient: Recipient, address: str, picker: str) -> None:
    """The browser is told of more bytes than come, as by a connection that is cut."""
    page = recipient.page
    page.add_init_script(picker + BREAKS)
    recipient.open(address)
    page.get_by_label("Select all that are shown").check()
    if picker is PICKS:
        page.get_by_role("button", name="Download as zip").click()
        expect(page.locator("#failures li")).to_have_text("acme/q1.pdf: the connection broke off", timeout=15_000)
        archive = zipfile.ZipFile(io.BytesIO(bytes(page.evaluate(READ_BACK))))
    else:
        _, archive = zipped(page)
        expect(page.locator("#failures li")).to_have_text("acme/q1.pdf: the connection broke off")
    assert contents(archive) == {name: body for name, body in DOCUMENTS.items() if name != "acme/q1.pdf"}


def test_a_download_is_stopped_and_leaves_nothing(reader: Recipient) -> None:
    page = reader.page
    page.route("**/d/**", lambda _: None)  # an answer that never comes
    reader.select("empty.pdf")
    page.get_by_role("button", name="Download as zip").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#progress-text")).to_have_text("Stopped. Nothing was saved.")
    page.unroute_all(behavior="ignoreErrors")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    assert page.evaluate("() => document.querySelector('#bar').inert")  # it lies beneath
    page.keyboard.press("Enter")
    expect(page.locator("#zip")).to_be_focused()
    assert contents(zipped(page)[1]) == {"acme/empty.pdf": b""}


def test_how_far_it_is_is_seen(reader: Recipient) -> None:
    page = reader.page
    held: list[Route] = []

    def holding(route: Route) -> None:
        if held or "empty" not in route.request.url:
            route.continue_()
        else:
            held.append(route)

    page.route("**/d/**", holding)
    page.get_by_label("Select all that are shown").check()
    with page.expect_download():
        page.get_by_role("button", name="Download as zip").click()
        expect(page.locator("#progress-text")).to_contain_text(" of 5 files, ")
        assert page.get_by_role("progressbar").is_visible()
        page.wait_for_timeout(300)
        held[0].continue_()
    expect(page.locator("#progress-text")).to_have_text("5 files in the zip.")


def test_more_than_memory_should_hold_is_refused_in_a_sentence(reader: Recipient) -> None:
    line = json.dumps({"key": "huge.pdf", "url": "https://x.example/d/huge.pdf", "size": 600_000_000})
    reader.page.route("**/manifest.jsonl*", lambda route: route.fulfill(body=f"{line}\n"))
    reader.page.reload()
    reader.wait().select("huge.pdf")
    reader.page.get_by_role("button", name="Download as zip").click()
    expect(reader.page.locator("#progress-text")).to_contain_text("This browser can put up to 500 MB into one zip.")


def test_a_person_who_chooses_no_file_after_all_has_changed_nothing(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.add_init_script("window.showSaveFilePicker = async () => { throw new DOMException('', 'AbortError'); };")
    recipient.open(address).select("empty.pdf")
    page.get_by_role("button", name="Download as zip").click()
    assert page.locator("#download").is_hidden()


def test_a_file_that_cannot_be_written_is_told(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.add_init_script("window.showSaveFilePicker = async () => { throw new DOMException('', 'NotAllowedError'); };")
    recipient.open(address).select("empty.pdf")
    page.get_by_role("button", name="Download as zip").click()
    expect(page.locator("#progress-text")).to_contain_text("The zip could not be saved")


def test_a_zip_that_is_stopped_leaves_no_file_where_it_was_to_be(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.add_init_script(PICKS)
    page.route("**/d/**", lambda _: None)  # an answer that never comes
    recipient.open(address).select("empty.pdf")
    page.get_by_role("button", name="Download as zip").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#progress-text")).to_have_text("Stopped. Nothing was saved.")
    files = "async () => { const found = []; for await (const [name] of await navigator.storage.getDirectory())"
    assert page.evaluate(f"{files} found.push(name); return found; }}") == []
    page.unroute_all(behavior="ignoreErrors")


def test_who_is_asked_to_slow_down_waits_and_asks_again(reader: Recipient) -> None:
    """As a function's URL answers when too many click at once."""
    reader.page.route("**/d/**", lambda route: route.fulfill(status=429), times=1)
    reader.select("Übersicht 2026.pdf")
    assert list(contents(zipped(reader.page)[1])) == ["acme/Übersicht 2026.pdf"]


def test_what_is_larger_than_it_was_said_to_be_is_not_put_into_memory(reader: Recipient) -> None:
    """Sizes come from the manifest, and may be unknown."""
    page = reader.page
    line = json.dumps({"key": "huge.pdf", "url": f"{page.url}d/huge"})
    page.route("**/manifest.jsonl*", lambda route: route.fulfill(body=f"{line}\n"))
    page.add_init_script(
        "const asked = window.fetch; window.fetch = (url, how) => String(url).includes('d/huge') ? new Response("
        "new ReadableStream({ pull: (sink) => sink.enqueue(new Uint8Array(50_000_000)) })) : asked(url, how);"
    )
    page.reload()
    reader.wait().select("huge.pdf")
    page.get_by_role("button", name="Download as zip").click()
    expect(page.locator("#progress-text")).to_contain_text("This browser can put up to 500 MB", timeout=30_000)

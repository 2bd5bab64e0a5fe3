"""What fails is tried again, at once where somebody asks for it, and what came in part is forgotten."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.browser.answering import LINES, answers, fails, lines
from tests.browser.conftest import BUCKET, Laptop
from tests.browser.recipient import Recipient

pytestmark = pytest.mark.xdist_group("browser")

# The first answer is cut behind two lines and half of one.
CUT = """
const asked = window.fetch;
let cuts = 1;
window.fetch = async (url, how) => {
  const answer = await asked(url, how);
  if (!String(url).startsWith("manifest.jsonl") || !cuts--) return answer;
  const text = (await answer.text()).slice(0, -5);
  const half = new ReadableStream({
    start: (sink) => sink.enqueue(new TextEncoder().encode(text)),
    pull: (sink) => new Promise((go) => setTimeout(go, 300)).then(() => sink.error(new TypeError("cut"))),
  });
  return new Response(half, { status: 200, headers: answer.headers });
};
"""


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("retries/", {"q1.pdf": b"%PDF one", "q2.pdf": b"%PDF two"})
    return laptop.share("retries/", "Retried")


def test_who_asks_for_it_has_it_tried_again_at_once_while_the_page_follows(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    recipient.open(address)
    page.route(LINES, fails(503))
    page.clock.fast_forward(61_000)
    expect(page.locator("#state")).to_contain_text("cannot be read just now")
    recipient.wait_in_vain(LINES)
    page.unroute(LINES)
    with page.expect_response(LINES):
        page.get_by_role("button", name="Try again now").click()
    expect(page.locator("#state")).to_have_text("2 documents")


def test_failures_are_asked_for_again_less_and_less_often(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    recipient.open(address)
    page.route(LINES, fails(503))
    asked: list[str] = []
    page.on("response", lambda response: asked.append(urlsplit(response.url).path))
    for _ in range(120):
        page.clock.run_for(30_000)
    assert 8 <= len(asked) <= 14  # an hour


def test_a_list_that_changes_faster_than_it_can_be_read_is_read_from_its_beginning_later(
    recipient: Recipient, address: str
) -> None:
    page = recipient.page
    changing = [step for _ in range(4) for step in (lines("gone.pdf", more="x"), fails(409))]
    page.route(LINES, answers(*changing, lines("a.pdf", "b.pdf")))
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("cannot be read just now")
    expect(page.locator("#state")).to_have_text("2 documents", timeout=8000)
    assert recipient.names == ["a.pdf", "b.pdf"]


def test_what_came_of_a_piece_that_was_cut_is_forgotten(recipient: Recipient, address: str) -> None:
    """A document that was taken away before the piece is asked for again is in no line of it."""
    page = recipient.page
    page.add_init_script(CUT)
    page.route(LINES, answers(lines("a.pdf", "gone.pdf", "c.pdf"), lines("a.pdf", "c.pdf")))
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("offline")
    expect(page.locator("#rows")).to_contain_text("gone.pdf")
    expect(page.locator("#state")).to_have_text("2 documents", timeout=8000)
    assert recipient.names == ["a.pdf", "c.pdf"]


def test_trouble_is_not_spoken_of_any_longer_when_lines_come_again(recipient: Recipient, address: str) -> None:
    page = recipient.page
    told: list[str] = []

    def last(route: Route) -> None:
        page.wait_for_timeout(500)
        told.append(recipient.state)
        lines("c.pdf")(route)

    page.route(LINES, answers(lines("a.pdf", more="x"), fails(503), lines("b.pdf", more="y"), last))
    page.goto(address)
    expect(page.locator("#state")).to_have_text("3 documents", timeout=10_000)
    assert "cannot be read" not in told[0]


def test_a_name_that_could_not_be_had_is_asked_for_again(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    page.route("**/share.json", fails(503))
    recipient.open(address)
    assert page.title() == "Shared documents"
    page.unroute("**/share.json")
    page.clock.fast_forward(61_000)
    expect(page.locator("h1")).to_have_text("Retried")
    assert "Open until" in page.locator("#about").inner_text()


def test_a_list_that_is_mended_is_shown_again(recipient: Recipient, laptop: Laptop, prefix: str) -> None:
    laptop.upload(prefix, {"a.pdf": b"%PDF"})
    address = laptop.share(prefix)
    page = recipient.page
    page.clock.install()
    recipient.open(address)
    key = f"manifests/{prefix}manifest.jsonl"
    metadata = laptop.s3.head_object(Bucket=BUCKET, Key=key)["Metadata"]
    laptop.s3.put_object(Bucket=BUCKET, Key=key, Body=b"no line\n", Metadata=metadata)
    page.clock.fast_forward(61_000)
    expect(page.locator("#state")).to_contain_text("damaged")
    laptop.upload(prefix, {"b.pdf": b"%PDF"})
    page.clock.fast_forward(60_000)
    expect(page.locator("#news")).to_contain_text("1 new document.")


def test_what_is_taken_back_while_the_list_is_read_is_no_longer_selected(recipient: Recipient, address: str) -> None:
    page = recipient.page

    def taken_back(route: Route) -> None:
        recipient.select("a.pdf")
        route.fulfill(body=json.dumps({"key": "a.pdf", "deleted": True}) + "\n")

    page.route(LINES, answers(lines("a.pdf", "b.pdf", more="x"), taken_back))
    recipient.open(address)
    assert recipient.names == ["b.pdf"]
    expect(page.locator("#bar")).to_be_hidden()


def test_changes_are_told_by_what_they_are(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    before = [{"key": f"{name}.pdf", "url": "https://x.example/", "etag": "1"} for name in "abc"]
    after = [before[0] | {"etag": "2"}, {"key": "b.pdf", "archived": True}, before[2], before[2] | {"key": "d.pdf"}]

    def told(documents: list[Any]) -> Callable[[Route], object]:
        return lambda route: route.fulfill(body="".join(json.dumps(each) + "\n" for each in documents))

    page.route(LINES, answers(told(before), told(after)))
    recipient.open(address)
    page.clock.fast_forward(61_000)
    expect(page.locator("#news")).to_contain_text("1 new document, 2 changed.")

"""What is the matter is said in a sentence; and the page goes on looking."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.answering import LINES, answers, fails, lines
from tests.browser.conftest import BUCKET, Laptop
from tests.browser.recipient import Recipient, another

pytestmark = pytest.mark.xdist_group("browser")

DAY = 24 * 60 * 60
# The first answer with lines ends as a connection does that is cut: a fetch tells it by a TypeError in its body.
CUTS_ONCE = """
const asked = window.fetch;
let cuts = 1;
window.fetch = async (url, how) => {
  const answer = await asked(url, how);
  if (!String(url).startsWith("manifest.jsonl") || !cuts--) return answer;
  const text = await answer.text();
  const half = new ReadableStream({
    start: (sink) => sink.enqueue(new TextEncoder().encode(text.slice(0, text.length / 2))),
    pull: (sink) => sink.error(new TypeError("cut")),
  });
  return new Response(half, { status: 200, headers: answer.headers });
};
"""


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("states/", {"q1.pdf": b"%PDF one", "q2.pdf": b"%PDF two"})
    return laptop.share("states/")


def test_an_empty_share_says_so_and_shows_what_comes(recipient: Recipient, laptop: Laptop, prefix: str) -> None:
    laptop.upload(prefix, {"a.pdf": b"%PDF"})
    address = laptop.share(prefix)
    laptop.s3.delete_object(Bucket=BUCKET, Key=f"{prefix}a.pdf")
    laptop.shell.answer("invoke-full", f"PREFIX={prefix}")
    recipient.page.clock.install()
    recipient.open(address)
    assert recipient.state.startswith("There are no documents here yet.")
    laptop.upload(prefix, {"first.pdf": b"%PDF"})
    recipient.page.clock.fast_forward(61_000)
    expect(recipient.page.locator("#state")).to_have_text("1 document")
    assert recipient.names == ["first.pdf"]


def test_a_share_that_is_none_is_a_page_without_script(recipient: Recipient, address: str) -> None:
    answer = recipient.page.goto(another(address))
    assert answer is not None
    assert answer.status == 404
    assert "does not exist or has ended" in recipient.page.inner_text("body")
    assert "script-src" not in answer.headers["content-security-policy"]


def test_a_share_that_ends_while_it_is_looked_at_says_so_and_asks_no_more(
    recipient: Recipient, laptop: Laptop, prefix: str
) -> None:
    laptop.upload(prefix, {"a.pdf": b"%PDF"})
    address = laptop.share(prefix)
    recipient.page.clock.install()
    recipient.open(address)
    assert laptop.shell.make("unshare", f"SHARE={address}").returncode == 0
    recipient.page.clock.fast_forward(61_000)
    expect(recipient.page.locator("#state")).to_contain_text("does not exist or has ended")
    asked: list[str] = []
    recipient.page.on("request", lambda request: asked.append(request.url))
    recipient.page.clock.fast_forward(DAY * 1000)
    assert asked == []


def test_offline_is_said_and_is_over_as_soon_as_there_is_a_network(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.route(LINES, lambda route: route.abort("internetdisconnected"))
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("You seem to be offline.")
    page.unroute(LINES)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("#state")).to_have_text("2 documents", timeout=1500)


def test_who_does_not_want_to_wait_tries_again(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    page.route(LINES, fails(503))
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("cannot be read just now")
    recipient.wait_in_vain(LINES)
    page.unroute(LINES)
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator("#state")).to_have_text("2 documents")


@pytest.mark.parametrize("status", [500, 429])
def test_a_failure_passes_and_nothing_is_lost(recipient: Recipient, address: str, status: int) -> None:
    recipient.page.route(LINES, answers(lines("a.pdf", more="x"), fails(status), lines("b.pdf", "c.pdf")))
    recipient.page.goto(address)
    expect(recipient.page.locator("#state")).to_contain_text("cannot be read just now")
    assert recipient.names == ["a.pdf"]
    expect(recipient.page.locator("#state")).to_have_text("3 documents", timeout=8000)


def test_a_connection_that_breaks_in_the_middle_of_a_piece_is_gone_on_with(recipient: Recipient, address: str) -> None:
    recipient.page.add_init_script(CUTS_ONCE)
    recipient.page.goto(address)
    expect(recipient.page.locator("#state")).to_contain_text("You seem to be offline.")
    expect(recipient.page.locator("#state")).to_have_text("2 documents", timeout=8000)


def test_a_list_that_changed_while_it_was_read_is_read_from_its_beginning(recipient: Recipient, address: str) -> None:
    again = (lines("a.pdf", more="y"), lines("b.pdf"))
    recipient.page.route(LINES, answers(lines("gone.pdf", more="x"), fails(409), *again))
    recipient.open(address)
    assert recipient.names == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize(
    "answer",
    [
        fails(500, reason="damaged"),
        lambda route: route.fulfill(body='{"key": "a.pdf"}\n{"key": 7}\n'),
        lambda route: route.fulfill(body="<html>a proxy's page</html>"),
    ],
    ids=["told", "a line that is none", "no lines at all"],
)
def test_a_damaged_list_says_so_and_shows_what_came_before(recipient: Recipient, address: str, answer: Any) -> None:
    recipient.page.route(LINES, answers(lines("a.pdf", more="x"), answer))
    recipient.open(address)
    assert recipient.state.startswith("A part of this list is damaged")
    assert recipient.names[0] == "a.pdf"


def test_a_manifest_that_is_damaged_in_the_store_says_so(recipient: Recipient, laptop: Laptop, prefix: str) -> None:
    laptop.upload(prefix, {"a.pdf": b"%PDF"})
    address = laptop.share(prefix)
    key = f"manifests/{prefix}manifest.jsonl"
    metadata = laptop.s3.head_object(Bucket=BUCKET, Key=key)["Metadata"]
    laptop.s3.put_object(Bucket=BUCKET, Key=key, Body=b"no line\n", Metadata=metadata)
    recipient.open(address)
    assert recipient.state.startswith("A part of this list is damaged")


def test_what_is_archived_has_no_link_and_says_why(recipient: Recipient, address: str) -> None:
    archived = json.dumps({"key": "old.pdf", "size": 5, "archived": True})
    recipient.page.route(LINES, lambda route: route.fulfill(body=f"{archived}\n"))
    recipient.open(address)
    row = recipient.row("old.pdf")
    assert "in an archive" in row.inner_text()
    assert not row.get_by_role("link").count()
    assert not row.get_by_role("button").count()


def test_changes_are_offered_and_shown_when_the_reader_wants_them(
    browser: Browser, laptop: Laptop, prefix: str
) -> None:
    laptop.upload(prefix, {"a.pdf": b"%PDF", "b.pdf": b"%PDF"})
    address = laptop.share(prefix)
    with Recipient.at(browser) as somebody:
        page = somebody.page
        page.clock.install()
        somebody.open(address)
        laptop.s3.delete_object(Bucket=BUCKET, Key=f"{prefix}b.pdf")
        laptop.upload(prefix, {"c.pdf": b"%PDF", "d.pdf": b"%PDF", "e.pdf": b"%PDF"})
        page.clock.fast_forward(61_000)
        expect(page.locator("#news")).to_contain_text("3 new documents, 1 gone.")
        assert somebody.names == ["a.pdf", "b.pdf"]
        page.get_by_role("button", name="Show").click()
        assert somebody.names == ["a.pdf", "c.pdf", "d.pdf", "e.pdf"]
        assert page.locator("em:visible").count() == 3
        assert page.locator("#news").inner_text() == ""


def test_who_looks_on_for_a_day_costs_an_answer_without_a_body_a_minute(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    recipient.open(address)
    statuses: list[int] = []
    page.on("response", lambda response: statuses.append(response.status))
    for minute in range(1, 21):
        with page.expect_response(LINES):
            page.clock.fast_forward(61_000)
        assert len(statuses) == minute
    assert set(statuses) == {304}
    assert recipient.state == "2 documents"


def test_nobody_who_looks_elsewhere_asks(recipient: Recipient, address: str) -> None:
    page = recipient.page
    page.clock.install()
    recipient.open(address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.fast_forward(DAY * 1000)
    assert asked == []
    with page.expect_response(LINES):
        page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    assert len(asked) == 1

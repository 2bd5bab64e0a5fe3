"""A share's feed, by the rules of RFC 4287, and by a program that reads feeds.

The numbers are those of https://www.rfc-editor.org/rfc/rfc4287.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.open_link import share as share_of_functions
from functions.open_link.feed import Feed
from shared.domain.sharing import Share
from shared.sharing.entries import Entry
from tests.clicks import BASE
from tests.opened import AT, ID, TREE, Opened

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)").fullmatch
LATER = "2026-04-03T08:00:00+02:00"
KNOWN = {"author", "entry", "id", "link", "title", "updated", "summary", "name"}


@pytest.fixture
def opened() -> Opened:
    return Opened()


def fed(opened: Opened, **headers: str) -> dict[str, Any]:
    return opened.click(f"{AT}/feed.atom", **headers)


def only(parent: ET.Element, name: str) -> ET.Element:
    (found,) = parent.findall(f"{ATOM}{name}")
    return found


def require_valid(body: str) -> ET.Element:
    """What RFC 4287 asks of a document, of those elements that this one may have."""
    root = ET.fromstring(body)
    assert root.tag == f"{ATOM}feed"
    assert {each.tag.removeprefix(ATOM) for each in root.iter()} - {"feed"} <= KNOWN
    for each in (root, *root.findall(f"{ATOM}entry")):
        require_common(each)
    assert only(only(root, "author"), "name").text  # 4.1.1: a feed, or all of its entries, have an author
    ids = [only(entry, "id").text for entry in root.findall(f"{ATOM}entry")]
    assert len({*ids, only(root, "id").text}) == len(ids) + 1
    (own,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]  # 4.1.1: SHOULD
    assert own.get("href", "").endswith("/feed.atom")
    return root


def require_common(parent: ET.Element) -> None:
    """4.1.1 and 4.1.2: exactly one id, title and updated, an alternate link; 4.2.6: an id is an IRI; 3.3: dates."""
    UUID((only(parent, "id").text or "").removeprefix("urn:uuid:"))
    assert only(parent, "title").text is not None
    updated = only(parent, "updated").text or ""
    assert DATE(updated)
    datetime.fromisoformat(updated)
    alternates = [link for link in parent.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert len(alternates) == 1
    for link in parent.findall(f"{ATOM}link"):
        assert re.fullmatch(r"https://[!-~]+", link.get("href", ""))
        assert (link.get("length") or "0").isdecimal()


def test_it_is_valid_and_has_a_document_an_entry_the_newest_first(opened: Opened) -> None:
    opened.s3.tick(60)
    opened.s3.upload("acme/new & <b>.pdf", b"%PDF-new")
    opened.commit("acme/new & <b>.pdf")
    answer = fed(opened)
    assert answer["headers"]["content-type"] == "application/atom+xml; charset=utf-8"
    root = require_valid(answer["body"])
    titles = [only(entry, "title").text for entry in root.findall(f"{ATOM}entry")]
    assert titles[0] == "new & <b>.pdf"
    assert sorted(map(str, titles)) == ["new & <b>.pdf", "q1.pdf", "q2 final.pdf", "übersicht.pdf"]
    assert "secret" not in answer["body"]


def test_a_feed_reader_reads_it(opened: Opened) -> None:
    told = feedparser.parse(fed(opened)["body"].encode(), response_headers={"content-type": "application/atom+xml"})
    assert not told.bozo
    assert told.version == "atom10"
    assert told.feed.title == "April"
    assert {entry.link for entry in told.entries} == {line["url"] for line in opened.lines()}
    assert {(link.type, link.length) for entry in told.entries for link in entry.enclosures} == {
        ("application/pdf", str(len(key.encode()))) for key in TREE if key.startswith("acme/")
    }


def test_an_entrys_id_stays_and_another_content_is_another_entry(opened: Opened) -> None:
    def ids() -> dict[str, str]:
        root = require_valid(fed(opened)["body"])
        return {str(only(entry, "summary").text): str(only(entry, "id").text) for entry in root.findall(f"{ATOM}entry")}

    before = ids()
    opened.commit("acme/q1.pdf")
    assert ids() == before
    opened.s3.upload("acme/q1.pdf", b"%PDF another")
    opened.commit("acme/q1.pdf")
    after = ids()
    assert {key for key in after if after[key] != before[key]} == {"q1.pdf"}


def test_no_id_tells_the_shares_address(opened: Opened) -> None:
    root = require_valid(fed(opened)["body"])
    assert ID not in "".join(str(each.text) for each in root.iter(f"{ATOM}id"))


def test_what_has_not_changed_is_answered_from_the_list(opened: Opened) -> None:
    etag = fed(opened)["headers"]["etag"]
    opened.s3.calls.clear()
    again = fed(opened, if_none_match=etag)
    assert (again["statusCode"], again["body"]) == (304, "")
    assert opened.s3.calls == ["get_object", "list_objects_v2"]
    opened.s3.upload("acme/other.pdf")
    opened.commit("acme/other.pdf")
    assert fed(opened, if_none_match=etag)["statusCode"] == 200


@pytest.mark.parametrize("known", ["{}", "W/{}", '"x", {}', 'W/"a,b" , W/{}', "*"])
def test_what_has_not_changed_is_known_however_it_is_asked(opened: Opened, known: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2."""
    etag = fed(opened)["headers"]["etag"].removeprefix("W/")
    assert fed(opened, if_none_match=known.format(etag))["statusCode"] == 304
    assert fed(opened, if_none_match=etag[:-2] + '"')["statusCode"] == 200


def test_a_star_in_another_tag_is_none(opened: Opened) -> None:
    assert fed(opened, if_none_match='"a,*,b"')["statusCode"] == 200


def test_a_feed_of_another_format_is_not_the_one_that_is_known(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = fed(opened)["headers"]["etag"]
    monkeypatch.setattr(share_of_functions, "FORMAT", 99)
    assert fed(opened, if_none_match=etag)["statusCode"] == 200


def test_it_was_updated_when_the_newest_whose_time_is_one_was() -> None:
    share = Share("docs", "acme/", "April", "2026-04-02T08:00:00Z", None)
    some = [Entry("a", "https://x.example/", -5, "e", "yesterday"), Entry("b", "https://x.example/", 1, "e", LATER)]
    root = require_valid(Feed(share, ID, f"{BASE}{AT}").answer(some, '"1"').body.decode())
    assert only(root, "updated").text == "2026-04-03T06:00:00Z"


def test_what_no_document_should_have_makes_no_feed_that_cannot_be_read() -> None:
    share = Share("docs", "acme/", "April", "2026-04-02T08:00:00Z", None)
    strange = Entry("\ud800/" + "x" * 1000 + ".pdf", "https://x.example/", 1, "\udfff", "yesterday")
    answer = Feed(share, ID, f"{BASE}{AT}").answer([strange], '"1"')
    (entry,) = require_valid(answer.body.decode()).findall(f"{ATOM}entry")
    assert only(entry, "updated").text == share.created
    assert only(entry, "title").text == "x" * 1000 + ".pdf"


def test_what_is_archived_or_gone_is_not_in_it(opened: Opened) -> None:
    opened.s3.archive("acme/q1.pdf")
    opened.commit("acme/q1.pdf")
    opened.s3.remove("acme/q2 final.pdf")
    opened.commit("acme/q2 final.pdf")
    root = require_valid(fed(opened)["body"])
    assert [only(entry, "title").text for entry in root.findall(f"{ATOM}entry")] == ["übersicht.pdf"]


def test_an_empty_share_has_a_valid_feed(opened: Opened) -> None:
    opened.share("none/")
    root = require_valid(fed(opened)["body"])
    assert not root.findall(f"{ATOM}entry")
    assert only(root, "updated").text == "2026-04-02T08:00:00Z"


def test_a_share_without_a_label_has_a_title(opened: Opened) -> None:
    opened.share(label="")
    assert only(require_valid(fed(opened)["body"]), "title").text == "Shared documents"


def test_a_share_that_has_ended_has_none(opened: Opened) -> None:
    opened.s3.tick(91 * 86400)
    assert fed(opened)["statusCode"] == 404


def test_no_more_than_fifty_are_in_it(opened: Opened) -> None:
    keys = [f"acme/{number:03}.pdf" for number in range(120)]
    for key in keys:
        opened.s3.tick()
        opened.s3.upload(key)
    for key in keys:
        opened.commit(key)
    root = require_valid(fed(opened)["body"])
    titles = [only(entry, "title").text for entry in root.findall(f"{ATOM}entry")]
    assert titles == [f"{number:03}.pdf" for number in range(119, 69, -1)]


ENTRIES = st.builds(
    Entry,
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    url=st.just(f"{BASE}/s/x/d/abc"),
    size=st.none() | st.integers(0, 2**42),
    etag=st.none() | st.text(max_size=8),
    last_modified=st.none() | st.just("2026-04-02T08:11:43Z"),
)


@settings(deadline=None)
@given(st.lists(ENTRIES, max_size=8, unique_by=lambda entry: entry.key), st.text(max_size=20))
def test_whatever_documents_are_called_it_is_valid(entries: list[Entry], label: str) -> None:
    share = Share("docs", "acme/", label, "2026-04-02T08:00:00Z", None)
    answer = Feed(share, ID, f"{BASE}{AT}").answer(entries, 'W/"x"')
    root = require_valid(answer.body.decode())
    assert len(root.findall(f"{ATOM}entry")) == len(entries)
    assert not feedparser.parse(answer.body).bozo

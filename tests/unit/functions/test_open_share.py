"""A click on a share, from the event to the answer."""

import gzip
import json
from base64 import b64decode

import pytest

from shared.domain.opaque import encoded, named
from tests.clicks import BASE
from tests.opened import AT, Opened
from tests.shown import read_pieces


@pytest.fixture
def opened() -> Opened:
    return Opened()


def test_the_manifest_of_a_share_has_its_prefixs_documents_with_links_of_the_shares_own(opened: Opened) -> None:
    lines = opened.lines()
    assert [line["key"] for line in lines] == ["2026/übersicht.pdf", "q1.pdf", "q2 final.pdf"]
    assert lines[1]["url"] == f"{BASE}{AT}/d/{encoded(b'q1.pdf')}/q1.pdf"
    assert not any("Signature" in line["url"] for line in lines)


def test_each_of_its_links_opens_its_document(opened: Opened) -> None:
    for line in opened.lines():
        answer = opened.click(line["url"].removeprefix(BASE))
        assert answer["statusCode"] == 302
        assert "X-Amz-Expires=300" in answer["headers"]["location"]


def test_a_click_on_a_document_costs_two_requests(opened: Opened) -> None:
    opened.click(f"{AT}/d/{named('q1.pdf')}")
    assert opened.s3.calls == ["get_object", "head_object"]


def test_its_links_are_an_address_a_line(opened: Opened) -> None:
    answer = opened.click(f"{AT}/links.txt")
    assert answer["headers"]["content-type"] == "text/plain; charset=utf-8"
    assert answer["body"].splitlines() == [line["url"] for line in opened.lines()]


def test_the_page_is_a_page_whatever_is_asked_for_and_names_no_document(opened: Opened) -> None:
    for accept in ("text/html", "*/*"):
        answer = opened.click(f"{AT}/", accept=accept)
        assert answer["statusCode"] == 200
        assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
        assert answer["headers"]["cache-control"] == "no-store"
        assert "q1.pdf" not in answer["body"]


def test_what_there_is_told(opened: Opened) -> None:
    (told,) = opened.lines(f"{AT}/share.json")
    assert told == {
        "label": "April",
        "created": "2026-04-02T08:00:00Z",
        "ends": "2026-07-01T08:00:00Z",
        "folders": 2,
        "more": False,
        "updated": "2026-04-02T08:00:00Z",
    }


def test_without_a_slash_it_is_elsewhere(opened: Opened) -> None:
    answer = opened.click(AT)
    assert (answer["statusCode"], answer["headers"]["location"]) == (308, f"{BASE}{AT}/")


def test_pieces_name_the_next_by_a_link(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    read_pieces(monkeypatch, 1)
    keys, query = [], ""
    for _ in range(3):
        answer = opened.click(f"{AT}/manifest.jsonl", query=query)
        keys += [json.loads(line)["key"] for line in answer["body"].splitlines()]
        query = answer["headers"].get("link", "").removeprefix("<manifest.jsonl?").removesuffix('>; rel="next"')
    assert (keys, query) == (["2026/übersicht.pdf", "q1.pdf", "q2 final.pdf"], "")


def test_asked_again_nothing_is_read_but_the_record_and_a_list(opened: Opened) -> None:
    for name in ("manifest.jsonl", "links.txt", "feed.atom"):
        etag = opened.click(f"{AT}/{name}")["headers"]["etag"]
        opened.s3.calls.clear()
        answer = opened.click(f"{AT}/{name}", if_none_match=f'"x", {etag}')
        assert (answer["statusCode"], answer["body"]) == (304, "")
        assert opened.s3.calls == ["get_object", "list_objects_v2"]
    opened.commit("acme/q1.pdf")
    assert opened.click(f"{AT}/manifest.jsonl", if_none_match=etag)["statusCode"] == 200
    opened.share(label="May")
    assert opened.click(f"{AT}/manifest.jsonl", if_none_match=etag)["statusCode"] == 200


def test_it_is_packed_for_who_accepts_it(opened: Opened) -> None:
    for number in range(9):
        opened.s3.upload(f"acme/{number}.pdf")
        opened.commit(f"acme/{number}.pdf")
    answer = opened.click(f"{AT}/manifest.jsonl", accept_encoding="gzip")
    assert answer["headers"]["content-encoding"] == "gzip"
    assert len(gzip.decompress(b64decode(answer["body"])).splitlines()) == 12


def test_a_head_tells_what_a_get_would_without_a_body(opened: Opened) -> None:
    for name in ("", "manifest.jsonl", "links.txt", "share.json"):
        head, get = (opened.click(f"{AT}/{name}", method) for method in ("HEAD", "GET"))
        assert (head["statusCode"], head["headers"], head["body"]) == (200, get["headers"], "")

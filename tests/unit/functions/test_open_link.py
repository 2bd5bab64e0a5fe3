"""A click on a document's link, from the event to the answer."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.open_link.document import disposition
from functions.open_link.request import Request
from shared.domain.errors import EventError
from tests.clicks import BASE, Clicks, event
from tests.conftest import Log
from tests.fake_objects import refusal

HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "strict-transport-security": "max-age=31536000",
}


@pytest.fixture
def clicks() -> Clicks:
    clicks = Clicks()
    clicks.s3.upload("a/q1.pdf")
    return clicks


def leads_to(answer: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The address without its query, and the query."""
    url = urlsplit(answer["headers"]["location"])
    return f"{url.scheme}://{url.netloc}{url.path}", {name: each[0] for name, each in parse_qs(url.query).items()}


def test_a_click_leads_to_a_fresh_presigned_link(clicks: Clicks) -> None:
    answer = clicks.click(clicks.path_of("a/q1.pdf"))
    address, query = leads_to(answer)
    assert answer["statusCode"] == 302
    assert answer["body"] == ""
    assert address == "https://docs.s3.eu-west-1.amazonaws.com/a/q1.pdf"
    assert query["X-Amz-Expires"] == "300"
    assert query["response-content-type"] == "application/pdf"
    assert query["response-cache-control"] == "private, no-store"
    assert query["response-content-disposition"] == "inline; filename=\"q1.pdf\"; filename*=UTF-8''q1.pdf"
    assert answer["headers"].items() >= HEADERS.items()


def test_a_click_costs_one_request(clicks: Clicks) -> None:
    clicks.click(clicks.path_of("a/q1.pdf"))
    assert clicks.s3.calls == ["head_object"]


def test_a_head_leads_to_a_link_that_is_signed_for_it(clicks: Clicks) -> None:
    path = clicks.path_of("a/q1.pdf")
    head, get = clicks.click(path, "HEAD"), clicks.click(path)
    assert head["statusCode"] == 302
    assert leads_to(head)[1]["X-Amz-Signature"] != leads_to(get)[1]["X-Amz-Signature"]


def test_a_download_is_one_that_is_asked_for(clicks: Clicks) -> None:
    answer = clicks.click(clicks.path_of("a/q1.pdf"), query="download")
    assert leads_to(answer)[1]["response-content-disposition"].startswith("attachment; ")


def test_the_name_for_people_decides_nothing(clicks: Clicks) -> None:
    path = clicks.path_of("a/q1.pdf").rsplit("/", 1)[0]
    for name in ("", "/", "/q2.pdf", "/../../x", "/%2F%00", "/a/b/c", "/ü?"):
        assert leads_to(clicks.click(path + name))[0].endswith("/a/q1.pdf")


@pytest.mark.parametrize("key", ["manifests/a/manifest.jsonl", ".staging/x.pdf", "manifests/x.pdf", "a/notes.txt", ""])
def test_a_right_mac_over_what_is_no_document_opens_nothing(clicks: Clicks, key: str) -> None:
    clicks.s3.upload(key)
    answer = clicks.click(clicks.path_of(key))
    assert answer["statusCode"] == 404
    assert clicks.s3.calls == []


def test_what_is_gone_says_so(clicks: Clicks) -> None:
    assert clicks.click(clicks.path_of("a/q9.pdf"))["statusCode"] == 410


def test_what_is_archived_says_so(clicks: Clicks) -> None:
    clicks.s3.upload("a/old.pdf")
    clicks.s3.archive("a/old.pdf")
    answer = clicks.click(clicks.path_of("a/old.pdf"))
    assert answer["statusCode"] == 409
    assert "archive" in json.loads(answer["body"])["detail"]


@pytest.mark.parametrize("key", ["a/../q1.pdf", "./q1.pdf", "a/./q1.pdf"])
def test_a_key_that_clients_would_change_is_never_a_redirect(clicks: Clicks, key: str) -> None:
    clicks.s3.upload(key)
    assert clicks.click(clicks.path_of(key))["statusCode"] == 409
    assert clicks.s3.calls == []


@pytest.mark.parametrize("code", ["AccessDenied", "InternalError", "SlowDown", "ExpiredToken"])
def test_an_error_of_s3_is_never_read_as_gone_and_counts_for_this_version(
    clicks: Clicks, code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")

    def refuse(_name: str, _request: dict[str, Any]) -> None:
        raise refusal(code, "HeadObject")

    clicks.s3.before = refuse
    answer = clicks.click(clicks.path_of("a/q1.pdf"))
    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"] == "60"
    assert capsys.readouterr().out.count('"VersionFailures":[1.0]') == 1


def test_what_nobody_foresaw_is_answered_and_logged_without_a_word_of_it(clicks: Clicks, log: Log) -> None:
    path = clicks.path_of("a/q1.pdf")

    def fail(_name: str, _request: dict[str, Any]) -> None:
        raise ZeroDivisionError(path)

    clicks.s3.before = fail
    answer = clicks.click(path)
    assert answer["statusCode"] == 500
    assert [line["message"] for line in log()] == ["unexpected", "answered"]
    assert "ZeroDivisionError" in json.dumps(log())
    assert not [each for each in path.split("/")[2:] if each in json.dumps(answer) + json.dumps(log())]


@pytest.mark.parametrize(("bucket_answers", "status"), [(None, 410), ("400", 503)])
def test_a_400_is_of_the_key_or_of_who_asks(clicks: Clicks, bucket_answers: str | None, status: int) -> None:
    """Of a HEAD it tells neither: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html."""

    def refuse(name: str, _request: dict[str, Any]) -> None:
        if name == "head_bucket" and bucket_answers:
            raise refusal(bucket_answers, "HeadBucket")
        if name in ("head_object", "get_object"):
            raise refusal("400", name)

    vars(clicks.s3)["meta"] = SimpleNamespace(region_name="eu-west-1")
    clicks.s3.before = refuse
    assert clicks.click(clicks.path_of("a/q1.pdf"))["statusCode"] == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", ""])
def test_links_can_be_opened_and_nothing_else(clicks: Clicks, method: str) -> None:
    answer = clicks.click(clicks.path_of("a/q1.pdf"), method)
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET, HEAD")
    assert clicks.s3.calls == []


def test_a_path_longer_than_any_of_ours_is_refused(clicks: Clicks) -> None:
    assert clicks.click("/d/" + "a" * 8192)["statusCode"] == 414
    assert clicks.s3.calls == []


def test_a_tool_gets_a_problem_and_a_browser_a_page(clicks: Clicks) -> None:
    tool = clicks.click("/d/x/y/z", accept="*/*")
    browser = clicks.click("/d/x/y/z", accept="text/html,application/xhtml+xml;q=0.9")
    assert tool["headers"]["content-type"] == "application/problem+json"
    assert json.loads(tool["body"]) == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "This link does not exist or has ended.",
    }  # fmt: skip
    assert browser["headers"]["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in browser["headers"]["content-security-policy"]
    assert "does not exist or has ended" in browser["body"]
    assert clicks.click("/d/x/y/z", "HEAD")["body"] == ""


def test_the_base_addresss_own_path_is_no_part_of_a_links() -> None:
    parsed = Request.parse(event("/prod/d/mac/key/name"), "https://api.example.com/prod")
    assert parsed.path == ("d", "mac", "key", "name")


def test_only_a_function_urls_own_domain_is_believed() -> None:
    told = event("/")
    assert Request.parse(told, None).base_url == "https://abc.lambda-url.eu-west-1.on.aws"
    assert Request.parse(told, BASE).base_url == BASE
    for domain in ("evil.example.com", "abc.lambda-url.eu-west-1.on.aws.evil.com", "x@abc.lambda-url.a.on.aws", None):
        told["requestContext"]["domainName"] = domain
        assert Request.parse(told, None).base_url is None


@pytest.mark.parametrize("nonsense", [None, 7, [], {}, "x", {"rawPath": 1, "requestContext": {"http": {"method": 1}}}])
def test_what_is_no_request_is_refused(nonsense: Any) -> None:
    with pytest.raises(EventError, match="is no HTTP request"):
        Request.parse(nonsense, BASE)


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [("gzip", True), ("br, gzip", True), ("gzip;q=0.5", True), ("gzip;q=0", False), ("x-gzip2", False), ("", False)],
)
def test_gzip_is_for_those_who_accept_it(accepts: str, packed: bool) -> None:  # noqa: FBT001 -- a table
    assert Request.parse(event("/", accept_encoding=accepts), BASE).accepts_gzip is packed


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a/q1.pdf", "filename=\"q1.pdf\"; filename*=UTF-8''q1.pdf"),
        ("a/übersicht.pdf", "filename=\"_bersicht.pdf\"; filename*=UTF-8''%C3%BCbersicht.pdf"),
        (
            "a/x\r\nSet-Cookie: a=b.pdf",
            "filename=\"xSet-Cookie: a=b.pdf\"; filename*=UTF-8''xSet-Cookie%3A%20a%3Db.pdf",
        ),
        ("a/\u202efdp.exe.pdf", "filename=\"fdp.exe.pdf\"; filename*=UTF-8''fdp.exe.pdf"),
        ('a/"q";\\.pdf', "filename=\"_q_;_.pdf\"; filename*=UTF-8''%22q%22%3B%5C.pdf"),
    ],
)
def test_a_file_is_called_as_it_is_without_what_cannot_be_seen(key: str, name: str) -> None:
    assert disposition("inline", key) == f"inline; {name}"


def test_the_link_is_of_now(clicks: Clicks) -> None:
    clicks.s3.now = datetime(2027, 1, 1, tzinfo=UTC)
    assert leads_to(clicks.click(clicks.path_of("a/q1.pdf")))[1]["X-Amz-Date"] == "20270101T000000Z"

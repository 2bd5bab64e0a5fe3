"""What a listing tells of archived documents, and stores that know nothing of it."""

from typing import Any

import pytest

from shared.domain.archive import AT_ONCE, Access
from shared.domain.documents import Place
from shared.domain.errors import RequestRefusedError, StoreUnavailableError
from shared.store.pages import listed
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.unit.scan.test_listing import NAMESPACE, answer, answered, entry, pages_of
from tests.world import TREE, Scanned

ONGOING = "<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>"
RESTORED = (
    "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>"
    "<RestoreExpiryDate>2026-04-09T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>"
)


def stored(storage_class: str, restore: str = "") -> str:
    more = f"<StorageClass>{storage_class}</StorageClass>{restore}</Contents>"
    return entry().replace("</Contents>", more)


@pytest.mark.parametrize("namespace", ["", NAMESPACE])
@pytest.mark.parametrize(
    ("storage_class", "restore", "access"),
    [
        ("STANDARD", "", AT_ONCE),
        ("GLACIER_IR", "", AT_ONCE),
        ("INTELLIGENT_TIERING", "", AT_ONCE),
        ("INTELLIGENT_TIERING", ONGOING, Access(archived=True)),
        ("GLACIER", "", Access(archived=True)),
        ("DEEP_ARCHIVE", ONGOING, Access(archived=True)),
        ("GLACIER", RESTORED, Access(restored_until="2026-04-09T00:00:00Z")),
    ],
)
def test_a_page_tells_what_is_archived_and_what_is_restored(
    storage_class: str, restore: str, access: Access, namespace: str
) -> None:
    (document,), _ = listed(answer(stored(storage_class, restore), namespace=namespace))
    assert document.access == access


def test_the_real_client_asks_which_are_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    answered(
        monkeypatch,
        iter([(200, answer(entry()))]),
        lambda request: asked.append(request.headers.get("x-amz-optional-object-attributes")),
    )
    assert [name.decode() if isinstance(name, bytes) else name for name in asked] == ["RestoreStatus"]


@pytest.mark.parametrize("status", [400, 501])
def test_a_store_that_refuses_to_be_asked_is_listed_without(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    refused = b"<Error><Code>NotImplemented</Code><Message>x-amz-optional-object-attributes</Message></Error>"
    asked: list[bool] = []
    pages = iter([(status, refused), (200, answer(entry(), token="t")), (200, answer(entry("c.pdf")))])
    found = answered(
        monkeypatch, pages, lambda request: asked.append("x-amz-optional-object-attributes" in request.headers)
    )
    assert found == [["a/1.pdf"], ["c.pdf"]]
    assert asked == [True, False, False]


@pytest.mark.parametrize(
    ("code", "meaning"), [("EntityTooSmall", RequestRefusedError), ("NotImplemented", StoreUnavailableError)]
)
def test_a_store_that_refuses_the_listing_itself_is_asked_twice(code: str, meaning: type[Exception]) -> None:
    s3, asked = FakeS3(), []

    def fail(_name: str, request: dict[str, Any]) -> None:
        asked.append("OptionalObjectAttributes" in request)
        raise refusal(code)

    s3.before = fail
    with pytest.raises(meaning, match="LIST s3://docs/a/"):
        pages_of(s3, Place("docs", "a/"))
    assert asked == [True, False]


def test_a_scan_gives_links_to_what_can_be_read_and_counts_the_rest_too() -> None:
    world = Scanned(*TREE)
    for key in ("a/1.pdf", "a/b/2.pdf", "d/4.pdf"):
        world.s3.archive(key)
    world.s3.unarchive("d/4.pdf")
    report = world.scan()
    assert sum(rebuilt.count for rebuilt in report.rebuilt.values()) == len(TREE)
    assert world.views() == {"": ["top.pdf"], "a/": ["a/c.pdf"], "a/b/": ["a/b/3.pdf"], "d/": ["d/4.pdf"]}
    assert report.rebuilt["d/"].first_expiry == "2026-04-02T08:15:00Z"

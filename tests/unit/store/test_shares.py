"""The records of shares in their bucket; and walking through one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.domain.documents import Place
from shared.domain.errors import (
    AccessDeniedError,
    BucketMissingError,
    LinkManifestError,
    ShareDamagedError,
    StoreUnavailableError,
)
from shared.domain.sharing import LONGEST_RECORD, Share, digest, new_id
from shared.store.shares import Shares
from shared.store.walk import Walk
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import at, raising

SHARE = Share("docs", "a/", "April", "2026-04-02T08:11:43Z", None)


@pytest.fixture
def s3() -> FakeS3:
    return FakeS3("docs", "shares")


@pytest.fixture
def shares(s3: FakeS3) -> Shares:
    client: Any = s3
    return Shares(client, "shares")


def test_it_is_found_by_one_request_under_the_digest_of_its_id(s3: FakeS3, shares: Shares) -> None:
    share_id = new_id()
    shares.put(share_id, SHARE)
    s3.calls.clear()
    assert shares.find(share_id) == SHARE
    assert s3.calls == ["get_object"]
    (name, record), *_ = s3.buckets["shares"].items()
    assert name == digest(share_id)
    assert share_id not in f"{record.body!r}{record.metadata}"


def test_one_that_is_not_there_costs_one_request_too(s3: FakeS3, shares: Shares) -> None:
    assert shares.find(new_id()) is None
    assert s3.calls == ["get_object"]


def test_the_longest_there_can_be_fits(shares: Shares) -> None:
    share = Share("d" * 63, "\x01" * 1023 + "/", "\U0001f600" * 200, SHARE.created, SHARE.created)
    assert len(share.encode()) < LONGEST_RECORD
    shares.put("longest", share)
    assert shares.find("longest") == share


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("AccessDenied", AccessDeniedError), ("NoSuchBucket", BucketMissingError), ("InternalError", LinkManifestError),
        ("SlowDown", StoreUnavailableError), ("ExpiredToken", LinkManifestError),
    ],
)  # fmt: skip
def test_an_error_is_never_read_as_absence(s3: FakeS3, shares: Shares, code: str, error: type[Exception]) -> None:
    s3.before = at("get_object", raising(refusal(code)), times=9)
    with pytest.raises(error):
        shares.find(new_id())


def test_damage_names_the_record_by_its_digest(s3: FakeS3, shares: Shares) -> None:
    share_id = new_id()
    for record in (b"{}", b"", b" " * (LONGEST_RECORD + 1)):
        s3.upload(digest(share_id), record, "shares")
        with pytest.raises(ShareDamagedError, match=digest(share_id)) as told:
            shares.find(share_id)
        assert share_id not in str(told.value)


def test_all_are_listed_damaged_ones_too_and_nothing_else(s3: FakeS3, shares: Shares) -> None:
    ids = [new_id() for _ in range(3)]
    for share_id in ids:
        shares.put(share_id, SHARE)
    s3.upload(digest(ids[0]), b"{", "shares")
    s3.upload("readme.txt", b"x", "shares")
    names = shares.names()
    assert set(names) == set(map(digest, ids))
    with ThreadPoolExecutor(2) as pool:
        kept = shares.read_all([*names, "0" * 64], pool)
    assert isinstance(kept[digest(ids[0])], ShareDamagedError)
    assert (kept[digest(ids[1])], kept["0" * 64]) == (SHARE, None)


def test_one_that_is_deleted_is_gone_at_once(shares: Shares) -> None:
    share_id = new_id()
    shares.put(share_id, SHARE)
    shares.delete(digest(share_id))
    assert shares.find(share_id) is None


@pytest.mark.parametrize("server", ["", "MinIO", "SeaweedFS"])
def test_a_walk_goes_on_after_any_key_wherever_a_store_can_start(
    s3: FakeS3, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.walk.PAGE", 3)
    keys = [f"a/{number}" for number in range(10)]
    for key in [*keys, "a-/x", "b/x"]:
        s3.upload(key)
    client: Any = _Named(s3, server)
    walk = Walk(client)
    assert [found.key for found in walk.all(Place("docs", "a/"))] == keys
    for number, key in enumerate(keys):
        below = walk.page(Place("docs", "a/"), key)
        assert [found.key for found in below.objects] == keys[number + 1 :][: len(below.objects)]
        assert bool(below.objects) == (number < 9)
        assert below.more == (len(keys) - number - 1 > len(below.objects))


class _Named:
    """A store that says who it is, and loses keys after StartAfter where it is one of those that do."""

    def __init__(self, s3: Any, server: str) -> None:
        self._s3, self._server = s3, server

    def list_objects_v2(self, **request: Any) -> Any:
        if self._server and "StartAfter" in request:
            return {"Listed": ([], None), "Server": self._server}
        return self._s3.list_objects_v2(**request) | {"Server": self._server}

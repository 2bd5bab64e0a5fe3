"""A store that lists folder by folder is scanned in turns, or refused; no folder that has a document is emptied."""

# ruff: noqa: N803 -- S3's names

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.documents import Layout
from shared.domain.errors import StoreUnfitError
from tests.fake_objects import described, refusal
from tests.fake_s3 import FakeS3
from tests.turned import Caps, Turned

NAMES = st.sampled_from(["a", "a-", "a0", "b"])
FILES = st.sampled_from(["1.pdf", "2.pdf", "a-.pdf", "a0.pdf", "note.txt", "9.pdf"])
KEYS = st.builds(
    lambda folders, file: "".join(f"{each}/" for each in folders) + file, st.lists(NAMES, max_size=3), FILES
)
TREES = st.lists(KEYS, min_size=1, max_size=25, unique=True)
FEW = st.integers(1, 5)
CAPS = st.one_of(st.just(Caps()), st.builds(Caps, FEW, FEW, FEW, st.sampled_from([2, 3_000])))
BUDGETS = st.lists(st.integers(3, 30), min_size=1, max_size=5)


def by_folder(key: str) -> list[str]:
    return key.split("/")


class ByFolder(FakeS3):
    """Lists as SeaweedFS does: the folder's own things by name, a folder where its name without the slash is."""

    def _list_objects_v2(
        self, Bucket: str, Prefix: str, MaxKeys: int, ContinuationToken: str = "", Delimiter: str = "", **more: Any
    ) -> dict[str, Any]:
        if Bucket not in self.buckets:
            raise refusal("NoSuchBucket", "ListObjectsV2")
        after = by_folder(ContinuationToken or more.get("StartAfter", ""))
        keys = sorted((key for key in self.buckets[Bucket] if key.startswith(Prefix)), key=by_folder)
        keys = [key for key in keys if by_folder(key) > after or after == [""]]
        keys = [key for key in keys if not (Delimiter and "/" in key[len(Prefix) :])]
        page = [described(key, self.buckets[Bucket][key]) for key in keys[:MaxKeys]]
        answer: dict[str, Any] = {"Listed": (page, page[-1].key if len(keys) > MaxKeys else None)}
        return answer | ({"Folders": self._folders(Bucket, Prefix)} if Delimiter else {})


class Unordered(Turned):
    def __init__(self, keys: list[str], gone: list[str], queue_max: int) -> None:
        super().__init__(keys, Layout(), gone, queue_max, s3=ByFolder("docs", "links"))


def counted(bucket: Turned) -> dict[str, int]:
    """How many documents every manifest has: its lines are in the store's order."""
    return {key: documents for key, (documents, _) in bucket.manifests().items()}


def emptied(bucket: Turned, once: Turned) -> list[str]:
    """Manifests without a document that have some where one stream lists it all."""
    now = counted(bucket)
    return [key for key, documents in counted(once).items() if documents and now.get(key) == 0]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(TREES, TREES, CAPS, BUDGETS, st.integers(1, 30))
def test_turns_make_the_manifests_of_one_stream_or_are_refused(
    keys: list[str], gone: list[str], caps: Caps, budget: list[int], queue_max: int
) -> None:
    once, cut = Turned(keys, Layout(), gone), Unordered(keys, gone, queue_max)
    once.scan()
    try:
        with caps.apply():
            cut.scan_in_turns(budget=budget)
    except StoreUnfitError:
        assert not emptied(cut, once)
        cut.requests_left, cut.seconds_left = 10**6, 60.0
        assert not cut.scan().failed
    now = counted(cut)
    for key, documents in counted(once).items():
        assert not documents or now[key] == documents

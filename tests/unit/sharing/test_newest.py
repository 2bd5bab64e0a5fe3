"""The newest documents of a share, as far as a bounded look finds them."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from shared.domain.documents import Folder
from shared.sharing import contents, newest
from shared.sharing.newest import Newest
from tests.shown import AT, Showing, make_small_ones_large, share_of
from tests.world import manifest_of


class Fed(Showing):
    """Folders that are committed one after the other, a second apart."""

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.newest = Newest(self.folders, self.reader, self.layout)
        self.add(*keys)

    def add(self, *keys: str) -> None:
        for key in keys:
            self.s3.tick()
            self.s3.upload(key, key.encode())
            self.commit(key)
        self.s3.calls.clear()

    def newest_keys(self, most: int = 50, prefix: str = "a/") -> list[str]:
        return [entry.key for entry in self.newest.look(share_of(prefix), AT).entries(most)]


def test_the_newest_come_first_from_whichever_folder() -> None:
    world = Fed("a/1.pdf", "a/b/2.pdf", "a/c/3.pdf", "b/4.pdf", "a/b/5.pdf")
    assert world.newest_keys() == ["b/5.pdf", "c/3.pdf", "b/2.pdf", "1.pdf"]
    assert world.newest_keys(2) == ["b/5.pdf", "c/3.pdf"]


def test_manifests_that_changed_before_the_oldest_of_enough_are_not_read() -> None:
    keys = [f"a/{folder:02}/{number}.pdf" for folder in range(40) for number in range(3)]
    world = Fed(*keys)
    assert world.newest_keys(3) == ["39/2.pdf", "39/1.pdf", "39/0.pdf"]
    assert world.s3.calls.count("get_object") <= 16
    assert world.s3.calls.count("list_objects_v2") == 1


def test_no_more_than_so_many_bytes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Fed(*(f"a/{folder:02}/{number}.pdf" for folder in range(9) for number in range(3)))
    size = len(world.stored(manifest_of("a/00/")).body)
    monkeypatch.setattr(newest, "MOST", 2 * size + 10)
    assert world.newest_keys() == [f"{folder:02}/{number}.pdf" for folder in (8, 7) for number in (2, 1, 0)]
    assert world.s3.calls.count("get_object") == 2


def test_one_that_is_larger_than_that_is_read_nevertheless(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Fed("a/1.pdf")
    monkeypatch.setattr(newest, "MOST", 10)
    assert world.newest_keys() == ["1.pdf"]


def test_no_more_than_so_many_pages_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Fed(*(f"a/{folder:04}/1.pdf" for folder in range(1200)))
    monkeypatch.setattr(newest, "LISTED", 1)
    assert world.newest_keys(1) == ["0999/1.pdf"]
    monkeypatch.setattr(newest, "LISTED", 2)
    assert world.newest_keys(1) == ["1199/1.pdf"]


def test_of_a_large_one_the_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_ones_large(monkeypatch)
    world = Fed(*(f"a/{number}.pdf" for number in range(30)))
    monkeypatch.setattr(newest, "RANGE", 1500)
    monkeypatch.setattr(contents, "RANGE", 1500)
    monkeypatch.setattr(newest, "MOST", 1500)
    assert world.newest_keys() == ["29.pdf", "28.pdf", "27.pdf"]
    world.s3.remove("a/29.pdf")
    world.commit("a/29.pdf")
    assert world.newest_keys()[0] == "28.pdf"


def test_of_a_large_one_as_much_is_read_as_the_others_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rebuild it is sorted by key, and the newest may be anywhere."""
    make_small_ones_large(monkeypatch)
    world = Fed(*(f"a/{number:02}.pdf" for number in reversed(range(30))))
    world.rebuild(Folder("docs", "a/"))
    monkeypatch.setattr(newest, "RANGE", 1500)
    monkeypatch.setattr(contents, "RANGE", 1500)
    assert world.newest_keys() == [f"{number:02}.pdf" for number in range(30)]
    monkeypatch.setattr(newest, "MOST", 3000)
    assert world.newest_keys()[-1] == "29.pdf"
    assert "00.pdf" not in world.newest_keys()


def test_of_many_folders_that_a_scan_wrote_anew_no_more_than_so_many_are_read() -> None:
    """None of their manifests is older than its documents."""
    world = Fed(*(f"a/{folder:04}/1.pdf" for folder in range(1000)))
    world.s3.tick(60)
    objects = world.s3.buckets["docs"]
    objects.update({key: replace(each, modified=world.s3.now) for key, each in objects.items() if "manifest" in key})
    assert len(world.newest_keys()) == 50
    assert world.s3.calls.count("get_object") == newest.MANIFESTS == 200


def test_who_has_read_for_so_long_shows_what_was_found() -> None:
    world = Fed(*(f"a/{folder:02}/1.pdf" for folder in range(60)))
    seconds = count(0, 3)
    world.newest = replace(world.newest, clock=lambda: float(next(seconds)))
    world.s3.calls.clear()
    assert len(world.newest_keys(60)) == 1
    assert world.s3.calls.count("get_object") == 1


def test_none_is_begun_when_so_many_seconds_have_passed() -> None:
    world = Fed(*(f"a/{folder:02}/1.pdf" for folder in range(60)))
    world.newest = replace(world.newest, clock=lambda: world.s3.calls.count("get_object") * 0.15)
    assert len(world.newest_keys(60)) == world.s3.calls.count("get_object") == 17  # sixteen are read side by side


def test_no_more_bytes_of_large_ones_are_read_than_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_ones_large(monkeypatch)
    world = Fed(*(f"a/{folder}/{number:02}.pdf" for folder in range(3) for number in range(30)), "a/s/1.pdf")
    monkeypatch.setattr(newest, "RANGE", 700)
    monkeypatch.setattr(contents, "RANGE", 700)
    monkeypatch.setattr(newest, "MOST", 7000)
    read: list[int] = []

    def note(name: str, request: dict[str, Any]) -> None:
        if name == "get_object" and "-" in request.get("Range", ""):
            start, end = request["Range"].removeprefix("bytes=").split("-")
            size = len(world.stored(request["Key"]).body)
            read.append(min(int(end) + 1 if end else size, size) - int(start))

    world.s3.before = note
    assert len(world.newest_keys(90)) > 9
    assert 6000 < sum(read) <= 7000

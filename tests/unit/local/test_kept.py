"""What is made once stays, until what it was made from changes."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.kept import alone, digest, kept


class Maker:
    """Makes a folder with one file, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        (folder / f"made-{self.times}").touch()


def test_the_same_source_is_made_once(tmp_path: Path) -> None:
    make = Maker()
    for _ in range(2):
        assert (kept(tmp_path / "it", "source", make) / "made-1").exists()
    assert make.times == 1


def test_another_source_is_made_anew_with_nothing_left_of_the_old(tmp_path: Path) -> None:
    make = Maker()
    kept(tmp_path / "it", "source", make)
    made = kept(tmp_path / "it", "another", make)
    assert {file.name for file in made.glob("made-*")} == {"made-2"}


def test_what_failed_half_way_is_made_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        kept(tmp_path / "it", "source", fail)
    made = kept(tmp_path / "it", "source", Maker())
    assert not (made / "half").exists()
    assert (made / "made-1").exists()


def test_nobody_else_is_let_in_meanwhile_and_no_lock_is_left(tmp_path: Path) -> None:
    inside: list[int] = []
    most = []

    def enter(number: int) -> None:
        with alone(tmp_path / "lock"):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.001)
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(100)))
    assert set(most) == {1}
    assert len(most) == 100
    assert list(tmp_path.iterdir()) == []


def test_a_digest_tells_content_names_and_settings_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("ab")
    other.write_text("c")
    before = digest([one, other], "setting")
    assert digest([other, one], "setting") == before
    assert digest([one, other], "another") != before
    one.write_text("a")
    other.write_text("bc")
    assert digest([one, other], "setting") != before

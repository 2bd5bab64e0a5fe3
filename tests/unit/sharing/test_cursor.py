"""Where a piece ends and the next begins: as a piece has named it, and nothing else."""

import pytest

from shared.domain.errors import (
    CursorError,
)
from shared.domain.opaque import encoded
from shared.sharing.cursor import Cursor
from tests.shown import Showing

TREE = ("a/1.pdf", "a/2.pdf", "a/b/3.pdf", "z/8.pdf")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "f=", "fYQ", "YS8", "fYS9", "fYS8.Yp", "fYS8.a=", "fYS8.1", "fYS8.-2.0", "fYS8.1.-1", "fYS8.1.0.0",
        "fYS8.01.0", "fYS8.1.1e3", "fYS8.1.9999999999999999", "fYS8._w", "f_w", "f" + encoded(b"x" * 1024 + b"/"),
        "A" * 9000,
    ],
)  # fmt: skip
def test_a_cursor_that_no_piece_has_named_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        Showing(*TREE).piece("a/", cursor)


def test_a_forged_cursor_leads_nowhere_else() -> None:
    world = Showing(*TREE)
    for folder in ("../", "../z/", "", "zzz/", "b/../../z/"):
        shown = {entry.key for entry in world.piece("a/", Cursor(folder).encode()).entries}
        assert shown <= set(world.expected("a/"))


@pytest.mark.parametrize("name", ["\x01" * 600, "é" * 500, "🧾" * 250, "a" * 1000])
def test_a_cursor_of_any_name_is_shorter_than_an_address_may_be(name: str) -> None:
    cursor = Cursor(f"{name}/", name)
    assert Cursor.parse(cursor.encode()) == cursor
    assert len(cursor.encode()) < 4000

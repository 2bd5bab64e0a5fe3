"""Large manifests in pieces: ranges of them, as they were appended to."""

import pytest

from shared.domain.errors import (
    ManifestDamagedError,
    StartOverError,
    StoreUnavailableError,
)
from shared.domain.manifest import Line
from shared.sharing.cursor import Cursor
from tests.shown import Showing, make_small_ones_large, read
from tests.world import at, manifest_of

TREE = ("a/1.pdf", "a/2.pdf", "a/b/3.pdf", "a/c/4.pdf", "a-/5.pdf", "a0/6.pdf", "ab/7.pdf", "z/8.pdf")
SMALL = 1  # bytes: an entry a piece


class TestLarge:
    """Manifests that are appended to."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_small_ones_large(monkeypatch)

    @pytest.fixture
    def world(self) -> Showing:
        return Showing(*(f"a/{number}.pdf" for number in range(9)), "a/b/1.pdf")

    @pytest.mark.parametrize("most", [SMALL, 500, 1024 * 1024])
    def test_it_is_read_in_ranges(self, world: Showing, most: int) -> None:
        assert world.store.look(world.layout.manifest_of(world.folder("a/x"))).large
        assert read(world.entries("a/", most)) == world.expected("a/")

    def test_what_was_deleted_is_told(self, world: Showing) -> None:
        world.s3.remove("a/3.pdf")
        world.commit("a/3.pdf")
        entries = world.entries("a/")
        assert [entry.key for entry in entries if entry.deleted] == ["3.pdf"]
        assert read(entries) == world.expected("a/")

    def test_appends_between_pieces_come_at_its_end(self, world: Showing) -> None:
        keys = iter(["a/x.pdf", "a/y.pdf"])

        def append() -> None:
            if key := next(keys, None):
                world.s3.upload(key)
                world.commit(key)

        assert read(world.entries("a/", SMALL, append)) == world.expected("a/")

    def test_an_append_while_it_is_read_is_no_matter(self, world: Showing) -> None:
        def append() -> None:
            world.commit("a/0.pdf")

        world.s3.before = at("get_object", append, manifest_of("a/"), times=2)
        assert read(world.entries("a/")) == world.expected("a/")

    def test_a_rebuild_between_pieces_has_one_start_over(self, world: Showing) -> None:
        pieces = world.pieces("a/", SMALL, lambda: world.rebuild(world.folder("a/x")))
        with pytest.raises(StartOverError):
            list(pieces)

    def test_so_does_a_small_one_that_has_grown_large(self) -> None:
        world = Showing("a/0.pdf", "a/1.pdf")
        first = world.piece("a/", None, SMALL)
        for number in range(2, 9):
            world.s3.upload(f"a/{number}.pdf")
            world.commit(f"a/{number}.pdf")
        with pytest.raises(StartOverError):
            world.piece("a/", first.next, SMALL)

    def test_and_a_large_one_that_is_small_again(self, world: Showing) -> None:
        *_, third = (next(pieces) for pieces in [world.pieces("a/", SMALL)] for _ in range(3))
        for number in range(1, 9):
            world.s3.remove(f"a/{number}.pdf")
        world.rebuild(world.folder("a/x"))
        with pytest.raises(StartOverError):
            world.piece("a/", third.next, SMALL)

    def test_an_offset_within_a_line_goes_on_at_the_next(self, world: Showing) -> None:
        body = world.stored(manifest_of("a/")).body
        rebuilt_from = world.head(manifest_of("a/")).rebuilt_from
        begins = [number for number in range(len(body)) if number == 0 or body[number - 1 : number] == b"\n"]
        for offset in range(0, len(body) + 1, 7):
            cursor = Cursor("", None, rebuilt_from, offset).encode()
            shown = len([each for each in world.piece("a/", cursor).entries if "/" not in each.key])
            assert shown == sum(begin >= offset for begin in begins)

    def test_an_offset_behind_its_end_is_another_manifests(self, world: Showing) -> None:
        cursor = "f.-1.999999"
        with pytest.raises(StartOverError):
            world.piece("a/", cursor)

    def test_time_ends_a_piece_within_it(self, world: Showing) -> None:
        def pass_time() -> None:
            world.clock += 1.5

        world.s3.before = at("get_object", pass_time, times=100)
        pieces = list(world.pieces("a/"))
        assert len(pieces) > 2
        assert read([entry for piece in pieces for entry in piece.entries]) == world.expected("a/")

    def test_one_that_never_is_still_is_an_error_that_passes(self, world: Showing) -> None:
        world.s3.before = at("get_object", lambda: world.commit("a/0.pdf"), manifest_of("a/"), times=100)
        with pytest.raises(StoreUnavailableError, match="changes faster than it can be read"):
            world.piece("a/")

    def test_an_earlier_tools_last_line_may_lack_its_end(self) -> None:
        world = Showing()
        lines = [
            Line(f"a/{number}.pdf", "https://x/" + "x" * 300, 1, "e", "2026-04-02T08:00:00Z") for number in range(5)
        ]
        world.write_manifest(b"".join(line.encode() for line in lines).rstrip(b"\n"))
        assert [entry.key for entry in world.entries("a/", SMALL)] == [f"{number}.pdf" for number in range(5)]

    def test_a_line_without_an_end_is_damage(self, world: Showing) -> None:
        manifest = world.stored(manifest_of("a/"))
        body = manifest.body.replace(b"\n", b" ")
        world.s3.put_object(Bucket="docs", Key=manifest_of("a/"), Body=body, Metadata=manifest.metadata)
        with pytest.raises(ManifestDamagedError):
            world.piece("a/")

"""A program reads a manifest again and again."""

from dataclasses import replace

import pytest

from shared.domain.errors import ManifestDamagedError, SchemaTooNewError, StoreUnavailableError
from shared.domain.manifest import Line
from shared.reader import Known, ManifestReader, Read
from tests.world import FOLDER, MANIFEST, World, at, make_small_manifests_large


class Reading(World):
    """And a program that has read all there was."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.fill(names)
        self.publish(*(f"a/{name}.pdf" for name in names))
        self.reader = ManifestReader(self.store, self.layout.manifest_of(FOLDER), self._sleep, lambda: self.clock)
        self.known = self.reader.whole().known
        self.s3.calls.clear()

    def add(self, *names: str) -> None:
        self.fill(names)
        self.publish(*(f"a/{name}.pdf" for name in names))

    def newer(self) -> Read:
        return self.reader.newer(self.known)


@pytest.fixture
def world() -> Reading:
    return Reading("1", "2", "3")


def keys(read: Read) -> list[str]:
    return sorted(read.lines)


def test_the_whole_of_it_is_what_the_reading_rule_says(world: Reading) -> None:
    world.s3.remove("a/2.pdf")
    world.publish("a/2.pdf")
    read = world.reader.whole()
    assert read.everything
    assert {line.key: line.etag for line in read.shown} == world.view()
    assert read.known == Known(2, -1, len(world.stored().body), world.stored().etag, 3, read.lines)


def test_where_there_is_none_there_is_nothing(world: Reading) -> None:
    world.s3.remove(MANIFEST)
    assert world.newer() == Read(Known(), {}, everything=True)


def test_only_lines_of_later_revisions_are_news(world: Reading) -> None:
    world.add("4")
    world.s3.remove("a/1.pdf")
    world.publish("a/1.pdf")
    read = world.newer()
    assert not read.everything
    assert keys(read) == ["a/1.pdf", "a/4.pdf"]
    assert read.lines["a/1.pdf"].deleted
    assert [line.key for line in read.shown] == ["a/4.pdf"]


def test_where_nothing_is_new_nothing_is_read(world: Reading) -> None:
    assert world.newer() == Read(world.known, {}, everything=False)


def test_after_a_rebuild_it_is_everything(world: Reading) -> None:
    world.s3.remove("a/2.pdf")
    world.rebuild()
    read = world.newer()
    assert read.everything
    assert keys(read) == ["a/1.pdf", "a/3.pdf"]


def test_after_an_earlier_revision_it_is_everything(world: Reading) -> None:
    """As where somebody put an old version back."""
    old = world.stored()
    world.add("4")
    world.known = world.newer().known
    world.s3.buckets["docs"][MANIFEST] = replace(old, etag='"other"')
    assert world.newer().everything


def test_an_earlier_tools_manifest_is_always_everything(world: Reading) -> None:
    world.write_manifest(b'{"key": "a/1.pdf", "url": "https://x"}\n')
    read = world.newer()
    assert (read.everything, keys(read)) == (True, ["a/1.pdf"])
    world.write_manifest(b'{"key": "a/2.pdf", "url": "https://x"}\n')
    assert world.reader.newer(read.known).everything


def test_another_of_more_revisions_is_everything(world: Reading) -> None:
    world.s3.remove(MANIFEST)
    world.add("4")
    world.add("5")
    read = world.newer()
    assert read.known.revision > world.known.revision
    assert read.known.rebuilt_from == world.known.rebuilt_from
    assert read.everything
    assert keys(read) == ["a/4.pdf", "a/5.pdf"]


class TestLarge:
    """Manifests that are appended to."""

    @pytest.fixture
    def world(self, monkeypatch: pytest.MonkeyPatch) -> Reading:
        make_small_manifests_large(monkeypatch)
        return Reading(*map(str, range(9)))

    def test_no_more_is_read_than_was_appended(self, world: Reading) -> None:
        world.add("x", "y")
        ranges: list[str] = []
        world.s3.before = lambda name, request: ranges.append(request["Range"]) if name == "get_object" else None
        read = world.newer()
        assert keys(read) == ["a/x.pdf", "a/y.pdf"]
        known, end = world.known.size, len(world.known.end)
        assert ranges == [f"bytes={known - end}-{known - 1}", f"bytes={known}-", f"bytes={read.known.size - end}-"]

    def test_a_commit_between_the_look_and_the_range_is_read_as_well(self, world: Reading) -> None:
        world.add("x")
        world.s3.before = at("get_object", lambda: world.add("y"), MANIFEST)
        assert keys(world.newer()) == ["a/x.pdf", "a/y.pdf"]

    def test_one_that_has_lost_a_line_of_what_was_appended_is_told(self, world: Reading) -> None:
        world.add("x", "y")
        stored = world.stored()
        whole = stored.body[: stored.body[:-1].rindex(b"\n") + 1]
        world.s3.buckets["docs"][MANIFEST] = replace(stored, body=whole, etag='"cut"')
        with pytest.raises(ManifestDamagedError, match="has 10 lines, and its metadata say 11"):
            world.newer()

    def test_one_that_an_earlier_tool_wrote_is_read_whole(self, world: Reading) -> None:
        body = world.stored().body
        world.write_manifest(body)
        known = world.reader.whole().known
        world.write_manifest(body + body[: body.index(b"\n") + 1].replace(b"a/0.pdf", b"a/9.pdf"))
        read = world.reader.newer(known)
        assert read.everything
        assert len(read.lines) == 10

    def test_lines_that_are_not_newer_are_of_another(self, world: Reading) -> None:
        """It was put back to an older version, and has grown since."""
        stored = world.stored()
        world.add("x")
        world.known = world.newer().known
        older = {**stored.metadata, "revision": "2", "lines": "11"}
        ours = world.stored().body + world.stored().body.splitlines(keepends=True)[0]
        world.s3.buckets["docs"][MANIFEST] = replace(stored, body=ours, etag='"older"', metadata=older)
        assert world.newer().everything

    def test_another_that_has_outgrown_it_is_everything(self, world: Reading) -> None:
        world.s3.remove(MANIFEST)
        world.add("0", "1")
        world.add("2", *map(str, range(4, 19)))
        read = world.newer()
        assert read.known.revision > world.known.revision
        assert read.known.rebuilt_from == world.known.rebuilt_from
        assert read.everything
        assert "a/3.pdf" not in read.lines

    @pytest.mark.usefixtures("world")
    def test_what_grows_from_small_to_large_is_read_whole_and_only_news_are_told(self) -> None:
        small = Reading("1")
        small.add(*map(str, range(2, 12)))
        assert keys(small.newer()) == sorted(f"a/{number}.pdf" for number in range(2, 12))


def test_a_manifest_that_changes_while_it_is_read_is_read_again(world: Reading) -> None:
    world.add("4")
    world.s3.after = at("get_object", lambda: world.add("5"), MANIFEST)
    read = world.newer()
    assert world.reader.newer(read.known).lines.keys() | read.lines.keys() == {"a/4.pdf", "a/5.pdf"}


def test_one_that_never_stands_still_is_an_error_that_says_so(world: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_manifests_large(monkeypatch)
    world.add(*map(str, range(4, 12)))
    names = iter(range(100, 200))
    world.s3.before = lambda name, request: (
        world.add(str(next(names))) if name == "get_object" and "IfMatch" in request else None
    )
    with pytest.raises(StoreUnavailableError, match="changes faster"):
        world.reader.whole()


def test_one_that_has_lost_lines_is_told(world: Reading) -> None:
    stored = world.stored()
    whole_lines = stored.body[: stored.body.index(b"\n") + 1]
    world.s3.buckets["docs"][MANIFEST] = replace(stored, body=whole_lines, etag='"cut"')
    with pytest.raises(ManifestDamagedError, match="has 1 lines, and its metadata say 3"):
        world.reader.whole()


def test_one_that_is_cut_in_a_line_is_told(world: Reading) -> None:
    stored = world.stored()
    world.s3.buckets["docs"][MANIFEST] = replace(stored, body=stored.body[:-30], etag='"cut"')
    with pytest.raises(ManifestDamagedError, match=MANIFEST):
        world.reader.whole()


def test_one_of_a_higher_schema_is_refused(world: Reading) -> None:
    world.write_manifest(b"{}\n", {"schema": "2", "revision": "1", "rebuilt-from": "0", "commit": "x"})
    with pytest.raises(SchemaTooNewError):
        world.newer()


def test_waiting_ends_with_the_news(world: Reading) -> None:
    def sleep(seconds: float) -> None:
        world.waits.append(seconds)
        if len(world.waits) == 2:
            world.add("4")

    reader = ManifestReader(world.store, world.layout.manifest_of(FOLDER), sleep, lambda: 0)
    read = reader.wait(world.known, 60)
    assert keys(read) == ["a/4.pdf"]
    assert world.waits == [5.0, 5.0]


def test_waiting_ends_in_its_time_and_asked_for_no_body(world: Reading) -> None:
    assert world.reader.wait(world.known, 12) == Read(world.known, {}, everything=False)
    assert world.waits == [5.0, 5.0, 2.0]
    assert set(world.s3.calls) == {"get_object"}


def test_waiting_for_a_manifest_that_is_not_there_yet(world: Reading) -> None:
    body = world.stored()
    world.s3.remove(MANIFEST)
    known = world.newer().known
    world.s3.before = at("get_object", lambda: world.s3.buckets["docs"].update({MANIFEST: body}), MANIFEST)
    assert keys(world.reader.wait(known, 60)) == ["a/1.pdf", "a/2.pdf", "a/3.pdf"]


def test_what_is_not_there_is_everything_there_is(world: Reading) -> None:
    world.s3.remove(MANIFEST)
    assert world.reader.whole() == Read(Known(), {}, everything=True)


def test_no_link_is_in_what_a_program_logs_of_it(world: Reading) -> None:
    assert "Signature" not in repr(world.reader.whole())


def test_lines_are_the_stores_own(world: Reading) -> None:
    assert all(isinstance(line, Line) and line.url for line in world.reader.whole().shown)

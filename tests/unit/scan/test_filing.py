"""A listing filed by prefix: each handed on when it is complete, on disk without a name, nothing left behind."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.domain.documents import Layout
from shared.domain.errors import SpoolError, StoreUnavailableError
from shared.domain.manifest import Document, read_lines
from shared.scan.spool import Spool
from shared.store.pages import Page
from tests.conftest import Log
from tests.generated_pages import stream
from tests.world import World

MODIFIED = "2026-04-02T08:00:00Z"


def page(*keys: str) -> Page:
    return [Document(key, 5, "e", MODIFIED) for key in keys]


class Sealed:
    """What a filing hands on."""

    def __init__(self, layout: Layout | None = None, only: str | None = None) -> None:
        self.spools: list[tuple[str, list[str]]] = []
        self.filing = World(layout=layout).filing(self._seal, only.__eq__ if only else lambda _: True)
        self.filing.warns = not only

    async def _seal(self, prefix: str, spool: Spool | Exception) -> None:
        assert isinstance(spool, Spool)
        body = b"".join(spool.sealed(1))
        assert len(body) == spool.size_at(1)
        assert len(body.splitlines()) == spool.documents
        self.spools.append((prefix, list(read_lines(body))))
        spool.close()

    def file(self, *pages: Page) -> list[tuple[str, list[str]]]:
        async def run() -> None:
            for each in pages:
                await self.filing.write(each)
            await self.filing.finish()

        asyncio.run(run())
        return self.spools


def test_nested_folders_that_the_listing_interleaves_are_told_apart() -> None:
    filed = Sealed().file(page("a/1.pdf", "a/b/2.pdf"), page("a/b/3.pdf", "a/c.pdf", "b/1.pdf"), page("z.pdf"))
    assert filed == [
        ("a/b/", ["a/b/2.pdf", "a/b/3.pdf"]),
        ("a/", ["a/1.pdf", "a/c.pdf"]),
        ("b/", ["b/1.pdf"]),
        ("", ["z.pdf"]),
    ]


def test_a_prefix_is_handed_on_only_when_the_listing_has_passed_it() -> None:
    sealed = Sealed()
    asyncio.run(sealed.filing.write(page("a/1.pdf", "a/b/1.pdf", "a/z.pdf")))
    assert [prefix for prefix, _ in sealed.spools] == ["a/b/"]
    asyncio.run(sealed.filing.abandon())


def test_prefix_depth_gathers_what_lies_deeper() -> None:
    filed = Sealed(Layout(prefix_depth=1)).file(page("a/1.pdf", "a/b/c/2.pdf", "a/d.pdf", "top.pdf"))
    assert filed == [("a/", ["a/1.pdf", "a/b/c/2.pdf", "a/d.pdf"]), ("", ["top.pdf"])]


def test_what_is_no_document_is_counted_and_not_written() -> None:
    sealed = Sealed()
    filed = sealed.file(page("a/1.PDF", "a/1.txt", "manifests/a/x.pdf", ".staging/x.pdf", "a/"))
    assert filed == [("a/", ["a/1.PDF"])]
    assert sealed.filing.ignored.total == 4


def test_the_projects_own_manifests_and_what_it_staged_are_not_counted() -> None:
    sealed = Sealed()
    sealed.file(page("a/1.txt", "a/2.pdf", "manifests/a/manifest.jsonl", "manifests/manifest.jsonl"))
    sealed.file(page("manifests/.staging/c0ffee", "manifests/a/other.jsonl"))
    assert sealed.filing.ignored.total == 2


def test_a_prefix_whose_manifest_could_have_no_name_is_ignored() -> None:
    sealed = Sealed()
    long = "x" * 1000 + "/"
    filed = sealed.file(page("a/1.pdf", f"{long}1.pdf", f"{long}2.pdf"))
    assert filed == [("a/", ["a/1.pdf"])]
    assert sealed.filing.ignored.total == 2


def test_it_is_ignored_too_where_it_would_not_be_taken() -> None:
    """Named, it would be listed alone: where one listing of all ignores it, that one would fail."""
    sealed = Sealed(only="a/")
    sealed.file(page("a/1.pdf", f"{'x' * 1000}/1.pdf", "y/1.pdf"))
    assert sealed.filing.others == {"y/"}


def test_a_listing_that_comes_back_to_a_prefix_is_torn() -> None:
    sealed = Sealed()
    sealed.file(page("a/1.pdf", "b/1.pdf", "a/2.pdf", "b/2.pdf"))
    assert sealed.filing.torn == {"a/", "b/"}


def test_one_prefix_alone_can_be_filed() -> None:
    filed = Sealed(only="a/").file(page("a/1.pdf", "a/b/2.pdf", "a/c.pdf"))
    assert filed == [("a/", ["a/1.pdf", "a/c.pdf"])]


def test_temporary_files_have_no_name_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sealed = Sealed()
    asyncio.run(sealed.filing.write(page("a/1.pdf")))
    assert list(tmp_path.iterdir()) == []
    asyncio.run(sealed.filing.abandon())


def test_a_directory_that_cannot_be_written_to_is_a_spool_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(SpoolError, match=r"/nowhere.*EphemeralStorage"):
        Sealed().file(page("a/1.pdf"))


def test_what_is_not_complete_is_closed_when_the_listing_ends_early() -> None:
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    sealed = Sealed()

    async def pages() -> AsyncIterator[Page]:
        yield page("a/1.pdf", "a/b/1.pdf")
        raise StoreUnavailableError("down")

    async def run() -> None:
        try:
            await stream(pages(), sealed.filing.write, 10, 5)
        finally:
            await sealed.filing.abandon()

    with pytest.raises(StoreUnavailableError):
        asyncio.run(run())
    assert sealed.spools == []
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_a_scan_warns_once_of_each_key_whose_link_clients_will_not_follow(log: Log) -> None:
    documents = page("a/../1.pdf", "a/./2.pdf", "a/..b/3.pdf", "a./4.pdf", "a/...pdf")
    Sealed().file(documents)
    Sealed(only="a/../").file(documents)  # its folder listed once more, alone

    told = [(line["level"], line["prefix"], line["key"]) for line in log()]
    assert told == [("WARNING", "a/../", "a/../1.pdf"), ("WARNING", "a/./", "a/./2.pdf")]
    assert "X-Amz" not in str(log())

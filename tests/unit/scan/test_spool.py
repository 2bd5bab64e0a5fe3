"""Lines on their way into a manifest: counted as they are written, sealed as they are read."""

from io import BytesIO

import pytest

from shared.domain.manifest import Document, read_lines, unsealed
from shared.scan import spool as spool_module
from shared.scan.spool import Spool

LINES = [
    unsealed(Document(f"a/{n}\n.pdf", n, "e", "2026-04-02T08:00:00Z"), "https://u", f"2026-04-02T08:0{n}:00Z")
    for n in range(1, 4)
]


@pytest.fixture
def spool() -> Spool:
    filled = Spool(BytesIO("".join(LINES).encode()))
    for number, line in reversed(list(enumerate(LINES, 1))):
        filled.count(len(line.encode()), 1, f"2026-04-02T08:0{number}:00Z")
    return filled


@pytest.mark.parametrize("revision", [1, 9, 10, 123456789])
def test_its_size_is_known_before_it_is_sealed(spool: Spool, revision: int) -> None:
    assert spool.size_at(revision) == len(b"".join(spool.sealed(revision)))


def test_it_can_be_read_any_number_of_times(spool: Spool) -> None:
    assert b"".join(spool.sealed(1)) == b"".join(spool.sealed(1))
    assert {line.revision for line in read_lines(b"".join(spool.sealed(7))).values()} == {7}


def test_it_knows_its_documents_and_the_first_link_to_expire(spool: Spool) -> None:
    assert (spool.documents, spool.first_expiry) == (3, "2026-04-02T08:01:00Z")


@pytest.mark.parametrize("chunk", [1, 7, 50, 10_000])
def test_where_it_is_cut_does_not_matter(spool: Spool, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = b"".join(spool.sealed(5))
    monkeypatch.setattr(spool_module, "_CHUNK", chunk)
    assert b"".join(spool.sealed(5)) == whole
    assert all(len(part) >= chunk for part in list(spool.sealed(5))[:-1])


def test_its_chunks_are_parts_that_s3_takes() -> None:
    assert spool_module._CHUNK >= 5 * 1024 * 1024  # noqa: SLF001 -- S3's smallest part


def test_an_empty_one_has_nothing() -> None:
    empty = Spool.empty()
    assert (empty.documents, empty.first_expiry, empty.size_at(1), list(empty.sealed(1))) == (0, None, 0, [])

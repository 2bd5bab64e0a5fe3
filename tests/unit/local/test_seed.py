"""What seed.py takes, what it refuses, and what it says in the end; the PDFs it generates."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader

import seed
from local.project import ROOT
from seed import Outcome, Pdf, SeedError, TakenError, one_page_pdf, pdfs, put, report, upload
from shared.domain.errors import StoreUnavailableError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.PDF", "a/ä +%.pdf", "notes.txt", "a/pdf", "a/deep/er/c.Pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(one_page_pdf(name))
    return tmp_path


# ---- which PDFs


def test_the_samples_are_readable_and_say_whose_they_are() -> None:
    for sample in pdfs(None):
        (page,) = PdfReader(sample.open(), strict=True).pages
        assert sample.name in page.extract_text()


def test_the_samples_are_the_same_every_time() -> None:
    assert pdfs(None) == pdfs(None)


def test_a_page_shows_brackets_and_backslashes_as_they_are() -> None:
    (page,) = PdfReader(io.BytesIO(one_page_pdf(r"a (b\c")), strict=True).pages

    assert page.extract_text() == r"a (b\c"


def test_every_pdf_of_a_folder_is_taken_in_any_case_with_its_sub_folders(folder: Path) -> None:
    assert [pdf.name for pdf in pdfs(str(folder))] == ["a/deep/er/c.Pdf", "a/ä +%.pdf", "b.PDF"]


def test_without_a_folder_the_samples_are_taken() -> None:
    assert pdfs("") == pdfs(None) != []


def test_what_puts_pdfs_into_a_bucket_needs_nothing_of_the_laptops_tools() -> None:
    program = "import seed, sys; sys.exit(any(name.partition('.')[0] == 'local' for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_a_folder_that_is_none_is_named() -> None:
    with pytest.raises(SeedError, match="/no/such/place"):
        pdfs("/no/such/place")


def test_a_folder_without_pdfs_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")

    with pytest.raises(SeedError, match=r"holds no \.pdf"):
        pdfs(str(tmp_path))


# ---- what becomes of them, without a store


def nowhere() -> Any:
    def upload_fileobj(*_: object, **__: object) -> None:
        raise AssertionError("nothing was to be sent")

    def head_object(**_: object) -> None:
        raise OSError("nobody is there")

    return SimpleNamespace(upload_fileobj=upload_fileobj, head_object=head_object)


def uploaded(send: Callable[[Pdf], str], count: int, advance: Callable[[], None] = lambda: None) -> Outcome:
    """What became of so many PDFs."""
    outcome = Outcome()
    upload(send, [Pdf(f"{n}.pdf", b"x") for n in range(count)], advance, outcome)
    return outcome


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.symlink_to("missing"), "cannot be read"),
        (os.mkfifo, "no file"),
    ],
    ids=["empty", "a link to nothing", "a pipe"],
)
def test_what_cannot_be_a_pdf_is_refused_and_never_waited_for(tmp_path: Path, make: Any, why: str) -> None:
    make(tmp_path / "x.pdf")
    (pdf,) = pdfs(str(tmp_path))

    with pytest.raises(SeedError, match=why):
        put(nowhere(), "reports", "2026/04/", pdf)


def test_a_key_longer_than_s3_allows_is_refused() -> None:
    with pytest.raises(SeedError, match="1024 bytes"):
        put(nowhere(), "reports", "2026/04/", Pdf("ü" * 509 + ".pdf", b"%PDF-"))


def test_a_name_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(SeedError, match="UTF-8"):
        put(nowhere(), "reports", "2026/04/", Pdf("\udcff.pdf", b"%PDF-"))


def test_one_that_fails_does_not_stop_the_others() -> None:
    def send(pdf: Pdf) -> str:
        if pdf.name == "1.pdf":
            raise SeedError("it is empty")
        return pdf.name

    outcome = uploaded(send, 3)

    assert sorted(outcome.uploaded) == ["0.pdf", "2.pdf"]
    assert outcome.failed == ["1.pdf: it is empty"]


def test_what_is_there_already_is_no_failure_and_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    def send(pdf: Pdf) -> str:
        if pdf.name == "1.pdf":
            raise TakenError(pdf.name)
        return pdf.name

    code = report(uploaded(send, 3), 3, "s3://reports/")

    said = capsys.readouterr()
    assert code == 0
    assert "2 of 3 PDFs uploaded" in said.out
    assert "is there already, and was not overwritten: 1.pdf" in said.err
    assert "not begun" not in said.err


def test_a_store_that_is_gone_is_not_asked_again_for_every_pdf() -> None:
    asked: list[str] = []
    end = threading.Event()

    def send(pdf: Pdf) -> str:
        asked.append(pdf.name)
        if pdf.name != "0.pdf":
            end.wait(10)
        raise StoreUnavailableError("down") from ConnectionResetError()

    def let_go_soon() -> None:
        threading.Timer(0.1, end.set).start()

    outcome = uploaded(send, 1000, let_go_soon)

    assert len(outcome.failed) == len(asked) <= 9


def test_an_interruption_ends_what_has_begun_and_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "_AT_ONCE", 2)
    begun, end = threading.Barrier(3), threading.Event()

    def send(pdf: Pdf) -> str:
        if pdf.name in ("1.pdf", "2.pdf"):
            begun.wait(10)
            end.wait(10)
        return pdf.name

    def interrupted() -> None:
        begun.wait(10)
        threading.Timer(0.1, end.set).start()
        raise KeyboardInterrupt

    outcome = uploaded(send, 50, interrupted)

    assert outcome.interrupted
    assert sorted(outcome.uploaded) == ["0.pdf", "1.pdf", "2.pdf"]
    assert outcome.under_way == []


def test_a_second_interruption_waits_for_nothing_however_soon_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    released, outcome = threading.Event(), Outcome()

    def hang(_: Pdf) -> str:
        released.wait(30)
        return ""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seed.as_completed", interrupt)
    monkeypatch.setattr("builtins.print", interrupt)  # the second, while the first is told
    with pytest.raises(KeyboardInterrupt):
        upload(hang, [Pdf("a.pdf", b"")], lambda: None, outcome)
    assert outcome.interrupted
    assert not released.is_set()
    released.set()


def test_what_is_still_under_way_is_neither_uploaded_nor_not(capsys: pytest.CaptureFixture[str]) -> None:
    code = report(Outcome(["0.pdf"], under_way=["1.pdf"], interrupted=True), 9, "s3://reports/")

    said = capsys.readouterr()
    assert code == 130
    assert "1 of 9 PDFs uploaded" in said.out
    assert "was under way, and may have been uploaded: 1.pdf" in said.err
    assert "not begun: 7" in said.err


def test_an_interruption_says_what_was_uploaded_and_how_many_were_not_begun(capsys: pytest.CaptureFixture[str]) -> None:
    code = report(Outcome(["2026/04/a.pdf"], interrupted=True), 9, "s3://reports/2026/04/")

    said = capsys.readouterr()
    assert code == 130
    assert "1 of 9 PDFs uploaded" in said.out
    assert "2026/04/a.pdf" in said.err
    assert "not begun: 8" in said.err


def test_of_many_failures_ten_are_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    code = report(Outcome(failed=[f"{n}.pdf: broken" for n in range(25)]), 25, "s3://reports/")

    said = capsys.readouterr()
    assert code == 1
    assert said.err.count("broken") == 10
    assert "15 more" in said.err

"""What the page's modules compute, asked in a real browser: zips, orders, names, tables."""

import io
import json
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from local.project import ROOT

pytestmark = pytest.mark.xdist_group("browser")

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
KEYS = st.lists(st.text("ab/.\\:. \x07äÄ😀", min_size=1, max_size=12), min_size=1, max_size=12, unique=True)
RELAXED = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
ZIPPED = """async ([files, wide]) => {
  const { Zip } = await import("/zip.js");
  const zip = new Zip();
  const parts = [];
  for (const [name, bytes, dropped] of files) {
    const kept = parts.length;
    parts.push(zip.header(name, Date.UTC(2026, 3, 2, 8, 11, 42), wide ? NaN : bytes.length));
    for (let at = 0; at < bytes.length; at += 3) parts.push(zip.data(new Uint8Array(bytes.slice(at, at + 3))));
    if (dropped) { zip.drop(); parts.length = kept; } else parts.push(zip.descriptor());
  }
  parts.push(zip.directory());
  return Array.from(new Uint8Array(await new Blob(parts).arrayBuffer()));
}"""


HUGE = """async () => {
  const { Zip } = await import("/zip.js");
  const zip = new Zip();
  const before = zip.header("huge.pdf", 0, NaN);
  const zeros = new Uint8Array(1 << 20);
  for (let at = 0; at < 4200; at++) zip.data(zeros);
  const small = () => [zip.header("small.pdf", 0, 3), zip.data(new Uint8Array([1, 2, 3])), zip.descriptor()];
  const after = [zip.descriptor(), ...small(), zip.directory()];
  return [Array.from(before), Array.from(new Uint8Array(await new Blob(after).arrayBuffer()))];
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(ROOT / "web" / "share")))
    Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(timezone_id="UTC", locale="en-GB")
    opened = context.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_port}/share.css")
    yield opened
    context.close()
    server.shutdown()
    server.server_close()


FILES = st.lists(st.tuples(NAMES, st.binary(max_size=40), st.booleans()), max_size=6, unique_by=lambda each: each[0])


@RELAXED
@given(FILES, st.booleans())
def test_a_zip_holds_every_file_that_was_not_dropped(
    page: Page,
    files: list[tuple[str, bytes, bool]],
    wide: bool,  # noqa: FBT001 -- hypothesis chooses it
) -> None:
    told = [[name, list(body), dropped] for name, body, dropped in files]
    archive = zipfile.ZipFile(io.BytesIO(bytes(page.evaluate(ZIPPED, [told, wide]))))
    assert archive.testzip() is None
    kept = {name.split("\0")[0]: body for name, body, dropped in files if not dropped}
    assert {each.filename: archive.read(each) for each in archive.infolist()} == kept
    assert {each.date_time for each in archive.infolist()} <= {(2026, 4, 2, 8, 11, 42)}


@RELAXED
@given(st.binary(max_size=300), st.integers(0, 300))
def test_the_sum_of_a_files_parts_is_the_sum_of_the_file(page: Page, data: bytes, cut: int) -> None:
    told = page.evaluate(
        "async ([one, other]) => { const { crc32 } = await import('/zip.js');"
        " return crc32(crc32(0, new Uint8Array(one)), new Uint8Array(other)); }",
        [list(data[:cut]), list(data[cut:])],
    )
    assert told == crc32(data)


@pytest.mark.campaign
def test_a_zip_beyond_four_gigabytes_is_read_as_it_was_written(page: Page, tmp_path: Path) -> None:
    """4,200 MiB of zeros, which a file system need not keep, and a file behind them."""
    before, after = page.evaluate(HUGE)
    with (tmp_path / "huge.zip").open("wb") as file:
        file.write(bytes(before))
        file.seek(4200 << 20, io.SEEK_CUR)
        file.write(bytes(after))
    archive = zipfile.ZipFile(tmp_path / "huge.zip")
    assert archive.testzip() is None
    assert {each.filename: each.file_size for each in archive.infolist()} == {"huge.pdf": 4200 << 20, "small.pdf": 3}


@RELAXED
@given(KEYS)
def test_names_in_a_zip_lead_nowhere_else_and_are_each_another(page: Page, keys: list[str]) -> None:
    names = page.evaluate("async (keys) => (await import('/zip.js')).memberNames(keys)", keys)
    assert len({name.lower() for name in names}) == len(keys)
    for name in names:
        parts = name.split("/")
        assert all(parts)
        assert not {".", ".."} & set(parts)
        assert not set('\\:*?"<>|\x07') & set(name)
        assert not any(part.endswith((".", " ")) for part in parts)
    folders = {name[:at].lower() for name in names for at, letter in enumerate(name) if letter == "/"}
    assert not folders & {name.lower() for name in names}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("../../etc/passwd.pdf", "etc/passwd.pdf"),
        ("/q1.pdf", "q1.pdf"),
        ("con.pdf", "_con.pdf"),
        ("a\u202egnp.pdf", "a_gnp.pdf"),
        ("...", "_"),
        ("x" * 300 + ".pdf", "x" * 108 + "~.pdf"),
        ("契" * 110 + ".pdf", "契" * 36 + "~.pdf"),
        ("👨\u200d👩\u200d👧.pdf", "👨\u200d👩\u200d👧.pdf"),
    ],
)
def test_a_name_that_no_system_takes_is_changed(page: Page, key: str, name: str) -> None:
    assert page.evaluate("async (keys) => (await import('/zip.js')).memberNames(keys)", [key]) == [name]


def test_a_file_that_is_called_like_a_folder_is_called_otherwise(page: Page) -> None:
    keys = ["x.pdf", "x.pdf/y.pdf", "Q.pdf/z.pdf", "q.pdf"]
    names = page.evaluate("async (keys) => (await import('/zip.js')).memberNames(keys)", keys)
    assert names == ["x (2).pdf", "x.pdf/y.pdf", "Q.pdf/z.pdf", "q (2).pdf"]


def test_thousands_of_names_that_are_cut_to_the_same_take_no_time(page: Page) -> None:
    took = page.evaluate(
        "async () => { const { memberNames } = await import('/zip.js'); const began = performance.now();"
        " const names = memberNames(Array.from({ length: 5000 }, (_, each) => `${'x'.repeat(200)}${each}.pdf`));"
        " return [performance.now() - began, new Set(names).size]; }"
    )
    assert took[0] < 2000
    assert took[1] == 5000


SHOWN = """async ([entries, asked]) => {
  const { Doc, Documents, headed } = await import("/documents.js");
  const documents = new Documents();
  for (const each of entries) documents.take(each.deleted ? each : new Doc(each));
  const shown = documents.shown(asked);
  return asked.grouped ? headed(shown).map((each) => each.key ?? each) : shown.map((doc) => doc.key);
}"""
ALL = {"search": "", "sort": "name", "folder": "", "grouped": False}
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from(["q1.pdf", "q10.pdf", "Q2.pdf", "a/ä.pdf", "a/z.pdf", "b/é 7.pdf"])},
        optional={
            "size": st.integers(0, 9),
            "last_modified": st.sampled_from(["2026-04-02T08:11:43Z", "2026-04-01T00:00:00Z", "never"]),
            "deleted": st.just(True),
        },
    ),
    max_size=12,
)


@RELAXED
@given(ENTRIES, st.sampled_from(["name", "-name", "date", "-date", "size", "-size"]))
def test_the_last_line_of_a_key_counts_in_every_order(page: Page, entries: list[dict[str, Any]], sort: str) -> None:
    last = {each["key"]: each for each in entries}
    keys = page.evaluate(SHOWN, [entries, ALL | {"sort": sort}])
    assert sorted(keys) == sorted(key for key, each in last.items() if not each.get("deleted"))
    sizes = [last[key]["size"] for key in keys if "size" in last[key]]
    if sort.endswith("size"):
        assert sizes == sorted(sizes, reverse=sort == "size")
        assert all("size" in last[key] for key in keys[: len(sizes)])


@RELAXED
@given(ENTRIES, st.sampled_from(["name", "-date", "size"]), st.sampled_from(["", "q", "a"]))
def test_each_folder_is_named_once_before_all_that_it_has_in_their_order(
    page: Page, entries: list[dict[str, Any]], sort: str, search: str
) -> None:
    asked = ALL | {"sort": sort, "search": search}
    keys = page.evaluate(SHOWN, [entries, asked])
    sizes = {each["key"]: each.get("size", 0) for each in entries}
    expected: list[Any] = []
    for folder in ("", "a/", "b/"):
        inside = [key for key in keys if key.rpartition("/")[0] == folder.rstrip("/")]
        head = {"folder": folder, "count": len(inside), "bytes": sum(sizes[key] for key in inside)}
        expected += [head, *inside] if inside else []
    assert page.evaluate(SHOWN, [entries, asked | {"grouped": True}]) == expected


@pytest.mark.parametrize("search", ["straße", "STRASSE", "Strasse", "STRAẞE"])
def test_a_sharp_s_is_found_as_it_is_written_in_capitals_too(page: Page, search: str) -> None:
    entries = [{"key": "a/Hauptstraße.pdf"}, {"key": "a/HAUPTSTRASSE 2.pdf"}]
    assert len(page.evaluate(SHOWN, [entries, ALL | {"search": search}])) == 2


def test_what_comes_in_later_pieces_is_sorted_in(page: Page) -> None:
    keys = page.evaluate(
        """async () => {
          const { Doc, Documents } = await import("/documents.js");
          const documents = new Documents();
          const asked = { search: "", sort: "name", folder: "", grouped: false };
          const found = [];
          for (const key of ["b", "d", "a", "c", "b"]) {
            documents.take(new Doc({ key: `${key}.pdf` }));
            found.push(documents.shown(asked).map((doc) => doc.name[0]).join(""));
          }
          return found;
        }"""
    )
    assert keys == ["b", "bd", "abd", "abcd", "abcd"]


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1500, "1.5 kB"), (999_950, "1 MB"), (3_200_000_000, "3.2 GB")],
)
def test_a_size_has_the_unit_that_suits_it(page: Page, size: int, shown: str) -> None:
    assert page.evaluate("async (size) => (await import('/format.js')).shownSize(size)", size) == shown


@RELAXED
@given(st.text(max_size=30), st.sampled_from(["name", "-date"]), st.text(max_size=10), st.booleans())
def test_what_is_asked_for_comes_back_from_its_fragment(
    page: Page,
    search: str,
    sort: str,
    folder: str,
    grouped: bool,  # noqa: FBT001 -- hypothesis chooses it
) -> None:
    now = {"search": search, "sort": sort, "folder": folder, "grouped": grouped}
    back = page.evaluate(
        "async (now) => { const { asked, fragmentOf } = await import('/address.js');"
        " return asked('#' + fragmentOf(now)); }",
        now,
    )
    assert json.dumps(back, sort_keys=True) == json.dumps(now, sort_keys=True)


def test_both_languages_say_everything() -> None:
    """TypeScript sees that no word is missing; that none is left in the other's words is seen here."""
    source = (ROOT / "web" / "share" / "words.js").read_text()
    english, german = source.split("const GERMAN", 1)
    for word in ("documents", "Select", "download", "folder"):
        assert word in english
    assert "Select" not in german

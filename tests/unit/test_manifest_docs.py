"""docs/manifest.md: each of its readers, as it stands there, reads what the project's own code reads."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.project import ROOT
from shared.domain.manifest import Document, Line, encode, read_lines

PAGE = (ROOT / "docs" / "manifest.md").read_text()
NAME = "manifest.jsonl"
NODE = Path(sys.executable).with_name("node")

KEYS = st.sampled_from(
    [f"a/{name}.pdf" for name in ("q1", "ü", "🎉", 'quo"te', "line\nbreak", "__proto__", "q\u2028x")]
)
LINES = st.one_of(
    st.builds(
        lambda key, size: Line.of(Document(key, size, "e", "2026-04-02T08:11:43Z"), "https://x/1", None, 1),
        KEYS,
        st.integers(0, 2**40),
    ),
    st.builds(lambda key: Line.gone(key, 1), KEYS),
    st.builds(lambda key: Line(key, size=5, etag="e", last_modified="2026-04-02T08:11:43Z", revision=1), KEYS),
    st.just(Line.gone("", 1)),
)
RELAXED = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def expected(body: bytes) -> dict[str, Any]:
    return {line.key: line.size for line in read_lines(body).values() if line.shown}


def by_javascript(folder: Path) -> dict[str, Any]:
    (folder / "manifest.mjs").write_text(block("javascript"))
    (folder / "main.mjs").write_text(
        f"import {{ readFileSync }} from 'node:fs'; import {{ documents }} from './manifest.mjs';"
        f"console.log(JSON.stringify(documents(readFileSync('{NAME}', 'utf8'))));"
    )
    done = subprocess.run([NODE, "main.mjs"], cwd=folder, capture_output=True, check=True)
    return {line["key"]: line["size"] for line in json.loads(done.stdout)}


def by_bash(folder: Path) -> dict[str, Any]:
    done = subprocess.run(["bash", "-c", block("bash")], cwd=folder, capture_output=True, check=True)
    return {line["key"]: line["size"] for line in map(json.loads, done.stdout.splitlines())}


def by_sql(folder: Path) -> dict[str, Any]:
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{folder}'")
        return {row[0]: row[2] for row in database.execute(block("sql")).fetchall()}


READERS = {"javascript": by_javascript, "bash": by_bash, "sql": by_sql}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Any:
    if request.param == "bash" and not shutil.which("jq"):
        if os.environ.get("CI"):
            raise FileNotFoundError("jq")
        pytest.skip("no jq: `make test` installs it where it is root on Debian")
    return READERS[request.param]


@RELAXED
@given(lines=st.lists(LINES, min_size=1, max_size=20))
def test_a_reader_of_the_page_sees_what_the_reading_rule_says(reader: Any, tmp_path: Path, lines: list[Line]) -> None:
    body = encode(lines)
    (tmp_path / NAME).write_bytes(body)
    assert reader(tmp_path) == expected(body)


@pytest.mark.parametrize("name", ["javascript", "sql"])
def test_a_large_manifest_is_read_in_the_order_of_its_lines(tmp_path: Path, name: str) -> None:
    """DuckDB reads it by several threads."""
    documents = [Document(f"a/{number % 5_000}.pdf", number, "e", "2026-04-02T08:11:43Z") for number in range(60_000)]
    body = encode(Line.of(each, "https://x/1", None, 1) for each in documents)
    (tmp_path / NAME).write_bytes(body)
    assert READERS[name](tmp_path) == expected(body)


def test_the_fields_it_names_are_those_that_lines_have() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    full = b'{"key": "", "url": "", "size": 1, "etag": "", "last_modified": "", "expires_at": "", "revision": 1}'
    assert named == json.loads(full).keys() | {"archived", "restored_until", "deleted"}

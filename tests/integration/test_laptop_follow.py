"""`make follow`, as a process of its own, beside a MinIO that others write to."""

import csv
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest

from local.project import ROOT
from tests.follower import ended, following, line
from tests.shell import Shell, of_a_laptop

pytestmark = pytest.mark.xdist_group("laptop")

BUCKET = "followed"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, minio_program: Path) -> Iterator[Shell]:
    assert minio_program.exists()
    variables = of_a_laptop(BUCKET)
    variables["S3_ENDPOINT_URL"] = f"http://127.0.0.1:{variables['MINIO_PORT']}"
    shell = Shell(tmp_path_factory.mktemp("bin"), variables)
    done = shell.make("up")
    assert done.returncode == 0, done.stderr
    yield shell
    assert shell.make("down", DELETE="1").returncode == 0


def upload(shell: Shell, key: str, body: bytes) -> None:
    """And have it published."""
    session = boto3.Session("minioadmin", "minioadmin", region_name="us-east-1")
    session.client("s3", endpoint_url=shell.env["S3_ENDPOINT_URL"]).put_object(Bucket=BUCKET, Key=key, Body=body)
    assert shell.make("invoke", f"KEY={key}").returncode == 0


def test_what_is_uploaded_comes_as_a_line_of_json_whose_link_works(shell: Shell) -> None:
    upload(shell, "2026/04/a.pdf", b"%PDF a")
    upload(shell, "2025/other.pdf", b"%PDF no")
    with following(shell, "PREFIX=2026/", "JSON=1") as follow:
        first = json.loads(line(follow))
        upload(shell, "2026/05/ü.pdf", b"%PDF new")
        second = json.loads(line(follow))
        upload(shell, "2026/04/a.pdf", b"%PDF changed")
        third = json.loads(line(follow))
        _, errors = ended(follow)
    told = [(each["what"], each["key"]) for each in (first, second, third)]
    assert told == [("there", "2026/04/a.pdf"), ("new", "2026/05/ü.pdf"), ("changed", "2026/04/a.pdf")]
    with urlopen(second["url"], timeout=10) as answer:
        assert answer.read() == b"%PDF new"
    assert "Traceback" not in errors


def test_as_csv_there_is_a_row_each_below_their_names(shell: Shell) -> None:
    upload(shell, "csv/a, b.pdf", b"%PDF a")
    with following(shell, "PREFIX=csv/", "CSV=1") as follow:
        rows = [line(follow), line(follow)]
    (row,) = csv.DictReader(rows)
    assert (row["what"], row["key"], row["size"]) == ("there", "csv/a, b.pdf", "6")


def test_without_a_terminal_a_person_gets_a_line_each_and_no_link(shell: Shell) -> None:
    upload(shell, "lines/a.pdf", b"%PDF a")
    with following(shell, "PREFIX=lines/") as follow:
        assert line(follow) == f"s3://{BUCKET}/lines/: 1 documents in 1 manifests\n"
        upload(shell, "lines/b.pdf", b"%PDF b")
        assert line(follow) == "new      lines/b.pdf\n"


def test_who_reads_no_further_ends_it_without_a_word(shell: Shell) -> None:
    upload(shell, "pipe/a.pdf", b"%PDF a")
    with following(shell, "PREFIX=pipe/", "JSON=1") as follow:
        assert line(follow)
        assert follow.stdout is not None
        follow.stdout.close()
        upload(shell, "pipe/b.pdf", b"%PDF b")
        assert follow.stderr is not None
        assert follow.stderr.read() == ""


def test_the_program_of_the_manual_waits_for_a_revision(shell: Shell) -> None:
    """docs/manifest.md, as it stands there."""
    upload(shell, "waited/a.pdf", b"%PDF a")
    page = (ROOT / "docs" / "manifest.md").read_text()
    (program,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    code = f"folder, until = 'waited/', 2\n{program}print(sorted(read.lines), read.known.revision)\n"
    keys = {"AWS_ACCESS_KEY_ID": "minioadmin", "AWS_SECRET_ACCESS_KEY": "minioadmin", "AWS_REGION": "us-east-1"}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=shell.env | keys, stdout=subprocess.PIPE, text=True
    ) as waiting:
        upload(shell, "waited/b.pdf", b"%PDF b")
        assert waiting.communicate(timeout=30)[0] in {
            "['waited/b.pdf'] 2\n",
            "['waited/a.pdf', 'waited/b.pdf'] 2\n",
        }


@pytest.mark.skipif(not shutil.which("jq") and not os.environ.get("CI"), reason="no jq")
def test_what_is_told_comes_through_a_pipe_at_once(shell: Shell) -> None:
    """docs/manifest.md, up to what fetches it."""
    page = (ROOT / "docs" / "manifest.md").read_text()
    (pipe,) = re.findall(r"^\$ make (follow.*?) \| xargs", page, re.MULTILINE)
    assert "jq --unbuffered" in pipe
    with shell.running("bash", "-c", f"make --silent {pipe.replace('2026/04/', 'piped/')}") as follow:
        assert follow.stdout is not None
        for number in range(10):  # those that were there before it looked are not new
            upload(shell, f"piped/q{number}.pdf", b"%PDF")
            if select.select([follow.stdout.fileno()], [], [], 3)[0]:
                break
        assert "/piped/" in line(follow)


def test_who_is_told_to_end_twice_ends_without_a_word(shell: Shell) -> None:
    """As `timeout` does it: to all of the group, and make hands it on."""
    upload(shell, "ended/a.pdf", b"%PDF a")
    with following(shell, "PREFIX=ended/", "JSON=1") as follow:
        assert line(follow)
        for _ in range(2000):  # one of them comes while it ends
            os.killpg(follow.pid, signal.SIGTERM)
        assert follow.stderr is not None
        assert "Traceback" not in follow.stderr.read()


def test_a_bucket_that_is_none_is_an_error_that_names_it(shell: Shell) -> None:
    done = shell.make("follow", "PREFIX=2026/", BUCKET_NAME="no-such-bucket")
    assert done.returncode != 0
    assert "no-such-bucket" in done.stderr
    assert "Traceback" not in done.stderr

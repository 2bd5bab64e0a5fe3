"""How costs are told: the tables, their notes, the points of the picture, and what cannot be priced."""

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench import cost, prices, uses
from bench.scans import CountError
from functions.full_scan.answer import tell_settled
from local.project import ROOT
from shared.domain.documents import Folder, Place
from shared.scan.rebuild import Rebuilt
from shared.telemetry import metrics
from tests.conftest import Log
from tests.costing import HERE, line_of, on, results, row


def test_the_table_tells_dollars_and_marks_what_was_extrapolated() -> None:
    table = cost.tables(results(row(1_000_000, 1, 60.0, LIST=1_000)), HERE)

    # requests 5.28, Lambda 0.21, logs 0.21, schedules 0.01, transitions 0.88
    assert line_of(table, "10,000", "100")[:4] == ["1", "2 s", "2 s", "$6.59"]
    # 44.07, 12.17, 0.01, 0.01, 0.88, storage 0.01
    assert line_of(table, "1,000,000", "all")[:4] == ["1", "61 s", "61 s", "$57.14"]
    # 519.96, 20.48, 20.48, 0.01, 0.88, 0.01
    assert line_of(table, "1,000,000", "100")[:4] == ["1", "≈ 2 min", "≈ 2 min", "≈ $562"]


def test_the_table_says_how_many_ranges_at_once_keep_up() -> None:
    table = cost.tables(results(row(1_000_000, 1_000_000, 3_000.0, PUT=1_000_000)), HERE)

    # 51.05 s of planning, then 50 ranges of 61 s: ten times five, and four times thirteen
    ranges, at_five, at_forty, often, hourly, daily, _ = line_of(table, "1,000,000", "1")
    assert (ranges, at_five, at_forty) == ("50", "12 min", "3 min")
    assert often.endswith(", 13 at once")
    assert re.fullmatch(r"\$[\d,.]+", hourly)
    assert re.fullmatch(r"\$[\d,.]+", daily)


def test_the_table_says_what_cannot_keep_up_and_how_long_it_takes() -> None:
    table = cost.tables(results(row(1_000_000, 10_000, 301.0, PUT=10_000), row(1_000_000, 1, 24.5)), HERE)

    *lasting, late, hourly, daily, _ = line_of(table, "1,000,000", "100")
    assert (lasting, late) == (["1", "6 min", "6 min"], "cannot keep up")
    assert all(cell.startswith("$") for cell in (hourly, daily))
    assert line_of(table, "100,000,000", "all") == ["1", "≈ 41 min", "≈ 41 min", *["cannot keep up"] * 4]


def test_the_notes_tell_prices_delays_and_what_comes_on_top() -> None:
    notes = " ".join(cost.tables(results(), HERE).split())

    listed = json.loads((ROOT / "bench/prices.json").read_text())
    assert f"in us-east-1 on {listed['date']}" in notes
    assert "a LIST takes 50 ms and any other request 20 ms" in notes
    assert "the 24 hours of the state machine" in notes
    assert "a call's 900 s" in notes
    assert "$11.26 are the same at any size" in notes


def test_uploads_are_told_by_their_batches() -> None:
    assert line_of(cost.tables(results(), HERE), "200, into 50 small ones") == [
        "$0.65",
        "$0.48",
        "$0.02",
        "$0.01",
        "$1.17",
    ]


def test_points_are_the_table_s_dollars_and_none_where_it_cannot_keep_up() -> None:
    told = {(documents, shape, refresh): dollars for documents, shape, refresh, dollars in cost.points(results())}

    assert len(told) == 36
    assert told[10_000, "100", "every 5 minutes"] == pytest.approx(6.59, abs=0.005)
    assert told[100_000_000, "100", "daily"] is not None
    assert told[100_000_000, "all", "daily"] is None


def test_the_picture_s_points_are_told_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = tmp_path / "results.json"
    counted.write_text(json.dumps(results()))
    monkeypatch.setattr(sys, "argv", ["cost", "--points", str(counted)])

    cost.main()

    assert json.loads(capsys.readouterr().out) == [list(point) for point in cost.points(results())]


def test_results_that_are_not_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cost", str(tmp_path / "none.json")])

    with pytest.raises(SystemExit):
        cost.main()
    assert "none.json: " in capsys.readouterr().err


@on(
    ("broken", "said"),
    [
        ({}, r"counted\.scans: nothing is there: count again"),
        (results(row(10_000, 100, PATCH=1)), r"counted\.scans\[6\]: no price for PATCH: give it one"),
        (results({"documents": 1, "requests": {}}), r"counted\.scans\[6\] has no folders, seconds.*: count again"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_its_place_and_a_remedy(broken: dict[str, Any], said: str) -> None:
    with pytest.raises(CountError, match=said):
        cost.tables(broken, HERE)


def test_a_shape_that_was_never_counted_is_named_with_what_to_count() -> None:
    broken = results()
    del broken["counted"]["scans"][1]

    with pytest.raises(CountError, match=r"10,000 documents, 100 a folder, from: count one of that shape with 10,000"):
        cost.tables(broken, HERE)


def test_each_price_has_its_unit_and_its_page_of_aws_and_all_one_date() -> None:
    listed = json.loads((ROOT / "bench/prices.json").read_text())

    assert date.fromisoformat(listed["date"])
    for price in listed["prices"].values():
        assert price["unit"]
        assert re.fullmatch(r"https://aws\.amazon\.com/[a-z0-9-]+/pricing/", price["source"])


def test_open_link_counts_under_the_names_that_are_paid_for() -> None:
    text = "".join(path.read_text() for path in (ROOT / "functions" / "open_link").glob("*.py"))
    names = set(re.findall(r'\bcount\(\s*"(\w+)"', text)) | {"VersionFailures"}

    assert "failed_here(" in text
    assert names == set(uses.OPENING)


@on(("name", "folder"), [("FullScan", "full_scan"), ("OnCreated", "on_created")])
def test_as_many_metrics_are_paid_for_as_a_function_has_names_for(name: str, folder: str) -> None:
    text = "".join(path.read_text() for path in (ROOT / "functions" / folder).glob("*.py"))
    names = set(re.findall(r'\b(?:count|seconds|milliseconds)\(\s*"(\w+)"', text))
    names |= set(re.findall(r"\b(expires_in|shrunk|failed_here)\(", text))

    assert len(names) == uses.METRICS[name]


def test_a_manifest_committed_is_logged_in_as_many_bytes_as_are_paid_for(log: Log) -> None:
    bucket, prefix = "pdf-links-123456789012-us-east-1", "2026/04/customer-00042/"
    place = Place(bucket, f"manifests/{prefix}manifest.jsonl")

    tell_settled(Folder(bucket, prefix), Rebuilt(Folder(bucket, prefix), place, 100, 100, 8766, 100, None))
    metrics.clear_metrics()

    (line,) = log()
    named = line | {"request_id": "6f9c1b1e-3b0a-4e52-9d4c-0d7d7e6c9a11", "service": "pdf-links-FullScan-AbCdEfGhIjKl"}
    written = len(json.dumps(named, separators=(",", ":")))
    assert 0.8 < (written + len("899.999702, 100.0, ") + 26) / prices.LOGGED_A_COMMIT <= 1

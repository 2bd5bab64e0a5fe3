"""What README's table of costs is made of: the dollars here were worked out by hand."""

import json
import math
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench import cost, prices, uses
from bench.execution import executed
from bench.scans import CountError, Scan, scan_of
from functions.full_scan.answer import tell_settled
from local.project import ROOT
from shared.domain.documents import Folder, Place
from shared.links.secret import KeptSecret
from shared.scan.rebuild import Rebuilt
from shared.telemetry import metrics
from tests.conftest import Log

on = pytest.mark.parametrize
HERE = prices.deployed()
FIVE_MINUTES = 8766 + 30.4375  # scans in 730.5 hours, and one for each of its nights


CLICKS = {"clicks": 200, "on": "a stable link", "requests": {"HEAD": 200}, "seconds": 4.4}


def row(documents: int, folders: int, seconds: float = 1.0, **requests: int) -> dict[str, Any]:
    counted = {"documents": documents, "folders": folders, "first": False, "seconds": seconds}
    return counted | {"requests": requests, "manifest_bytes": documents * 470}


def results(*scans: dict[str, Any]) -> dict[str, Any]:
    """Counted at every shape of ten thousand documents, and these."""
    shapes = (10_000, 100, 1)
    small = [row(10_000, folders, LIST=10, HEAD=folders, PUT=folders) for folders in shapes]
    small += [stable(row(10_000, folders, LIST=10, HEAD=folders, PUT=folders)) for folders in shapes]
    events = [{"batch": 200, "events": 10_000, "seconds": 10.0, "requests": {"HEAD": 10_000, "PUT": 500}}]
    events[0]["into"] = "50 small ones"
    found = {"delays": {"list": 50, "other": 20}, "scans": [*small, *scans], "events": events, "clicks": [CLICKS]}
    return {"counted": found}


def stable(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"links": "stable"}


def line_of(table: str, *cells: str) -> list[str]:
    """The rest of the line that begins with these cells."""
    (found,) = (line for line in table.splitlines() if line.startswith(f"| {' | '.join(cells)} |"))
    return found.strip("| ").split(" | ")[len(cells) :]


def test_a_million_documents_refreshed_every_five_minutes_cost_what_a_person_computes() -> None:
    scan = Scan(1_000_000, 10_000, {"LIST": 1_000, "HEAD": 10_000, "PUT": 10_000}, 60.0, 1024**3, 0.05)

    parts = cost.monthly(executed(scan, HERE), 300)

    # 11,000 of PUT's kind at $0.005 a thousand, 10,000 of GET's kind at $0.0004; 21 LISTs, a second in all, to see that
    # one call will do; a PUT for the record; four transitions.
    assert parts == pytest.approx(
        {
            "S3 requests": FIVE_MINUTES * (0.055 + 0.004 + 22 * 0.000005),  # $519.96
            "Lambda": FIVE_MINUTES * (61.05 * 1769 / 1024 * 0.0000133334 + 0.0000002),  # $12.37
            "logs": FIVE_MINUTES * (10_000 * 500 + 800) / 1024**3 * 0.5,  # $20.48
            "schedules": FIVE_MINUTES * 0.000001,
            "transitions": FIVE_MINUTES * 4 * 0.000025,  # $0.88
            "storage": 0.023,
        }
    )
    assert sum(parts.values()) == pytest.approx(553.72, abs=0.005)


def test_a_scan_in_two_ranges_pays_for_four_calls_and_for_what_it_enters() -> None:
    scan = Scan(4_000_000, 40_000, {"PUT": 40_000}, 60.0, 0, 0.05)

    parts = cost.monthly(executed(scan, HERE), 300)

    # 61 LISTs are three seconds; two ranges are 30 s each, and ask for 20 pages of names once more.
    assert parts == pytest.approx(
        {
            "S3 requests": FIVE_MINUTES * (40_000 + 61 + 2 * 21 + 1) * 0.000005,
            "Lambda": FIVE_MINUTES * ((3.05 + 2 * 31) * 1769 / 1024 * 0.0000133334 + 4 * 0.0000002),
            "logs": FIVE_MINUTES * (40_000 * 500 + 4 * 800) / 1024**3 * 0.5,
            "schedules": FIVE_MINUTES * 0.000001,
            "transitions": FIVE_MINUTES * 13 * 0.000025,
            "storage": 0,
        }
    )


@on(("period", "scans"), [(300, 8766 + 30.4375), (3600, 730.5 + 30.4375), (86_400, 30.4375 * 2)])
def test_a_month_has_its_refreshes_and_a_scan_a_night(period: float, scans: float) -> None:
    parts = cost.monthly(executed(Scan(10_000, 100, {"PUT": 100}, 1.0, 0, 0.05), HERE), period)

    assert parts["S3 requests"] == pytest.approx(scans * 102 * 0.000005)  # a LIST and a PUT more


@on(
    ("kind", "dollars"),
    [("LIST", 5), ("PUT", 5), ("POST", 5), ("copy", 5), ("GET", 0.4), ("HEAD", 0.4), ("DELETE", 0)],
)
def test_a_million_requests_cost_their_kind_s_price(kind: str, dollars: float) -> None:
    assert HERE.requests({kind: 1_000_000}) == pytest.approx(dollars)


def test_a_million_uploads_in_full_batches_cost_what_a_person_computes() -> None:
    counted = {"batch": 200, "events": 10_000, "seconds": 10.0, "requests": {"HEAD": 10_000, "GET": 500, "PUT": 500}}

    # On 512 MB, a part of a processor, as many GB-seconds as a whole one's: at most.
    assert uses.a_million_uploads(counted, HERE) == pytest.approx(
        {
            "S3 requests": 100 * (10_500 * 0.0000004 + 500 * 0.000005),  # $0.67
            "SQS": 1.2 * 0.4,  # each is sent alone; ten are received at once, and ten deleted
            "Lambda": 100 * (10 * 1769 / 1024 * 0.0000133334 + 50 * 0.0000002),
            "logs": 100 * (500 * 500 + 50 * 800) / 1024**3 * 0.5,
        }
    )


@on(("batch", "requests"), [(1, 3), (5, 1.4), (10, 1.2), (15, 1 + 4 / 15), (200, 1.2)])
def test_a_message_takes_fewer_requests_of_sqs_the_more_come_at_once(batch: int, requests: float) -> None:
    counted = {"batch": batch, "events": 3_000, "seconds": 1.0, "requests": {}}

    assert uses.a_million_uploads(counted, HERE)["SQS"] == pytest.approx(requests * 0.4)


def test_what_is_the_same_at_any_size_is_told_apart() -> None:
    assert uses.fixed(HERE) == pytest.approx(
        {"12 metrics of alarms": 1.2, "15 metrics of its own": 4.5, "waiting for messages": 5 * 180 * 730.5 * 0.0000004}
    )


# Links that do not expire


def test_stable_links_cost_a_scan_a_night_and_nothing_else() -> None:
    scan = Scan(1_000_000, 10_000, {"LIST": 1_000, "HEAD": 10_000, "PUT": 10_000}, 60.0, 1024**3, 0.05)

    parts = cost.monthly(executed(scan, HERE), math.inf)

    # A sixth of a hundredth of the same, presigned, every five minutes; the storage is the same.
    assert parts["S3 requests"] == pytest.approx(30.4375 * (0.055 + 0.004 + 22 * 0.000005))  # $1.80
    assert sum(parts.values()) - 0.023 == pytest.approx((553.72 - 0.023) * 30.4375 / FIVE_MINUTES, abs=0.005)  # $1.92


def test_a_million_links_in_ten_thousand_folders_cost_two_dollars_where_they_are_stable() -> None:
    many = [row(1_000_000, 10_000, 60.0, LIST=1_000, HEAD=10_000, PUT=10_000)]
    table = cost.tables(results(*many, *map(stable, many)), HERE)

    *_, often, _, daily, night = line_of(table, "1,000,000", "100")
    # nightly: requests 1.80, Lambda 0.04, logs 0.07, storage 0.01
    assert (often, daily, night) == ("$554", "$3.84", "$1.93")


def test_scans_with_stable_links_are_told_from_those_with_presigned_ones() -> None:
    counted = results(row(1_000_000, 10_000, 58.0, PUT=7), stable(row(1_000_000, 10_000, 40.0, PUT=5)))

    assert scan_of(counted, 1_000_000, "100").requests == {"PUT": 7}
    assert scan_of(counted, 1_000_000, "100", "stable").requests == {"PUT": 5}


def test_results_of_before_there_were_stable_links_are_refused_with_what_to_count() -> None:
    old = results()
    old["counted"]["scans"] = [row for row in old["counted"]["scans"] if "links" not in row]

    with pytest.raises(CountError, match=r"no refresh \(first: false, stable links\) to tell 10,000 documents"):
        cost.tables(old, HERE)


def test_a_million_clicks_cost_what_a_person_computes() -> None:
    # 22 ms on a whole processor are 76 ms on 512 of 1,769 MB: 0.038 GB-seconds.
    assert uses.a_million_clicks(CLICKS, HERE) == pytest.approx(
        {
            "S3 requests": 0.4,
            "Lambda": 0.022 * 1769 / 1024 * 0.0000133334 * 1_000_000 + 0.2,  # $0.71
            "logs": 600 * 1_000_000 / 1024**3 * 0.5,  # $0.28
            "Secrets Manager": 87_660 * 0.000005,  # two a minute, $0.44
        }
    )


def test_clicks_are_told_below_uploads() -> None:
    told = line_of(cost.tables(results(), HERE), "a stable link")

    assert told == ["$0.40", "$0.71", "$0.28", "$0.44", "$1.82"]


def test_what_opens_links_costs_the_same_whether_anybody_opens_one_or_not() -> None:
    opening = prices.deployed(OpenLinks="ENABLED")

    assert uses.opening_links(opening, HERE) == pytest.approx(
        {"a secret": 0.4, "5 metrics of alarms": 0.5, "3 metrics of its own": 0.9}
    )
    assert "$1.80 a month come with `OpenLinks`" in " ".join(cost.tables(results(), HERE).split())


@on(
    ("chosen", "metrics"),
    [
        ({}, 12),
        ({"OpenLinks": "ENABLED"}, 17),
        ({"OpenLinks": "ENABLED", "Links": "stable"}, 14),
        ({"Links": "stable"}, 12),
    ],
)
def test_alarms_are_paid_for_where_their_condition_holds(chosen: dict[str, str], metrics: int) -> None:
    assert prices.deployed(**chosen).alarm_metrics == metrics


def test_a_secret_is_read_as_often_as_is_paid_for_where_links_are_opened_all_the_time() -> None:
    now, read = iter(range(10_000)), iter(range(10_000))
    secret = KeptSecret(lambda: (b"%032d" % next(read),), lambda: next(now))
    while next(now) < 3600:
        secret.opening()

    assert next(read) in (59, 60, 61)  # each time both stages
    assert uses.SECRETS_A_MONTH == 730.5 * 60 * 2


def test_the_function_is_the_template_s() -> None:
    assert HERE.full_scan == (1769, 900, 0.0000133334)
    assert HERE.on_created.megabytes == 512


def test_less_than_a_processor_takes_longer_and_more_does_not_help() -> None:
    assert HERE.full_scan.duration(10) == 10
    assert HERE.on_created.duration(10) == pytest.approx(34.55, abs=0.005)
    assert HERE.full_scan._replace(megabytes=3538).duration(10) == 10


# What was not counted


def test_what_was_counted_at_a_size_is_taken_as_it_is() -> None:
    scan = scan_of(results(row(1_000_000, 10_000, 58.0, PUT=10_000)), 1_000_000, "100")

    assert scan.is_counted
    assert (scan.seconds, scan.requests) == (58.0, {"PUT": 10_000})


def test_a_size_that_was_not_counted_is_told_from_the_largest_below_it_in_proportion() -> None:
    scan = scan_of(results(row(1_000_000, 10_000, 58.0, PUT=10_001)), 100_000_000, "100")

    assert scan == Scan(100_000_000, 1_000_000, {"PUT": 1_000_100}, 5_800.0, 47_000_000_000, 0.05, is_counted=False)


def test_a_million_documents_in_folders_of_their_own_may_be_told_from_ten_thousand() -> None:
    scan = scan_of(results(), 1_000_000, "1")

    assert (scan.folders, scan.requests["PUT"], scan.is_counted) == (1_000_000, 1_000_000, False)


def test_one_folder_stays_one_however_many_documents_are_in_it() -> None:
    assert scan_of(results(), 100_000_000, "all").folders == 1


def test_a_first_scan_is_no_refresh() -> None:
    first = row(1_000_000, 10_000, 99.0, PUT=10_000) | {"first": True}

    assert not scan_of(results(first), 1_000_000, "100").is_counted


def test_of_several_counts_of_one_shape_the_slowest_counts() -> None:
    twice = results(row(1_000_000, 1, 60.0), row(1_000_000, 1, 50.0))

    assert scan_of(twice, 1_000_000, "all").seconds == 60.0


# What is told


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
    assert "$5.96 are the same at any size" in notes


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


# What cannot be priced


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


# What the numbers are taken from


def test_each_price_has_its_unit_and_its_page_of_aws_and_all_one_date() -> None:
    listed = json.loads((ROOT / "bench/prices.json").read_text())

    assert date.fromisoformat(listed["date"])
    for price in listed["prices"].values():
        assert price["unit"]
        assert re.fullmatch(r"https://aws\.amazon\.com/[a-z0-9-]+/pricing/", price["source"])


def test_open_link_counts_under_the_names_that_are_paid_for() -> None:
    text = "".join(path.read_text() for path in (ROOT / "functions" / "open_link").glob("*.py"))
    names = set(re.findall(r'\bcount\(\s*"(\w+)"', text))

    assert names == set(uses.OPENING)


@on(("name", "folder"), [("FullScan", "full_scan"), ("OnCreated", "on_created")])
def test_as_many_metrics_are_paid_for_as_a_function_has_names_for(name: str, folder: str) -> None:
    text = "".join(path.read_text() for path in (ROOT / "functions" / folder).glob("*.py"))
    names = set(re.findall(r'\b(?:count|seconds)\(\s*"(\w+)"', text)) | set(re.findall(r"\b(expires_in)\(", text))

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

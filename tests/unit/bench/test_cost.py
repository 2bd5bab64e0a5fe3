"""What README's table of costs is made of: the dollars here were worked out by hand."""

import pytest

from bench import cost, uses
from bench.execution import executed
from bench.scans import Scan, scan_of
from tests.costing import FIVE_MINUTES, HERE, on, results, row


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
        {
            "20 metrics of alarms": 2.0,
            "20 metrics of its own": 6.0,
            "a dashboard": 3.0,
            "waiting for messages": 5 * 180 * 730.5 * 0.0000004,
        }
    )


def test_the_function_is_the_template_s() -> None:
    assert HERE.full_scan == (1769, 900, 0.0000133334)
    assert HERE.on_created.megabytes == 512


def test_less_than_a_processor_takes_longer_and_more_does_not_help() -> None:
    assert HERE.full_scan.duration(10) == 10
    assert HERE.on_created.duration(10) == pytest.approx(34.55, abs=0.005)
    assert HERE.full_scan._replace(megabytes=3538).duration(10) == 10


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
